flywheel.page({
  state: ({ mails }) => ({ starred: mails.flatMap((mail, index) => (mail.starred ? [index] : [])), deleted: [], read: [], open: null }),
  render: ({ mails, body }, { starred, deleted, read, open }) => {
    const { h, ui, icon, change } = flywheel;
    const star = (index) =>
      ui.iconButton("star", {
        id: `star-${index}`,
        plain: true,
        filled: starred.includes(index),
        press: () => change((state) => (state.starred = starred.includes(index) ? starred.filter((other) => other !== index) : [...starred, index])),
      });
    const remove = (index) =>
      ui.iconButton("delete", {
        id: `delete-${index}`,
        plain: true,
        press: () =>
          change((state) => {
            state.deleted.push(index);
            state.open = null;
          }),
      });
    const openMail = (index) =>
      change((state) => {
        state.open = index;
        if (!read.includes(index)) state.read.push(index);
      });
    if (open !== null) {
      const { sender, subject } = mails[open];
      const bar = h(
        "div",
        { class: "row" },
        ui.iconButton("back", { id: "back", press: () => change((state) => (state.open = null)) }),
        h("span", { class: "grow title" }, subject),
        star(open),
        remove(open),
      );
      return [bar, h("div", { class: "muted" }, sender), h("p", { class: "prose" }, body)];
    }
    const rows = mails.map(({ sender, subject }, index) => {
      if (deleted.includes(index)) return null;
      const text = h(
        "div",
        { id: `mail-${index}`, class: "mail grow", role: "button", tabindex: 0, onclick: () => openMail(index) },
        h("span", { class: read.includes(index) ? "" : "title" }, sender),
        h("span", { class: "muted" }, subject),
      );
      return h("div", { class: "mail-row" }, text, star(index), remove(index));
    });
    return [h("div", { class: "row title" }, icon("mail"), "Inbox"), h("div", { id: "mails", class: "pane fill mails" }, rows)];
  },
});
