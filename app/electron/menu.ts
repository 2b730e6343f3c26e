/**
 * The menu bar: each entry sends a command's name to the page, which has one table of commands for keys, palette and menus alike.
 * In: what the shell itself can do. Out: a menu.
 */
import { Menu, type MenuItemConstructorOptions } from "electron";

export interface MenuActions {
  /** To the page: `go.home`, `session.new`, … */
  readonly send: (command: string) => void;
  readonly openWorkspace: () => void;
  readonly revealWorkspace: () => void;
  readonly openInBrowser: () => void;
  /** Also when there is no page of the core to load again. */
  readonly reload: () => void;
}

const PAGES: readonly (readonly [name: string, command: string])[] = [
  ["Home", "go.home"],
  ["Sessions", "go.sessions"],
  ["Episodes", "go.episodes"],
  ["Tasks", "go.tasks"],
  ["Datasets", "go.datasets"],
  ["Checkpoints", "go.checkpoints"],
];

export function buildMenu({ send, openWorkspace, revealWorkspace, openInBrowser, reload }: MenuActions): Menu {
  const command = (label: string, name: string, accelerator?: string): MenuItemConstructorOptions => ({
    id: name,
    label,
    click: () => send(name),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const isMac = process.platform === "darwin";
  return Menu.buildFromTemplate([
    ...(isMac ? [{ role: "appMenu" as const }] : []),
    {
      label: "&File",
      submenu: [
        command("New session", "session.new", "CmdOrCtrl+N"),
        { type: "separator" },
        { id: "workspace.open", label: "Open workspace…", accelerator: "CmdOrCtrl+O", click: openWorkspace },
        { id: "workspace.reveal", label: "Reveal workspace in folder", click: revealWorkspace },
        { id: "workspace.browser", label: "Open in browser", click: openInBrowser },
        { type: "separator" },
        command("Settings", "go.settings", "CmdOrCtrl+,"),
        { type: "separator" },
        { role: isMac ? "close" : "quit" },
      ],
    },
    { label: "&Edit", submenu: [command("Undo last change", "undo"), { type: "separator" }, ...EDITING] },
    {
      label: "&Go",
      submenu: [
        ...PAGES.map(([label, name], i) => command(label, name, `CmdOrCtrl+${i + 1}`)),
        { type: "separator" },
        command("Back", "go.back", isMac ? "Cmd+[" : "Alt+Left"),
        command("Forward", "go.forward", isMac ? "Cmd+]" : "Alt+Right"),
        { type: "separator" },
        command("Commands…", "palette", "CmdOrCtrl+K"),
      ],
    },
    {
      label: "&Wheel",
      submenu: [
        command("Keep turning", "wheel.turn"),
        command("One cycle", "wheel.cycle"),
        command("Pause", "wheel.pause"),
        command("Stop", "wheel.stop"),
      ],
    },
    {
      label: "&View",
      submenu: [
        { id: "reload", label: "Reload", accelerator: "CmdOrCtrl+R", click: reload },
        { role: "resetZoom" },
        { role: "zoomIn" },
        { role: "zoomOut" },
        { role: "togglefullscreen" },
        { type: "separator" },
        { role: "toggleDevTools" },
      ],
    },
    { role: "windowMenu" },
    { role: "help", submenu: [command("Keys", "keys", "CmdOrCtrl+/")] },
  ]);
}

const EDITING: readonly MenuItemConstructorOptions[] = [{ role: "cut" }, { role: "copy" }, { role: "paste" }, { role: "selectAll" }];
