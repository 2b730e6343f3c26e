// `places[m]` is the folder of mail m; `folder` is the one shown, `mail` the one opened, `open` the open list of folders.
flywheel.page({
  state: ({ mails }) => ({
    folder: "Inbox",
    mail: null,
    open: null,
    draft: null,
    places: mails.map(({ folder }) => folder),
    starred: mails.map(({ starred }) => starred),
    sent: [],
  }),
  render: ({ user, folders, mails }, { folder, mail, open, draft, places, starred, sent }) => {
    const { h, ui, icon, change } = flywheel;
    const signs = { Inbox: "mail", Sent: "upload", Spam: "flag", Trash: "delete" };
    const count = (name) => (name === "Sent" ? sent.length : places.filter((place) => place === name).length);

    const openFolder = (name) =>
      change((state) => {
        state.folder = name;
        state.mail = state.draft = null;
      });
    const openMail = (index) =>
      change((state) => {
        state.mail = index;
        state.draft = null;
      });
    const moveTo = (state, name) => {
      state.places[state.mail] = name;
      state.mail = null;
    };
    const write = (kind, fields) => change((state) => (state.draft = { kind, mail: state.mail, to: "", subject: "", body: "", ...fields }));

    const side = h(
      "nav",
      { class: "side-bar" },
      ui.signButton("edit", "New mail", { id: "new", press: () => write("new", { mail: null }) }),
      ["Inbox", "Sent", "Spam", "Trash", ...folders].map((name) =>
        ui.sideEntry(name, {
          id: `folder-${name}`,
          open: name === folder,
          sign: signs[name] ?? "folder",
          count: count(name),
          press: () => openFolder(name),
        }),
      ),
    );
    const row = ({ from, subject, time }, index) =>
      places[index] === folder &&
      h(
        "div",
        { id: `mail-${index}`, class: `mail-row${index === mail ? " open" : ""}`, role: "button", tabindex: 0, onclick: () => openMail(index) },
        h(
          "div",
          { class: "mail-line" },
          h("span", { id: `mail-${index}-from`, class: "mail-from" }, from),
          starred[index] && icon("star", { size: 14, filled: true }),
          h("span", { class: "mail-time" }, time),
        ),
        h("div", {}, subject),
      );
    const sentRow = ({ to, subject }) =>
      h("div", { class: "mail-row" }, h("div", { class: "mail-line" }, h("span", { class: "mail-from" }, `To: ${to}`)), h("div", {}, subject));
    const list = h("div", { id: "mails", class: "mail-list pane" }, folder === "Sent" ? sent.map(sentRow) : mails.map(row));

    const tools = () =>
      h(
        "div",
        { class: "tools" },
        ui.signButton("back", "Reply", { id: "reply", press: () => write("reply", { to: mails[mail].from, subject: `Re: ${mails[mail].subject}` }) }),
        ui.signButton("next", "Forward", { id: "forward", press: () => write("forward", { subject: `Fwd: ${mails[mail].subject}` }) }),
        ui.signButton("flag", "Spam", { id: "spam", press: () => change((state) => moveTo(state, "Spam")) }),
        ui.signButton("star", "Star", {
          id: "star",
          filled: starred[mail],
          press: () => change((state) => (state.starred[mail] = !state.starred[mail])),
        }),
        ui.signButton("delete", "Delete", { id: "delete", press: () => change((state) => moveTo(state, "Trash")) }),
        ui.select({ id: "move", options: folders, value: "Move to", open, choose: moveTo }),
      );
    const message = ({ from, subject, time, body }) => [
      tools(),
      h(
        "article",
        { class: "message" },
        h("h1", { class: "heading" }, subject, starred[mail] && icon("star", { filled: true })),
        h("div", { class: "from" }, icon("user"), h("b", {}, from), h("span", {}, `at ${time}`)),
        h("p", { class: "prose" }, body),
      ),
    ];
    const send = () =>
      change((state) => {
        state.sent.push(state.draft);
        state.draft = null;
      });
    const compose = () => {
      const text = h("textarea", { id: "body", class: "input", spellcheck: "false" });
      text.value = draft.body;
      text.addEventListener("input", () => (draft.body = text.value));
      return ui.form(
        { submit: send, class: "column compose" },
        h("h1", { class: "heading" }, { reply: "Reply", forward: "Forward", new: "New mail" }[draft.kind]),
        ui.field("To", { id: "to", bind: [draft, "to"], side: true }),
        ui.field("Subject", { id: "subject", bind: [draft, "subject"], side: true }),
        text,
        h(
          "div",
          { class: "row" },
          ui.button("Send", { id: "send", main: true }),
          ui.button("Discard", { id: "discard", press: () => change((state) => (state.draft = null)) }),
        ),
      );
    };
    const pane = draft !== null ? compose() : mail !== null ? message(mails[mail]) : h("div", { class: "no-mail" }, "No mail is open");
    return ui.app(
      { name: "Mail", sign: "mail", bar: h("span", { class: "user" }, icon("user"), user), open },
      h("div", { class: "app-body" }, side, list, h("div", { class: "reading" }, pane)),
    );
  },
});
