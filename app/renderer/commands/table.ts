/**
 * Every command of the app with its keys: one table binds the keys, fills the shortcut sheet and the palette, and labels buttons and menus.
 * Keys as `tinykeys` reads them; several entries are alternatives, and a command is told which one was pressed.
 */
export interface Command {
  readonly label: string;
  /** For the status bar, where the label is too long. */
  readonly short?: string;
  readonly keys: readonly string[];
  readonly scope: Scope;
}

export const SCOPES = {
  everywhere: "Everywhere",
  lists: "Lists",
  episodes: "Episodes",
  replay: "Replay",
  home: "Home",
  sessions: "Sessions",
  checkpoints: "Checkpoints",
  datasets: "Datasets",
  tasks: "Tasks",
  charts: "Charts",
} as const;
type Scope = keyof typeof SCOPES;

export const COMMANDS = {
  "go.home": { label: "Home", keys: ["g h"], scope: "everywhere" },
  "go.sessions": { label: "Sessions", keys: ["g s"], scope: "everywhere" },
  "go.episodes": { label: "Episodes", keys: ["g e"], scope: "everywhere" },
  "go.tasks": { label: "Tasks", keys: ["g t"], scope: "everywhere" },
  "go.datasets": { label: "Datasets", keys: ["g a"], scope: "everywhere" },
  "go.checkpoints": { label: "Checkpoints", keys: ["g k"], scope: "everywhere" },
  "go.settings": { label: "Settings", keys: ["g ,"], scope: "everywhere" },
  palette: { label: "Search or run a command", short: "search", keys: ["$mod+k"], scope: "everywhere" },
  keys: { label: "All keys", keys: ["[Shift]+?"], scope: "everywhere" },
  undo: { label: "Undo the last change", keys: ["z"], scope: "everywhere" },
  "session.new": { label: "New session", keys: ["n"], scope: "everywhere" },
  jobs: { label: "Jobs", keys: ["Shift+j"], scope: "everywhere" },
  theme: { label: "Light or dark", keys: ["Shift+t"], scope: "everywhere" },
  "go.back": { label: "Back", keys: ["Alt+ArrowLeft"], scope: "everywhere" },
  "go.forward": { label: "Forward", keys: ["Alt+ArrowRight"], scope: "everywhere" },

  "list.move": { label: "Move", keys: ["j", "k", "ArrowDown", "ArrowUp"], scope: "lists" },
  "list.first": { label: "First", keys: ["Home"], scope: "lists" },
  "list.last": { label: "Last", keys: ["End"], scope: "lists" },
  "list.pageDown": { label: "A page down", keys: ["PageDown"], scope: "lists" },
  "list.pageUp": { label: "A page up", keys: ["PageUp"], scope: "lists" },
  "list.open": { label: "Open", keys: ["Enter"], scope: "lists" },

  "episodes.query": { label: "Query", keys: ["[Shift]+/"], scope: "episodes" },
  "episodes.select": { label: "Select", keys: ["x"], scope: "episodes" },
  "episodes.selectTo": { label: "Select up to here", keys: ["Shift+x"], scope: "episodes" },
  "episodes.selectAll": { label: "Select all that match", keys: ["$mod+a"], scope: "episodes" },
  "episodes.clear": { label: "Clear the selection", keys: ["Escape"], scope: "episodes" },
  "episodes.peek": { label: "Show or hide the preview", keys: ["Space", "i"], scope: "episodes" },
  "episodes.label": { label: "Label", keys: ["l"], scope: "episodes" },
  "episodes.route": { label: "Route", keys: ["m"], scope: "episodes" },
  "episodes.export": { label: "Export", keys: ["e"], scope: "episodes" },
  "episodes.saveView": { label: "Save view", keys: ["s"], scope: "episodes" },
  "episodes.newer": { label: "Take in what arrived since", keys: ["r"], scope: "episodes" },

  "replay.step": { label: "Step", keys: ["ArrowLeft", "ArrowRight"], scope: "replay" },
  "replay.ten": { label: "Ten steps", keys: ["Shift+ArrowLeft", "Shift+ArrowRight"], scope: "replay" },
  "replay.first": { label: "First step", keys: ["Home"], scope: "replay" },
  "replay.last": { label: "Last step", keys: ["End"], scope: "replay" },
  "replay.play": { label: "Play", keys: ["Space"], scope: "replay" },
  "replay.speed": { label: "Speed ½ 1 2 4 8×", keys: ["1", "2", "3", "4", "5"], scope: "replay" },
  "replay.idle": { label: "Skip idle time", keys: ["i"], scope: "replay" },
  "replay.frame": { label: "Before / after", keys: ["b"], scope: "replay" },
  "replay.overlays": { label: "Overlays", keys: ["o"], scope: "replay" },
  "replay.overlay": {
    label: "Action, pointer, words, candidates, masks",
    keys: ["Shift+Digit1", "Shift+Digit2", "Shift+Digit3", "Shift+Digit4", "Shift+Digit5"],
    scope: "replay",
  },
  "replay.zoom": { label: "Zoom to the action", keys: ["[Shift]+="], scope: "replay" },
  "replay.fit": { label: "Whole screen", keys: ["0"], scope: "replay" },
  "replay.mark": { label: "Marked step", keys: ["[", "]"], scope: "replay" },
  "replay.episode": { label: "Episode of the list", keys: ["k", "j"], scope: "replay" },
  "replay.verdict": { label: "Verdict", keys: ["v"], scope: "replay" },
  "replay.route": { label: "Move stage", keys: ["m"], scope: "replay" },
  "replay.label": { label: "Label", keys: ["l"], scope: "replay" },
  "replay.mask": { label: "Leave this step out of imitation", keys: ["x"], scope: "replay" },
  "replay.fork": { label: "Fork here", keys: ["f"], scope: "replay" },
  "replay.rerun": { label: "Run again from its seed", keys: ["r"], scope: "replay" },
  "replay.export": { label: "Export", keys: ["e"], scope: "replay" },
  "replay.link": { label: "Copy link to this step", keys: ["y"], scope: "replay" },

  "wheel.pause": { label: "Pause or go on with the wheel", short: "pause the wheel", keys: ["p"], scope: "home" },
  "wheel.stop": { label: "Stop the wheel", keys: ["Shift+s"], scope: "home" },
  "wheel.new": { label: "New run", keys: ["t"], scope: "home" },
  "wheel.turn": { label: "Keep turning", keys: [], scope: "home" },
  "wheel.cycle": { label: "One cycle", keys: [], scope: "home" },
  "home.cycle": { label: "Cycle before, next cycle", short: "cycle", keys: ["[", "]"], scope: "home" },
  "home.waiting": { label: "What waits for you", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], scope: "home" },

  "sessions.pause": { label: "Pause or go on", keys: ["Space"], scope: "sessions" },
  "sessions.step": { label: "Single step", keys: ["."], scope: "sessions" },
  "sessions.approve": { label: "Approve", keys: ["Enter"], scope: "sessions" },
  "sessions.edit": { label: "Edit the action", short: "edit", keys: ["e"], scope: "sessions" },
  "sessions.refuse": { label: "Refuse", keys: ["x"], scope: "sessions" },
  "sessions.takeOver": { label: "Take over", keys: ["t"], scope: "sessions" },
  "sessions.handBack": { label: "Hand back", keys: ["h"], scope: "sessions" },
  "sessions.stop": { label: "Stop the session", keys: ["Shift+s"], scope: "sessions" },
  "sessions.focus": { label: "Look at session 1 … 9", short: "session", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], scope: "sessions" },
  "sessions.grid": { label: "Grid or focus", keys: ["v"], scope: "sessions" },
  "sessions.pauseAll": { label: "Pause all", keys: ["Shift+p"], scope: "sessions" },

  "checkpoints.promote": { label: "Promote", keys: ["p"], scope: "checkpoints" },
  "checkpoints.hold": { label: "Hold", keys: ["h"], scope: "checkpoints" },
  "checkpoints.rollback": { label: "Roll back", keys: ["b"], scope: "checkpoints" },
  "checkpoints.export": { label: "Export the folder", short: "export", keys: ["e"], scope: "checkpoints" },
  "checkpoints.import": { label: "Import a folder", keys: ["i"], scope: "checkpoints" },

  "datasets.export": { label: "Export", keys: ["e"], scope: "datasets" },
  "datasets.diff": { label: "Compare with another snapshot", short: "diff", keys: ["d"], scope: "datasets" },
  "datasets.row": { label: "Row before, next row", short: "row", keys: ["ArrowLeft", "ArrowRight"], scope: "datasets" },
  "datasets.snapshot": { label: "Snapshot before, next snapshot", short: "snapshot", keys: ["[", "]"], scope: "datasets" },
  "datasets.folder": { label: "Check or import a folder", short: "folder", keys: ["i"], scope: "datasets" },
  "datasets.freeze": { label: "Freeze a snapshot", keys: ["s"], scope: "datasets" },

  "chart.table": { label: "Charts as tables", keys: ["Shift+v"], scope: "charts" },

  "tasks.try": { label: "Try it yourself", keys: ["y"], scope: "tasks" },
  "tasks.rollOut": { label: "Roll out", keys: ["r"], scope: "tasks" },
  "tasks.episodes": { label: "Its episodes", keys: ["e"], scope: "tasks" },
} as const satisfies Record<string, Command>;

export type CommandId = keyof typeof COMMANDS;

export function isCommand(name: string): name is CommandId {
  return name in COMMANDS;
}

/** Commands with keys of one place may share a key with another place, but not with one that is everywhere or in all lists. */
export function clashes(keysOf: (id: CommandId) => readonly string[]): { readonly key: string; readonly ids: readonly [CommandId, CommandId] }[] {
  const ids = Object.keys(COMMANDS) as CommandId[];
  const together = (a: Scope, b: Scope): boolean =>
    a === b || a === "everywhere" || b === "everywhere" || (a === "lists" && b === "episodes") || (a === "episodes" && b === "lists");
  return ids.flatMap((a, i) =>
    ids.slice(i + 1).flatMap((b) => {
      if (!together(COMMANDS[a].scope, COMMANDS[b].scope)) return [];
      const shared = keysOf(a).find((key) => keysOf(b).includes(key));
      return shared === undefined ? [] : [{ key: shared, ids: [a, b] as const }];
    }),
  );
}
