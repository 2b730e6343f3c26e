/**
 * A finished run written straight into a workspace: episodes with small real screens, verdicts, routes, checks, stages, gate decisions by the
 * real gate. In: a folder and sizes. Out: the workspace, closed. Everything is drawn from `rng`, so the same sizes give the same run.
 */
import sharp from "sharp";
import { click, type Action } from "../../env/action.ts";
import type { Purpose } from "../../env/episode.ts";
import type { Json } from "../../env/json.ts";
import { decodePng, screenHash } from "../../env/pixels.ts";
import { rng } from "../../env/random.ts";
import type { Verdict, VerdictName } from "../../env/verdict.ts";
import { presetConfig, type WheelConfig } from "../../flywheel/config.ts";
import { toResult, type EpisodeResult } from "../../flywheel/results.ts";
import { gate, type GateDecision, type GatePair } from "../../flywheel/gate.ts";
import { scoreOf } from "../../flywheel/score.ts";
import { AUTOMATIC, type Role } from "../../flywheel/store/database.ts";
import type { Screen } from "../../flywheel/store/blobs.ts";
import { openWorkspace, type Workspace } from "../../flywheel/store/workspace.ts";

export interface Sizes {
  readonly tasks: readonly string[];
  readonly demonstrated: readonly string[];
  readonly cycles: number;
  readonly finalSeeds: number;
  readonly gateSeeds: number;
  readonly rollouts: number;
}

export const RUN = "s1-0f9c2ab1";

export const SMALL: Sizes = {
  tasks: ["click-text", "enter-text", "drag-card", "read-table"],
  demonstrated: ["click-text"],
  cycles: 3,
  finalSeeds: 12,
  gateSeeds: 12,
  rollouts: 36,
};

/** Writes the run. */
export async function writeRun(dir: string, sizes: Sizes, { scored = true }: { readonly scored?: boolean } = {}): Promise<void> {
  await using workspace = await openWorkspace(dir);
  const screens = await drawScreens(sizes.tasks);
  const config = { ...(presetConfig("tour") as WheelConfig), tasks: [...sizes.tasks], demonstrated: [...sizes.demonstrated], cycles: sizes.cycles };
  const full = { ...config, final: { seedsPerTask: sizes.finalSeeds }, gate: { ...config.gate, seedsPerTask: sizes.gateSeeds } };
  workspace.runs.open(RUN, full, full.seed);
  workspace.transaction(() => new Writer(workspace, sizes, screens).write(scored));
}

/** A word of the page for each task; which one is right depends on the seed. */
const WORDS = ["Harbour", "Lantern", "Meadow", "Compass", "Orchard", "Glacier"];
const THEMES = [
  ["#F4F1EA", "#2F6F5E", "#FFFFFF"],
  ["#EEF2FA", "#3A5BA0", "#FFFFFF"],
  ["#1F252C", "#C98A3B", "#2B333C"],
  ["#FBF3F6", "#8C3F6E", "#FFFFFF"],
] as const;
const VIEWPORT = { width: 320, height: 240 };
const VARIANTS = THEMES.length;

type Screens = ReadonlyMap<string, Screen>;

/** Three states of each task in four themes, as real PNGs at two device pixels per CSS pixel. */
async function drawScreens(tasks: readonly string[]): Promise<Screens> {
  const drawn = new Map<string, Screen>();
  for (const task of tasks) {
    for (let variant = 0; variant < VARIANTS; variant++) {
      for (let state = 0; state < 3; state++) {
        const png = await sharp(Buffer.from(pageSvg(task, variant, state)))
          .png()
          .toBuffer();
        const pixels = await decodePng(png);
        drawn.set(`${task} ${variant} ${state}`, { screenHash: screenHash(pixels), png, width: pixels.width, height: pixels.height });
      }
    }
  }
  return drawn;
}

function pageSvg(task: string, variant: number, state: number): string {
  const [ground, accent, card] = THEMES[variant]!;
  const ink = variant === 2 ? "#F0EDE6" : "#22282E";
  const font = 'font-family="DejaVu Sans, sans-serif"';
  const buttons = WORDS.map((word, i) => {
    const { x, y } = place(i);
    const pressed = state > 0 && i === variant;
    return `<rect x="${x - 44}" y="${y - 15}" width="88" height="30" rx="5" fill="${pressed ? accent : card}" stroke="${accent}"/>
      <text x="${x}" y="${y + 4}" font-size="12" text-anchor="middle" fill="${pressed ? card : ink}" ${font}>${word}</text>`;
  }).join("");
  const text = state === 2 ? `<text x="28" y="212" font-size="12" fill="${ink}" ${font}>${WORDS[variant]}</text>` : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480" viewBox="0 0 320 240"><rect width="320" height="240" fill="${ground}"/>
    <rect width="320" height="34" fill="${accent}"/><text x="14" y="22" font-size="14" fill="#FFFFFF" ${font}>${task}</text>
    ${buttons}<rect x="20" y="194" width="200" height="28" fill="${card}" stroke="${accent}"/>${text}
    <rect x="236" y="194" width="64" height="28" rx="5" fill="${accent}"/><text x="268" y="212" font-size="12" text-anchor="middle" fill="#FFFFFF" ${font}>Save</text></svg>`;
}

function place(i: number): { x: number; y: number } {
  return { x: 64 + (i % 3) * 96, y: 72 + Math.floor(i / 3) * 56 };
}

interface Job {
  readonly purpose: Purpose;
  readonly role: Role;
  readonly cycle: number;
  readonly task: string;
  readonly seed: number;
  readonly trial?: number;
  readonly verdict: VerdictName;
  readonly checkpoint?: string;
  readonly groupId?: string;
  readonly request?: number;
  readonly policy?: string;
}

class Writer {
  readonly #workspace: Workspace;
  readonly #sizes: Sizes;
  readonly #screens: Screens;
  #clock = Date.parse("2026-03-02T09:00:00Z");

  constructor(workspace: Workspace, sizes: Sizes, screens: Screens) {
    [this.#workspace, this.#sizes, this.#screens] = [workspace, sizes, screens];
  }

  write(scored: boolean): void {
    const { cycles, tasks, demonstrated, finalSeeds } = this.#sizes;
    this.#boot(tasks, demonstrated);
    this.#candidate(0, null);
    for (let cycle = 1; cycle <= cycles; cycle++) this.#turn(cycle);
    if (!scored) return;
    for (let cycle = 0; cycle <= cycles; cycle++) {
      const results = this.#evaluate(id(cycle), cycle, "final", 690_000, finalSeeds);
      this.#score(id(cycle), "final", cycle, results, { leftOut: 2 });
      this.#stage(cycles + 1, `score ${id(cycle)}`, 70 + cycle, null);
    }
  }

  #boot(tasks: readonly string[], demonstrated: readonly string[]): void {
    for (const task of tasks)
      for (let i = 0; i < 4; i++)
        this.#record({
          purpose: "train",
          role: "boot",
          cycle: 0,
          task,
          seed: 100 + i,
          verdict: i === 3 && task === tasks[0] ? "pass" : "truncated",
          policy: "random",
        });
    for (const task of demonstrated)
      for (let i = 0; i < 24; i++)
        this.#record({ purpose: "train", role: "demonstration", cycle: 0, task, seed: 500 + i, verdict: "pass", policy: "oracle" });
    this.#stage(0, "crawl", 44, null);
    this.#stage(0, "demonstrate", 61, null);
  }

  #turn(cycle: number): void {
    const { tasks, rollouts } = this.#sizes;
    const acting = this.#workspace.checkpoints.acting(RUN)!.id;
    const skillCycle = Number(acting.split(".c")[1]);
    this.#stage(cycle, "plan", 0.1, null);
    const stuck = tasks.at(-1)!;
    if (cycle === 2) {
      const request = this.#workspace.demonstrations.ask({ run: RUN, cycle, task: stuck, bucket: "easy", asked: 8, source: "oracle" });
      for (let i = 0; i < 8; i++)
        this.#record({ purpose: "train", role: "demonstration", cycle, task: stuck, seed: 800 + i, verdict: "pass", policy: "oracle", request });
      this.#stage(cycle, "answer requests", 18, null);
    }
    for (let i = 0; i < rollouts; i++) {
      const task = tasks[i % tasks.length]!;
      const seed = 1000 * cycle + Math.floor(i / (3 * tasks.length));
      this.#record({
        purpose: "train",
        role: "rollout",
        cycle,
        task,
        seed,
        trial: Math.floor(i / tasks.length),
        verdict: this.#outcome(task, skillCycle, seed, i, 0.35),
        checkpoint: acting,
      });
    }
    this.#stage(cycle, "roll out", 96 + 3 * cycle, null);
    this.#stage(cycle, "route sft", 0.8, null);
    this.#stage(cycle, "snapshot sft", 6, null);
    if (cycle > 1) this.#groups(cycle);
    this.#candidate(cycle, acting);
    const alarm = {
      level: "warn",
      name: "duplicates",
      value: 0.54,
      limit: 0.5,
      message: "verified episodes repeat what is already kept (0.540, limit 0.5)",
    };
    this.#stage(cycle, "watch", 1.5, cycle === this.#sizes.cycles ? [alarm] : []);
  }

  #groups(cycle: number): void {
    const { tasks } = this.#sizes;
    for (const [g, task] of tasks.entries()) {
      for (let trial = 0; trial < 8; trial++) {
        const seed = 50_000 + 100 * cycle + g;
        this.#record({
          purpose: "train",
          role: "rl",
          cycle,
          task,
          seed,
          trial,
          verdict: this.#outcome(task, cycle, seed, trial, 0.5),
          checkpoint: `${id(cycle)}-sft`,
          groupId: `c${cycle}-${g}`,
        });
      }
    }
    const result = {
      kind: "reinforce",
      episodes: 8 * tasks.length,
      updates: 24,
      valueSteps: 60,
      left: 0,
      groups: { all: tasks.length, mixed: tasks.length - 1 },
      loss: 0.31 - 0.02 * cycle,
      behaviourGap: 2.4e-6,
    };
    this.#stage(cycle, "rl groups 1", 55, null);
    this.#stage(cycle, "reinforce 1", 64, result);
  }

  /** Registers the cycle's candidate, evaluates it against who acts, and lets the real gate decide. */
  #candidate(cycle: number, incumbent: string | null): void {
    const { checkpoints } = this.#workspace;
    const steps = Array.from({ length: 15 }, (_, i) => 20 * (i + 1));
    const noise = rng("loss", cycle);
    const sft = steps.map((step) => ({
      stage: "SFT",
      step,
      loss: 0.12 + (1.4 / (1 + cycle)) * Math.exp(-step / 110) + 0.05 * noise.next(),
      heldOut: cycle === 0 && step % 60 === 0 ? 0.2 + 1.3 * Math.exp(-step / 120) : null,
    }));
    const ct =
      cycle % 4 === 0
        ? steps.slice(0, 7).map((step) => ({ stage: "CT", step, loss: 1.1 + 1.9 * Math.exp(-step / 60) + 0.08 * noise.next(), heldOut: null }))
        : [];
    this.#stage(cycle, "train", 120, {
      kind: "supervised",
      ctSteps: 140,
      sftSteps: 300,
      samples: { sft: 400 + 300 * cycle, ct: 900, unencodable: 0 },
      curve: [...ct, ...sft],
    });
    checkpoints.add({
      id: id(cycle),
      run: RUN,
      cycle,
      path: `checkpoints/${id(cycle)}`,
      parents: incumbent === null ? [] : [incumbent],
      snapshot: null,
      scores: {},
    });
    const own = this.#evaluate(id(cycle), cycle, "gate", 600_000, this.#sizes.gateSeeds);
    this.#score(id(cycle), "gate", cycle, own, {});
    if (incumbent === null) {
      checkpoints.decide(id(cycle), "promote", { kind: "first", decision: "promote", reason: "nobody acts yet" }, "gate");
    } else {
      const other = this.#evaluate(incumbent, cycle, "gate", 600_000, this.#sizes.gateSeeds);
      this.#score(incumbent, "gate", cycle, other, {});
      const pairs = own.map((result, i): GatePair => ({
        task: result.task,
        bucket: result.bucket,
        seed: result.seed,
        candidate: result.verdict,
        incumbent: other[i]!.verdict,
      }));
      const answer = gate({ pairs, mastered: [], recheck: [] }) as GateDecision;
      checkpoints.decide(id(cycle), answer.decision, { ...answer, incumbent, looks: cycle }, "gate");
    }
    this.#stage(cycle, "evaluate", 70, null);
    this.#stage(cycle, "decide", 0.2, null);
  }

  #evaluate(checkpoint: string, cycle: number, purpose: "gate" | "final", from: number, count: number): EpisodeResult[] {
    const skillCycle = Number(checkpoint.split(".c")[1]);
    return this.#sizes.tasks.flatMap((task) =>
      Array.from({ length: count }, (_, i) => {
        const job: Job = {
          purpose,
          role: "evaluation",
          cycle,
          task,
          seed: from + i,
          verdict: this.#outcome(task, skillCycle, from + i, 0, 0.12),
          checkpoint,
        };
        return toResult(this.#workspace.episodes.get(this.#record(job)), checkpoint);
      }),
    );
  }

  #score(
    checkpoint: string,
    purpose: "gate" | "final",
    cycle: number,
    results: readonly EpisodeResult[],
    extra: { readonly leftOut?: number },
  ): void {
    const episodes = results.map(({ episode }) => episode);
    const { estimate, low, high, n } = scoreOf(results, checkpoint)!;
    this.#workspace.evaluations.put({ checkpoint, purpose, cycle, summary: { estimate, low, high, n, episodes, ...extra } });
  }

  /** Learned by `skill`, with some luck per try; a rare environment error. */
  #outcome(task: string, skillCycle: number, seed: number, trial: number, luck: number): VerdictName {
    if (rng("error", task, seed, skillCycle, trial).chance(0.004)) return "env-error";
    const hard = (1 - luck) * rng("hard", task, seed).next() + luck * rng("luck", task, seed, skillCycle, trial).next();
    if (hard < this.#skill(task, skillCycle)) return "pass";
    return rng("how", task, seed, skillCycle, trial).chance(0.3) ? "truncated" : "fail";
  }

  #skill(task: string, cycle: number): number {
    const { tasks, demonstrated } = this.#sizes;
    const rank = tasks.indexOf(task) / Math.max(1, tasks.length - 1);
    if (task === tasks.at(-1)) return [0.03, 0.05, 0.32, 0.3, 0.6, 0.72][Math.min(cycle, 5)]!;
    const start = demonstrated.includes(task) ? 0.62 : 0.36 - 0.22 * rank;
    const gained = [0, 0.32, 0.58, 0.545, 0.78, 0.87][Math.min(cycle, 5)]!;
    return start + (1.02 - 0.12 * rank - start) * gained;
  }

  /** Writes one whole episode with its route and checks. Returns its id. */
  #record(job: Job): string {
    const { episodes, steps, verdicts: _, routes, filterChecks } = this.#workspace;
    const variant = job.seed % VARIANTS;
    const infeasible = job.purpose !== "train" && job.seed % 8 === 5;
    const heldOut = job.purpose === "final" && job.seed % 6 === 1;
    const screen = (state: number): Screen => this.#screens.get(`${job.task} ${variant} ${state}`)!;
    const { purpose, role, cycle, task, seed, trial = 0, checkpoint = null, groupId = null, request = null, policy } = job;
    const key = [purpose, role, role === "evaluation" ? "" : cycle, groupId ?? "", task, seed, trial, checkpoint ?? policy ?? ""].join("/");
    const begun = episodes.begin({
      key,
      run: RUN,
      cycle,
      purpose,
      role,
      task,
      taskVersion: 1,
      seed,
      bucket: "easy",
      trial,
      groupId,
      request,
      checkpoint,
      feasible: !infeasible,
      heldOut,
      policy: policy ?? "model",
      weights: checkpoint,
      instruction: `Press "${WORDS[variant]}", then save.`,
      template: heldOut ? 4 : 0,
      viewport: VIEWPORT,
      deviceScaleFactor: 2,
      startScreen: screen(0),
      startState: { pressed: [] },
    });
    if (begun.kind === "exists") return begun.id;
    const moves = movesOf(job, variant, infeasible);
    let before = screen(0);
    for (const [index, { action, to }] of moves.entries()) {
      const decision = { logProb: -0.2, value: 0.5, entropy: 0.4, thought: null, alternatives: [], exploration: false };
      steps.append(begun.id, {
        index,
        screenHash: before.screenHash,
        action,
        state: { state: to },
        incidents: [],
        decision,
        deviceScaleFactor: 2,
        nextScreen: screen(to),
      });
      before = screen(to);
    }
    episodes.end(begun.id, {
      terminatedBy: job.verdict === "truncated" ? "budget" : job.verdict === "env-error" ? "environment" : "agent",
      verdict: verdictOf(job, variant),
    });
    if (purpose !== "train") return begun.id;
    const filtered = job.verdict === "pass" && rng("filter", key).chance(0.12) && role !== "demonstration";
    const stored = episodes.get(begun.id);
    filterChecks.record(begun.id, stored.verdictId!, [
      { check: "not-duplicate", passed: !filtered, reason: filtered ? "the same actions on the same seed" : "" },
    ]);
    const route = job.verdict === "env-error" ? "quarantine" : job.verdict === "pass" && !filtered ? "SFT" : "CT";
    routes.append({ episode: begun.id, route, author: AUTOMATIC, reason: "by the filter" });
    return begun.id;
  }

  #stage(cycle: number, stage: string, seconds: number, result: Json): void {
    const { connection } = this.#workspace;
    const row = { run: RUN, cycle, stage, status: "done" as const, startedAt: this.#clock, seconds, result: JSON.stringify(result) };
    connection.run(connection.query.insertInto("stages").values(row));
    this.#clock += 1000 * seconds + 40;
  }
}

function id(cycle: number): string {
  return `${RUN}.c${cycle}`;
}

interface Move {
  readonly action: Action;
  /** State of the page afterwards. */
  readonly to: number;
}

const DONE: Move = { action: { kind: "done" }, to: 2 };

function movesOf({ task, verdict, seed }: Job, variant: number, infeasible: boolean): Move[] {
  const right: Move = { action: click(place(variant)), to: 1 };
  const save: Move = { action: click({ x: 268, y: 208 }), to: 2 };
  const way: Move[] = task.startsWith("drag")
    ? [{ action: { kind: "drag", path: [place(variant), { x: 120, y: 208 }] }, to: 2 }, DONE]
    : task.includes("text") && !task.startsWith("click")
      ? [right, { action: { kind: "type", text: WORDS[variant]! }, to: 2 }, { action: { kind: "key", chord: "Enter", count: 1 }, to: 2 }, DONE]
      : [right, save, DONE];
  if (verdict === "pass") return infeasible ? [{ action: { kind: "fail", reason: "there is no such button" }, to: 0 }] : way;
  if (verdict === "env-error") return way.slice(0, 1);
  const wrong: Move = { action: click(place((variant + 1 + (seed % 4)) % WORDS.length)), to: 0 };
  if (verdict === "fail") return [wrong, { ...DONE, to: 0 }];
  return [wrong, { action: { kind: "scroll", at: { x: 160, y: 120 }, dx: 0, dy: 120 }, to: 0 }, { action: { kind: "wait" }, to: 0 }, wrong, wrong];
}

function verdictOf({ verdict, task, seed }: Job, variant: number): Verdict {
  const right = WORDS[variant];
  const reasons: Record<VerdictName, string> = {
    pass: `pressed "${right}"`,
    fail: `pressed "${WORDS[(variant + 1 + (seed % 4)) % WORDS.length]}", wanted "${right}" <only>`,
    truncated: "the step budget ended before anything was right",
    "env-error": "the page did not settle",
    unverified: "",
  };
  return {
    verdict,
    reason: reasons[verdict],
    evidence: null,
    rewardRaw: verdict === "pass" ? 1 : 0,
    verifier: `${task}@1`,
    triage: verdict === "pass" ? null : "model",
  };
}
