/**
 * What no page may do in the shell, whatever it is. In: the core's origin. Out: handlers on the app, its session, its windows.
 * Pages come from the core alone; they open nothing, ask for nothing, and leave for nowhere.
 */
import { app, type IpcMainInvokeEvent, type Session, type WebContents } from "electron";

/** Origin of the core's pages; empty while there is none. */
export type CurrentOrigin = () => string;

/** Of everything that a page can ask for, copying an id or a link is all it gets. */
const ALLOWED: ReadonlySet<string> = new Set(["clipboard-sanitized-write"]);

/** Every page, window and frame that ever exists gets these. Call before the first window. */
export function lockDown(origin: CurrentOrigin): void {
  // Root cannot have Chromium's sandbox (and starts it with --no-sandbox); each window asks for its own besides.
  if (!app.commandLine.hasSwitch("no-sandbox")) app.enableSandbox();
  app.on("web-contents-created", (_, contents) => guard(contents, origin));
}

function guard(contents: WebContents, origin: CurrentOrigin): void {
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  contents.on("will-attach-webview", (event) => event.preventDefault());
  const stay = (event: { preventDefault(): void }, url: string): void => {
    if (!isOwn(url, origin)) event.preventDefault();
  };
  contents.on("will-navigate", stay);
  contents.on("will-redirect", stay);
}

/** No camera, no notifications of its own, no device. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_, permission, answer) => answer(ALLOWED.has(permission)));
  session.setPermissionCheckHandler((_, permission) => ALLOWED.has(permission));
  session.setDevicePermissionHandler(() => false);
}

/** Whether a message comes from the main frame of a page of the core. */
export function isTrusted(event: Pick<IpcMainInvokeEvent, "senderFrame" | "sender">, origin: CurrentOrigin): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame === event.sender.mainFrame && isOwn(frame.url, origin);
}

function isOwn(url: string, origin: CurrentOrigin): boolean {
  try {
    return origin() !== "" && new URL(url).origin === origin();
  } catch {
    return false;
  }
}
