/**
 * The page side of every task. A task's page script calls `flywheel.page({ state, render })` once:
 *   state(params)         → plain JSON object, the single source of what is drawn and what the probe reports
 *   render(params, state) → one element or a list; called again after every `flywheel.change(state => ...)`
 * The environment calls `start`, `probe` and `clear`. Handlers change state only through `change` (draws anew) or, for text
 * fields, by `ui.field({ bind })` (no redraw while typing). Elements that an oracle needs carry an `id` (kept as data-id).
 */
(() => {
  "use strict";
  const html = document.documentElement;
  let definition = null;
  let params = null;
  let state = null;
  let ended = null;

  const root = () => document.getElementById("page");
  const copy = (value) => JSON.parse(JSON.stringify(value));

  /** Element builder: `id` → data-id, `on…` → listener, `style` text, booleans and strings → attributes; children may be nested lists. */
  function h(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined || value === null || value === false) continue;
      if (name === "id") element.dataset.id = value;
      else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : String(value));
    }
    element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  }

  const byId = (id) => root().querySelector(`[data-id="${CSS.escape(id)}"]`);
  const focusedId = () => document.activeElement?.dataset?.id ?? null;

  /** Draws the state; keeps focus, the text cursor and scroll positions of elements that have an id. */
  function draw() {
    const focus = focusedId();
    const { selectionStart = null, selectionEnd = null } = document.activeElement ?? {};
    const scrolled = [...root().querySelectorAll("[data-id]")].filter((pane) => pane.scrollTop > 0).map((pane) => [pane.dataset.id, pane.scrollTop]);
    root().replaceChildren(...[definition.render(params, state)].flat(2).filter(Boolean));
    for (const [id, top] of scrolled) if (byId(id)) byId(id).scrollTop = top;
    const again = focus === null ? null : byId(focus);
    if (again === null) return;
    again.focus({ preventScroll: true });
    if (selectionStart !== null && again.setSelectionRange) again.setSelectionRange(selectionStart, selectionEnd);
  }

  /** Registers the page script. */
  function page(given) {
    if (typeof given?.state !== "function" || typeof given?.render !== "function") {
      throw new TypeError("flywheel.page needs { state(params), render(params, state) }");
    }
    definition = given;
  }

  /** Puts an instance on the page; resolves when its fonts are there and it is drawn. */
  async function start(given) {
    if (definition === null) throw new Error("The page script has not called flywheel.page.");
    atStart ??= { globals: new Set(Object.keys(window)), head: new Set(document.head.children), title: document.title };
    params = given.params;
    for (const [name, value] of Object.entries(given.variables)) html.style.setProperty(name, value);
    html.className = given.classes.join(" ");
    const font = given.variables["--font"];
    await Promise.all([400, 700].map((weight) => document.fonts.load(`${weight} 16px ${font}`)));
    state = copy(definition.state(params));
    ended = null;
    draw();
    fit(parseInt(given.variables["--size"], 10));
  }

  /** Text never gets smaller than 12 px; a page that would not fit its viewport first loses size, then space. */
  function fit(size) {
    const overflows = () => root().scrollHeight > root().clientHeight + 1 || root().scrollWidth > root().clientWidth + 1;
    for (let smaller = size - 1; overflows() && smaller >= 12; smaller--) html.style.setProperty("--size", `${smaller}px`);
    for (let gap = parseInt(html.style.getPropertyValue("--gap"), 10) - 1; overflows() && gap >= 2; gap--)
      html.style.setProperty("--gap", `${gap}px`);
  }

  /** Changes the state and draws it. Does nothing after the end. */
  function change(edit) {
    if (ended !== null || state === null) return;
    edit(state);
    if (ended === null) draw();
  }

  /** The page ends the episode: the state is kept as it is now, a calm last screen is shown, input is ignored. */
  function end(message = "Submitted") {
    if (ended !== null || state === null) return;
    ended = { ...copy(state), focus: focusedId() };
    root().replaceChildren(h("div", { class: "end" }, message));
    root().inert = true;
  }

  /** What the environment records after every step; null when no instance is on the page. */
  function probe() {
    if (state === null) return null;
    const now = ended ?? { ...copy(state), focus: focusedId() };
    return { ended: ended !== null, state: { ...now, ended: ended !== null } };
  }

  // What an episode may leave behind, remembered so that `clear` can undo it.
  let atStart = null;
  const listeners = [];
  const timers = new Set();

  for (const target of [window, document, html]) {
    const add = target.addEventListener;
    target.addEventListener = (...given) => {
      if (state !== null) listeners.push([target, given]);
      add.apply(target, given);
    };
  }
  for (const [set, unset] of [
    ["setTimeout", "clearTimeout"],
    ["setInterval", "clearInterval"],
    ["requestAnimationFrame", "cancelAnimationFrame"],
  ]) {
    const original = window[set];
    window[set] = (...given) => {
      const id = original.apply(window, given);
      timers.add([unset, id]);
      return id;
    };
  }

  /** Undoes everything an episode left: content, listeners, timers, focus, selection, scroll, storage, hash, attributes, globals. */
  function clear() {
    if (atStart === null) return;
    state = params = ended = null;
    for (const [unset, id] of timers) window[unset](id);
    timers.clear();
    for (const [target, given] of listeners.splice(0)) target.removeEventListener(...given);
    document.activeElement?.blur?.();
    getSelection()?.removeAllRanges();
    const main = h("main");
    main.id = "page";
    document.body = h("body", {}, main);
    for (const child of document.head.querySelectorAll(":scope > *")) if (!atStart.head.has(child)) child.remove();
    for (const name of html.getAttributeNames()) html.removeAttribute(name);
    for (const name of Object.keys(window)) if (!atStart.globals.has(name)) delete window[name];
    document.title = atStart.title;
    scrollTo(0, 0);
    localStorage.clear();
    sessionStorage.clear();
    if (location.hash !== "" || history.state !== null) history.replaceState(null, "", location.pathname + location.search);
  }

  // Enter and Space press the page's own controls (menu entries, tabs, rows) like native buttons.
  document.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches?.("[role][tabindex]")) {
      event.preventDefault();
      event.target.click();
    }
  });
  // Native popups are not part of screenshots; dragging text or pictures is never wanted.
  for (const type of ["contextmenu", "dragstart"]) document.addEventListener(type, (event) => event.preventDefault());

  window.flywheel = { page, start, change, end, probe, clear, h, ui: {} };
})();
