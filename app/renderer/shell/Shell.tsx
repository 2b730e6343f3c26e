/** The app around the pages: rail, page, status bar, and what floats above them. Listens for changes of data and settings. */
import { Outlet, useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";
import { HATCHES } from "../../charts/shapes.ts";
import { bindKeys, runCommand, useCommand } from "../commands/keys.ts";
import { isCommand } from "../commands/table.ts";
import { core } from "../core/connection.ts";
import { desktop } from "../core/desktop.ts";
import { refresh } from "../core/topics.ts";
import { invoke, queries, useCall } from "../core/useCall.ts";
import { useStream } from "../core/useStream.ts";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { watchJobs } from "./jobs.ts";
import { Palette } from "./Palette.tsx";
import { Rail } from "./Rail.tsx";
import { ShortcutSheet } from "./ShortcutSheet.tsx";
import { StatusBar } from "./StatusBar.tsx";
import { applyAppearance, shownTheme } from "./theme.ts";
import { Toasts } from "./Toasts.tsx";

export function Shell(): ReactNode {
  const { data: settings } = useCall("settings", "get", undefined);
  const [layer, setLayer] = useState<"palette" | "sheet" | null>(null);
  const close = (): void => setLayer(null);
  useEffect(() => {
    applyAppearance(settings?.appearance);
    bindKeys(settings?.shortcuts ?? {}, settings?.appearance.letterKeys ?? true);
  }, [settings]);
  useStream(
    "changes",
    (options) => core.workspace.watch(undefined, options),
    ({ topics }) => refresh(queries, topics),
  );
  useStream("jobs", (options) => core.jobs.watch(undefined, options), watchJobs);
  useGlobalCommands();
  useMenuBar();
  useCommand("palette", () => setLayer("palette"));
  useCommand("keys", () => setLayer("sheet"));
  useCommand("theme", () => {
    const theme = shownTheme() === "dark" ? "light" : "dark";
    applyAppearance({ ...settings?.appearance, theme });
    void invoke("settings", "set", { appearance: { theme } });
  });
  return (
    <div className="shell">
      <a className="skip" href="#page">
        To the page
      </a>
      <Rail />
      <div className="page" id="page" tabIndex={-1}>
        <ConnectionBanner />
        <Outlet />
      </div>
      <StatusBar />
      <Toasts />
      <Palette open={layer === "palette"} onClose={close} />
      <ShortcutSheet open={layer === "sheet"} onClose={close} />
      <svg width="0" height="0" className="definitions" aria-hidden="true">
        <defs dangerouslySetInnerHTML={{ __html: HATCHES }} />
      </svg>
    </div>
  );
}

function useGlobalCommands(): void {
  const navigate = useNavigate();
  const { history } = useRouter();
  const go =
    (to: string): (() => void) =>
    () =>
      void navigate({ to, search: {} });
  useCommand("go.home", go("/"));
  useCommand("go.sessions", go("/sessions"));
  useCommand("go.episodes", go("/episodes"));
  useCommand("go.tasks", go("/tasks"));
  useCommand("go.datasets", go("/datasets"));
  useCommand("go.checkpoints", go("/checkpoints"));
  useCommand("go.settings", go("/settings"));
  useCommand("session.new", () => void navigate({ to: "/sessions", search: { new: "1" } }));
  useCommand("go.back", () => history.back());
  useCommand("go.forward", () => history.forward());
}

/** The desktop's menu bar sends commands by name; those of the wheel live on Home. */
function useMenuBar(): void {
  const navigate = useNavigate();
  useEffect(
    () =>
      desktop?.onCommand((command) => {
        if (!isCommand(command)) return;
        if (runCommand(command) || !command.startsWith("wheel.")) return;
        void navigate({ to: "/" }).then(() => setTimeout(() => runCommand(command), 300));
      }),
    [navigate],
  );
}
