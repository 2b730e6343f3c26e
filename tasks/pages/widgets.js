/**
 * Widgets for page scripts, all drawn inside the page (native pop-up lists are not part of a screenshot): `flywheel.ui.*`.
 * Each returns an element. `id` becomes data-id; callbacks take no event. Everything works with mouse and keyboard.
 */
(() => {
  "use strict";
  const { h, ui, icon } = flywheel;

  /** A button. `main` is the filled button of a form, `pressed` shows it held down. Inside a form without `press` it submits. */
  ui.button = (label, { id, press, main = false, pressed = false, style } = {}) =>
    h(
      "button",
      { id, class: `button${main ? " main" : ""}${pressed ? " pressed" : ""}`, type: press ? "button" : "submit", onclick: press, style },
      label,
    );

  /** A button with only an icon. */
  ui.iconButton = (name, { id, press, pressed = false, filled = false, size = 18, plain = false } = {}) =>
    h(
      "button",
      { id, type: "button", class: `icon-button${plain ? " plain" : ""}${pressed ? " pressed" : ""}`, onclick: press, "aria-label": name },
      icon(name, { filled, size }),
    );

  /** A text link. */
  ui.link = (label, { id, press, visited = false }) =>
    h("span", { id, class: `link${visited ? " visited" : ""}`, role: "link", tabindex: 0, onclick: press }, label);

  /** A labelled text field bound to `bind[0][bind[1]]`; typing changes the state without drawing anew. `side`: label at the left. */
  ui.field = (label, { id, bind: [target, key], type = "text", side = false, placeholder }) => {
    const input = h("input", { id, class: "input", type, autocomplete: "off", spellcheck: "false", autocapitalize: "off", placeholder });
    input.value = target[key];
    input.addEventListener("input", () => (target[key] = input.value));
    return h("label", { class: side ? "field side" : "field" }, label && h("span", { class: "field-label" }, label), input);
  };

  /** A tick box with its label. */
  ui.checkbox = (label, { id, checked, toggle }) =>
    h("label", { class: "choice" }, h("input", { id, type: "checkbox", checked, onchange: toggle }), h("span", { class: "choice-label" }, label));

  /** A radio button with its label; those of one `group` exclude each other. */
  ui.radio = (label, { id, group, checked, choose }) =>
    h(
      "label",
      { class: "choice" },
      h("input", { id, type: "radio", name: group, checked, onchange: choose }),
      h("span", { class: "choice-label" }, label),
    );

  /** A form: Enter in a field or its submit button calls `submit`. */
  ui.form = ({ submit, class: name = "column" }, ...children) =>
    h(
      "form",
      {
        class: `form ${name}`,
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          submit();
        },
      },
      ...children,
    );

  /**
   * A drop-down list: a closed box that opens a list below itself (above with `up`); the list scrolls beyond `rows` rows.
   * Ids: `id` for the box, `id-list` for the pane, `id-0`, `id-1`, … for the options.
   */
  ui.dropdown = ({ id, options, value, open, rows = 5, up = false, toggle, choose }) => {
    const box = h(
      "button",
      { id, type: "button", class: "dropdown-box", onclick: toggle, "aria-expanded": String(open) },
      h("span", { class: "grow" }, value ?? "Choose"),
      icon("down", { size: 14 }),
    );
    if (!open) return h("div", { class: "dropdown" }, box);
    const rowsDrawn = options.map((option, index) =>
      h(
        "div",
        {
          id: `${id}-${index}`,
          class: `option${option === value ? " selected" : ""}`,
          role: "option",
          tabindex: 0,
          onclick: () => choose(option, index),
        },
        option,
      ),
    );
    return h(
      "div",
      { class: "dropdown" },
      box,
      h("div", { id: `${id}-list`, class: `dropdown-list pane${up ? " up" : ""}`, style: `--rows: ${rows}` }, rowsDrawn),
    );
  };

  /** A window over the page; `cross` is called by its close icon (id `id-close`). */
  ui.dialog = ({ id, title, cross, style }, ...children) =>
    h(
      "section",
      { id, class: "dialog", role: "dialog", style },
      h(
        "header",
        { class: "dialog-title" },
        h("span", { class: "grow" }, title),
        cross && ui.iconButton("close", { id: `${id}-close`, press: cross, size: 14, plain: true }),
      ),
      h("div", { class: "dialog-body" }, ...children),
    );

  /** Dims the page and takes its clicks; holds a dialog. */
  ui.backdrop = (...children) => h("div", { class: "backdrop" }, ...children);
})();
