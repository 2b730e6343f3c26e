/** What the app keeps in the workspace besides data: settings and saved views. In: a workspace. Out: checked values, every default filled in. */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { WheelError } from "../../../env/errors.ts";
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { Outputs, Parsed } from "../../api/index.ts";
import { settingsSchema, type Settings } from "../../api/settings.ts";
import { rows, run } from "../statements.ts";

/** A section that cannot be read (by hand, or from a newer program) falls back to its defaults. */
export function readSettings(workspace: Workspace): Settings {
  const stored = rows(workspace, sql<{ name: string; value: string }>`select name, value from settings`);
  const known = stored.flatMap(({ name, value }): [string, unknown][] => {
    const section = parse(value);
    return settingsSchema.partial().safeParse({ [name]: section }).success ? [[name, section]] : [];
  });
  return settingsSchema.parse(Object.fromEntries(known));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Changes what is given; sections that are objects keep what is not. Throws `bad-config`, naming the field. */
export function writeSettings(workspace: Workspace, change: Parsed["settings"]["set"]): Settings {
  const before = readSettings(workspace) as Record<string, unknown>;
  const merged = { ...before };
  for (const [name, value] of Object.entries(change)) {
    if (!(name in before)) throw new WheelError("bad-config", `There is no setting "${name}".`, `There are: ${Object.keys(before).join(", ")}.`);
    merged[name] = REPLACED.has(name) || !isObject(value) ? value : { ...(before[name] as object), ...value };
  }
  const parsed = settingsSchema.safeParse(merged);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new WheelError("bad-config", `${issue?.path.join(".")}: ${issue?.message}.`, "Nothing was changed.");
  }
  workspace.transaction(() => {
    for (const name of Object.keys(change)) {
      const value = JSON.stringify((parsed.data as Record<string, unknown>)[name]);
      run(workspace, sql`insert into settings (name, value) values (${name}, ${value}) on conflict (name) do update set value = excluded.value`);
    }
  });
  return parsed.data;
}

/** Maps as a whole: a shortcut that is not in it any more is gone. */
const REPLACED: ReadonlySet<string> = new Set(["shortcuts"]);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

type View = Outputs["views"]["save"];

export function listViews(workspace: Workspace): View[] {
  return rows(workspace, sql<{ id: string; name: string; search: string }>`select id, name, search from views order by createdAt`).map((row) => ({
    ...row,
    search: JSON.parse(row.search) as View["search"],
  }));
}

export function saveView(workspace: Workspace, { id = randomUUID(), name, search }: Parsed["views"]["save"]): View {
  const text = JSON.stringify(search);
  run(
    workspace,
    sql`insert into views (id, name, search, createdAt) values (${id}, ${name}, ${text}, ${Date.now()})
      on conflict (id) do update set name = excluded.name, search = excluded.search`,
  );
  return { id, name, search };
}

export function removeView(workspace: Workspace, id: string): void {
  run(workspace, sql`delete from views where id = ${id}`);
}
