/** `flywheel episodes`: list, show, verify, route, label, mask, retract. In: ids or filters. Out: episodes with their history; changes with author and reason. */
import type { Command } from "commander";
import { describeAction } from "../../env/action.ts";
import { PURPOSES, type Purpose } from "../../env/episode.ts";
import { WheelError } from "../../env/errors.ts";
import { VERDICTS, type VerdictName } from "../../env/verdict.ts";
import { routeByHand } from "../../flywheel/routeEpisodes.ts";
import { reverify, routeAgain } from "../../flywheel/reverify.ts";
import { ROLES, ROUTES, type Role, type Route } from "../../flywheel/store/database.ts";
import type { Episode, EpisodeFilter } from "../../flywheel/store/episodes.ts";
import type { Step } from "../../flywheel/store/steps.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { columns } from "../columns.ts";
import { action, type Context } from "../context.ts";
import { examples, oneOf, whole, withAuthor, withTaskModule, type Authored, type TaskChoice } from "../options.ts";
import { knownTasks } from "../selectTasks.ts";

/** Adds the command and its subcommands. */
export function episodesCommand(program: Command): void {
  const episodes = program
    .command("episodes")
    .description("what was recorded and what became of it: list, show, verify, route, label, mask, retract");
  listCommand(episodes);
  showCommand(episodes);
  verifyCommand(episodes);
  routeCommand(episodes);
  labelCommand(episodes);
  maskCommand(episodes);
  retractCommand(episodes);
  examples(
    episodes,
    "episodes list --verdict pass --role rl",
    "episodes show 7c1f0a2b9d31e8c4a6f0",
    "episodes route 7c1f0a2b9d31e8c4a6f0 quarantine --reason 'lucky click'",
  );
}

interface FilterOptions {
  readonly task?: string;
  readonly cycle?: number;
  readonly purpose?: Purpose;
  readonly role?: Role;
  readonly verdict?: VerdictName;
  readonly route?: Route;
  readonly checkpoint?: string;
}

function withFilter(command: Command): Command {
  return command
    .option("--task <id>", "only this task")
    .option("--cycle <n>", "only this cycle", whole(0))
    .option("--purpose <name>", PURPOSES.join(" | "), oneOf(PURPOSES))
    .option("--role <name>", ROLES.join(" | "), oneOf(ROLES))
    .option("--verdict <name>", VERDICTS.join(" | "), oneOf(VERDICTS))
    .option("--route <name>", ROUTES.join(" | "), oneOf(ROUTES))
    .option("--checkpoint <id>", "only what this checkpoint did");
}

const FILTERS = ["task", "cycle", "purpose", "role", "verdict", "route", "checkpoint"] as const;

function toFilter(options: FilterOptions): EpisodeFilter {
  return Object.fromEntries(FILTERS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}

function listCommand(episodes: Command): void {
  const command = withFilter(episodes.command("list").description("ended episodes, by cycle, task and seed"))
    .option("--limit <n>", "at most so many", whole(1), 50)
    .option("--offset <n>", "leave out the first so many", whole(0), 0);
  examples(command, "episodes list", "episodes list --cycle 2 --verdict pass --route SFT", "episodes list --limit 100000 --json > episodes.jsonl");
  action<FilterOptions & { limit: number; offset: number }>(command, async ({ options, say, emit, openWorkspace }) => {
    await using workspace = await openWorkspace("read");
    const { limit, offset } = options;
    const found = workspace.episodes.list({ ...toFilter(options), limit: limit + 1, offset });
    const shown = found.slice(0, limit);
    for (const line of columns([HEADER, ...shown.map(cells)])) if (shown.length > 0) say(line);
    for (const episode of shown) emit(episode);
    if (shown.length === 0) say("No episodes match. `flywheel run` and `flywheel rollout` make some.");
    if (found.length > limit) say(`(there are more: --offset ${offset + limit}, or a larger --limit)`);
  });
}

const HEADER = ["episode", "cycle", "purpose", "role", "task", "seed", "verdict", "route", "steps", "who acted"];

function cells({ id, cycle, purpose, role, task, seed, verdict, route, stepCount, policy, checkpoint }: Episode): string[] {
  return [id, String(cycle), purpose, role, task, String(seed), verdict ?? "–", route ?? "–", String(stepCount), checkpoint ?? policy];
}

function showCommand(episodes: Command): void {
  const command = episodes.command("show <episode>").description("one episode: steps, verdicts, failed checks, routes, labels");
  examples(command, "episodes show 7c1f0a2b9d31e8c4a6f0", "episodes show 7c1f0a2b9d31e8c4a6f0 --json");
  action(command, async ({ say, emit, openWorkspace }, [id]) => {
    await using workspace = await openWorkspace("read");
    const episode = workspace.episodes.get(id!);
    const steps = workspace.steps.of(episode.id);
    const [verdicts, checks, routes] = [
      workspace.verdicts.of(episode.id),
      workspace.filterChecks.of(episode.id),
      workspace.routes.history(episode.id),
    ];
    const [masks, labels] = [workspace.masks.of(episode.id), workspace.labels.of(episode.id)];
    const retractions = workspace.retractions.of(episode.id);
    emit({ episode, steps, verdicts, checks, routes, masks, labels, retractions });
    for (const line of columns([HEADER, cells(episode)])) say(line);
    say(`"${episode.instruction}" (${episode.bucket}${episode.feasible ? "" : ", infeasible"})`);
    const masked = new Set(masks.filter((mask) => mask.masked).map(({ step }) => step));
    for (const line of columns(steps.map((step) => stepCells(step, masked.has(step.index))))) say(`  ${line}`);
    for (const verdict of verdicts) {
      const notes = [verdict.routing ? "routes" : "", verdict.withdrawn === null ? "" : `withdrawn: ${verdict.withdrawn}`].filter(
        (note) => note !== "",
      );
      say(
        `  verdict ${verdict.verdict} by ${verdict.verifier}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}: ${verdict.reason}  ${JSON.stringify(verdict.evidence)}`,
      );
    }
    for (const check of checks) if (!check.passed) say(`  failed check ${check.check}: ${check.reason}`);
    for (const route of routes) say(`  route ${route.route} by ${route.author}: ${route.reason}`);
    for (const retraction of retractions) say(`  ${retraction.action} by ${retraction.author}: ${retraction.reason}`);
    for (const label of labels) say(`  label ${label.label}${label.step === null ? "" : ` at step ${label.step}`} by ${label.author}: ${label.note}`);
  });
}

function stepCells({ index, action: done, decision, screenHash }: Step, masked: boolean): string[] {
  const p = decision?.logProb ?? null;
  return [
    String(index),
    describeAction(done),
    p === null ? "" : `p=${Math.exp(p).toFixed(2)}`,
    decision?.exploration === true ? "explored" : "",
    masked ? "masked" : "",
    `screen ${screenHash.slice(0, 10)}`,
  ];
}

function verifyCommand(episodes: Command): void {
  const command = withFilter(episodes.command("verify").description("judge recorded episodes again with today's verifiers and show what differs"))
    .option("--all", "also where the verifier's version has not changed")
    .option("--dry-run", "only show the differences");
  withTaskModule(command);
  examples(command, "episodes verify --dry-run --all", "episodes verify --task click-menu");
  action<FilterOptions & TaskChoice & { all?: true; dryRun?: true }>(command, async ({ options, say, emit, openWorkspace }) => {
    const { all = false, dryRun = false } = options;
    const tasks = await knownTasks(options.taskModule);
    await using workspace = await openWorkspace(dryRun ? "read" : "change");
    const found = workspace.episodes.list(toFilter(options));
    const foreign = new Set(found.map(({ task }) => task).filter((id) => !tasks.some((task) => task.id === id)));
    const { looked, changes } = reverify(workspace, tasks, found, { all, dryRun });
    for (const { episode, task, seed, before, after } of changes) {
      say(
        `${episode} ${task} seed ${seed}: ${before.verdict ?? "none"} (${before.verifier ?? "–"}) → ${after.verdict} (${after.verifier}): ${after.reason}`,
      );
    }
    for (const change of changes) emit(change);
    if (foreign.size > 0) say(`Left out, as nobody knows their tasks: ${[...foreign].join(", ")}. Add them with --task-module.`);
    emit({ summary: { looked, changed: changes.length, unknownTasks: [...foreign] } });
    say(
      `${looked} episodes verified again, ${changes.length} verdicts differ${dryRun ? " (nothing was changed)" : ""}.${looked === 0 && !all ? " No verifier has a new version; --all looks at every episode." : ""}`,
    );
  });
}

function routeCommand(episodes: Command): void {
  const command = withAuthor(
    episodes.command("route <episode> <route>").description(`change a route by hand (${ROUTES.join(" | ")}); it stays when the wheel routes again`),
  );
  examples(command, "episodes route 7c1f0a2b9d31e8c4a6f0 quarantine --reason 'lucky click'");
  action<Authored>(command, async (context, [id, route]) => {
    const chosen = argument("route", route!, ROUTES);
    await changeEpisode(context, id!, (workspace, { id: episode, route: before }) => {
      routeByHand(workspace, episode, { route: chosen, reason: context.options.reason, author: context.options.author });
      return {
        text: `${before ?? "no route"} → ${chosen}. Undo: flywheel episodes route ${episode} ${before ?? "quarantine"}`,
        change: { route: chosen, before },
      };
    });
  });
}

function labelCommand(episodes: Command): void {
  const command = withAuthor(episodes.command("label <episode> <label>").description("attach a label to an episode or one of its steps")).option(
    "--step <n>",
    "index of the step",
    whole(0),
  );
  examples(command, "episodes label 7c1f0a2b9d31e8c4a6f0 good-example", "episodes label 7c1f0a2b9d31e8c4a6f0 detour --step 2");
  action<Authored & { step?: number }>(command, async (context, [id, label]) => {
    const { step = null, reason, author } = context.options;
    await changeEpisode(context, id!, (workspace, episode) => {
      if (step !== null) requireStep(episode, step);
      workspace.labels.add({ episode: episode.id, step, label: label!, note: reason, author });
      return { text: `label "${label}" added${step === null ? "" : ` to step ${step}`}.`, change: { label, step } };
    });
  });
}

function maskCommand(episodes: Command): void {
  const command = withAuthor(episodes.command("mask <episode> <step>").description("keep one step out of imitation (it stays as history)")).option(
    "--off",
    "take the mask back",
  );
  examples(command, "episodes mask 7c1f0a2b9d31e8c4a6f0 2 --reason detour", "episodes mask 7c1f0a2b9d31e8c4a6f0 2 --off");
  action<Authored & { off?: true }>(command, async (context, [id, text]) => {
    const { reason, author, off = false } = context.options;
    await changeEpisode(context, id!, (workspace, episode) => {
      const step = requireStep(episode, Number(text));
      workspace.masks.set(episode.id, { step, masked: !off, reason, author });
      return { text: `step ${step} ${off ? "unmasked" : "masked"}.`, change: { step, masked: !off } };
    });
  });
}

function retractCommand(episodes: Command): void {
  const command = withAuthor(
    episodes
      .command("retract [episodes...]")
      .description("take episodes out of everything learning reads; snapshots built from then on are without them"),
  )
    .option("--restore", "put them back")
    .option("--poison", "instead: withdraw all verdicts of the poison test and route anew");
  examples(
    command,
    "episodes retract 7c1f0a2b9d31e8c4a6f0 --reason 'wrong page'",
    "episodes retract 7c1f0a2b9d31e8c4a6f0 --restore",
    "episodes retract --poison",
  );
  action<Authored & { poison?: true; restore?: true }>(command, async ({ options, say, emit, openWorkspace }, ids) => {
    const { reason, author, restore = false } = options;
    if (ids.length === 0 && options.poison !== true) throw new WheelError("usage", "No episodes were named.", "Name their ids, or use --poison.");
    await using workspace = await openWorkspace("change");
    if (options.poison === true) {
      const verdicts = workspace.verdicts.from("poison-test");
      for (const id of verdicts) workspace.verdicts.withdraw(id, reason === "" ? "poison test over" : reason);
      const routed = routeAgain(workspace);
      emit({ withdrawn: verdicts.length, routed });
      return say(`${verdicts.length} poisoned verdicts withdrawn, ${routed} episodes routed anew.`);
    }
    const found = ids.map((id) => workspace.episodes.get(id).id);
    workspace.transaction(() => found.forEach((episode) => workspace.retractions[restore ? "restore" : "retract"]({ episode, reason, author })));
    emit({ episodes: found, action: restore ? "restore" : "retract" });
    say(`${found.length} episodes ${restore ? "restored" : "retracted"}. Snapshots built from now on ${restore ? "hold" : "leave out"} them.`);
  });
}

type Change = { readonly text: string; readonly change: Readonly<Record<string, unknown>> };

/** Opens the workspace, changes one episode, and says what was done. */
async function changeEpisode<Options>(
  { say, emit, openWorkspace }: Context<Options>,
  id: string,
  change: (workspace: Workspace, episode: Episode) => Change,
): Promise<void> {
  await using workspace = await openWorkspace("change");
  const episode = workspace.episodes.get(id);
  const done = change(workspace, episode);
  emit({ episode: episode.id, ...done.change });
  say(`${episode.id}: ${done.text}`);
}

function requireStep({ id, stepCount }: Episode, step: number): number {
  if (Number.isInteger(step) && step >= 0 && step < stepCount) return step;
  throw new WheelError(
    "usage",
    `Episode ${id} has no such step.`,
    stepCount === 0 ? "It has no steps at all." : `Its steps are 0 to ${stepCount - 1}.`,
  );
}

function argument<Word extends string>(name: string, value: string, allowed: readonly Word[]): Word {
  const found = allowed.find((word) => word.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  throw new WheelError("usage", `There is no ${name} "${value}".`, `Use one of: ${allowed.join(", ")}.`);
}
