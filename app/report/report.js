/* Theme by the system until the button is pressed, and one dialog that shows a frame large. Nothing else needs a script. */
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const setTheme = (theme) => {
  root.dataset.theme = theme;
  document.querySelector("#theme").textContent = theme === "dark" ? "Light" : "Dark";
};
setTheme(dark.matches ? "dark" : "light");
dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
document.querySelector("#theme").addEventListener("click", () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"));

const dialog = document.querySelector("#frame");
document.addEventListener("click", (event) => {
  const frame = event.target.closest("button.frame");
  if (frame === null) return;
  const picture = frame.querySelector("svg").cloneNode(true);
  dialog.querySelector("p").textContent = picture.getAttribute("aria-label");
  dialog.querySelector("div").replaceChildren(picture);
  dialog.showModal();
});
