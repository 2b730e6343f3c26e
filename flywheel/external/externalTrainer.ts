/**
 * Somebody else's trainer: it is handed the snapshot in the formats of trainers and a JSON file that says where everything is, its log is followed, and
 * what it wrote becomes a checkpoint. In: a command. Out: a checkpoint folder; or `trainer-failed` with the log's last lines.
 *
 * Its folder is `external/<checkpoint>/` in the workspace: `data/` (the export), `config.json`, `log.txt`, `output/` (emptied before each attempt) and
 * `scratch/` (kept between attempts, so that a trainer that was stopped can go on). It is gone when the checkpoint is there.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withoutKey } from "../../agent/remote/chat.ts";
import { environmentKey, type Endpoint } from "../../agent/remote/endpoint.ts";
import { filesIn, saveRemoteCheckpoint } from "../../agent/remote/remoteCheckpoint.ts";
import { WheelError } from "../../env/errors.ts";
import type { Json } from "../../env/json.ts";
import { rng } from "../../env/random.ts";
import { DEFAULT_EXPORT, exportForTrainers } from "../export/exportForTrainers.ts";
import { exportManifestSchema } from "../export/exportManifest.ts";
import { readSnapshot } from "../readSnapshot.ts";
import { trainingFacts, type Trainer, type Training } from "../trainer.ts";
import type { Wheel } from "../wheel.ts";
import { endText, startCommand, type CommandEnd } from "./command.ts";
import type { ExternalConfig } from "./externalConfig.ts";
import { readVersion } from "./remoteActor.ts";
import { TrainerLog } from "./trainerLog.ts";

/** What was handed over. */
export interface Handed {
  readonly folder: string;
  /** Rows by path of their file. */
  readonly files: Record<string, number>;
  /** Rows of the format with most of them. */
  readonly samples: { readonly sft: number; readonly ct: number };
}

const workDir = ({ workspace }: Wheel, id: string): string => join(workspace.dir, "external", id);

/** Clears the folder of a training that is over. */
export function clearWork(wheel: Wheel, id: string): void {
  rmSync(workDir(wheel, id), { recursive: true, force: true });
}

/** Exports the snapshot, as the agent is asked, unless that was done. */
export async function handOver(
  wheel: Wheel,
  { formats }: ExternalConfig,
  { id, snapshot }: Pick<Training, "id" | "snapshot">,
  onProgress?: (done: number, total: number) => void,
): Promise<Handed> {
  const { workspace, tasks, config, signal } = wheel;
  const folder = join(workDir(wheel, id), "data");
  const manifest = join(folder, "manifest.json");
  if (!existsSync(manifest)) {
    const { dialect, pictures } = config.agent!;
    const choice = { ...DEFAULT_EXPORT, formats, dialect, pictures, tasks, signal, ...(onProgress === undefined ? {} : { onProgress }) };
    await exportForTrainers(workspace, await readSnapshot(join(workspace.dir, "snapshots", snapshot)), folder, choice);
  }
  const { files } = exportManifestSchema.parse(JSON.parse(readFileSync(manifest, "utf8")));
  const rows = Object.fromEntries(files.flatMap(({ path, rows: count }) => (count === null ? [] : [[path, count] as const])));
  return { folder, files: rows, samples: { sft: most(rows, "sft"), ct: most(rows, "ct", "ct_mm") } };
}

/** Rows for a way of training: in one file, or in the shards of one folder. */
function most(rows: Readonly<Record<string, number>>, ...names: readonly string[]): number {
  const sums = new Map<string, number>();
  for (const [path, count] of Object.entries(rows)) {
    const [, place = "", name = ""] = /^(jsonl|trl)\/([a-z_]+)(?:\.jsonl|\/train-.*)$/.exec(path) ?? [];
    if (names.includes(name)) sums.set(place, (sums.get(place) ?? 0) + count);
  }
  return Math.max(0, ...sums.values());
}

/** The trainer that a command is. */
export function externalTrainer(external: ExternalConfig, endpoint: Endpoint): Trainer {
  return async (wheel, training, onProgress) => {
    const work = workDir(wheel, training.id);
    const [output, log] = [join(work, "output"), join(work, "log.txt")];
    const handed = await handOver(wheel, external, training);
    const config = await prepare(wheel, external, endpoint, training, handed);
    const began = performance.now();
    const following = new TrainerLog();
    const key = environmentKey(endpoint);
    const last: string[] = [];
    const end = await run(wheel.signal, { command: external.train, env: { FLYWHEEL_CONFIG: config }, log: null }, (said) => {
      const line = withoutKey(said, key);
      appendFileSync(log, `${line}\n`);
      if (last.push(line) > LAST_LINES) last.shift();
      const progress = following.offer(line);
      if (progress !== null) onProgress({ stage: "SFT", ...progress });
    });
    if (end.code !== 0) throw failed(`The trainer ${endText(end)}.`, last, log);
    if ((await filesIn(output)).length === 0) throw failed(`The trainer ended without an error, but wrote nothing into ${output}.`, last, log);
    const curve = following.curve.map((point) => ({ stage: "SFT", ...point, heldOut: null }));
    const record = { kind: "supervised", trainer: external.train, seconds: (performance.now() - began) / 1000, samples: handed.samples, curve };
    const facts = { ...trainingFacts(wheel, training), training: record, endpoint };
    await saveRemoteCheckpoint(training.dir, facts, output, { "train.log": log, "train.json": config });
    return record;
  };
}

const LAST_LINES = 10;

/** Empties the place for the output and writes what the trainer must know. Returns the file's path. */
async function prepare(
  wheel: Wheel,
  { base }: ExternalConfig,
  { model, dialect, pictures }: Endpoint,
  { id, cycle, base: parent }: Training,
  { folder, files }: Handed,
): Promise<string> {
  const work = workDir(wheel, id);
  const [output, scratch, path] = [join(work, "output"), join(work, "scratch"), join(work, "config.json")];
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  mkdirSync(scratch, { recursive: true });
  writeFileSync(join(work, "log.txt"), "");
  const config = {
    version: 1,
    run: wheel.run,
    cycle,
    checkpoint: id,
    seed: rng("external trainer", wheel.config.seed, cycle).int(2 ** 31),
    /** What the first training of a run starts from. */
    base: base ?? model,
    /** What this one starts from: the newest candidate that was not discarded; its folder is null where that is the base itself. */
    parent: parent === null ? null : { checkpoint: parent, folder: (await readVersion(parent, wheel.checkpointDir(parent))).folder },
    data: folder,
    rows: files,
    dialect,
    pictures,
    output,
    scratch,
  } satisfies Json;
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`);
  return path;
}

/** Runs the command to its end. Throws `interrupted`, when it has ended too. */
async function run(signal: AbortSignal, order: Parameters<typeof startCommand>[0], onLine: (line: string) => void): Promise<CommandEnd> {
  signal.throwIfAborted();
  const command = startCommand(order, onLine);
  const stop = (): void => void command.stop();
  signal.addEventListener("abort", stop, { once: true });
  const end = await command.ended;
  signal.removeEventListener("abort", stop);
  if (signal.aborted) throw new WheelError("interrupted", "Stopped.", "Run the same command again to go on where it stopped.");
  return end;
}

function failed(what: string, last: readonly string[], log: string): WheelError {
  const said = last.length === 0 ? "It printed nothing." : `Its last lines:\n${last.map((line) => `  ${line}`).join("\n")}\n`;
  return new WheelError("trainer-failed", `${what} ${said}`, `All it printed is in ${log}. Mend it; the same command trains again on the same data.`);
}
