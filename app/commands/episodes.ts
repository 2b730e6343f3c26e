/** `flywheel episodes`: list, show, verify, route, label, mask, retract. In: ids or filters. Out: episodes with their history; changes with author and reason. */
import { userInfo } from "node:os";
import type { Command } from "commander";
import { describeAction } from "../../env/action.ts";
import { PURPOSES, type Purpose } from "../../env/episode.ts";
import { WheelError } from "../../env/errors.ts";
import { VERDICTS, type VerdictName } from "../../env/verdict.ts";
import { routeByHand } from "../../flywheel/routeEpisodes.ts";
import { reverify, routeAgain } from "../../flywheel/reverify.ts";
import { ROLES, ROUTES, type Role, type Route } from "../../flywheel/store/database.ts";
import type { Episode, EpisodeFilter } from "../../flywheel/store/episodes.ts";
import { action } from "../context.ts";
import { selectTasks } from "../selectTasks.ts";

interface FilterOptions {
  readonly task?: string;
  readonly cycle?: string;
  readonly purpose?: string;
  readonly role?: string;
  readonly verdict?: string;
  readonly route?: string;
  readonly checkpoint?: string;
  readonly limit: string;
}

/** Adds the command and its subcommands. */
export function episodesCommand(program: Command): void {
  const episodes = program.command("episodes").description("recorded episodes: list, show, verify, route, label, mask, retract");
  listCommand(episodes);
  showCommand(episodes);
  verifyCommand(episodes);
  routeCommand(episodes);
  labelCommand(episodes);
  maskCommand(episodes);
  retractCommand(episodes);
}

function withFilter(command: Command): Command {
  return command
    .option("--task <id>", "only this task")
    .option("--cycle <n>", "only this cycle")
    .option("--purpose <name>", PURPOSES.join(" | "))
    .option("--role <name>", ROLES.join(" | "))
    .option("--verdict <name>", VERDICTS.join(" | "))
    .option("--route <name>", ROUTES.join(" | "))
    .option("--checkpoint <id>", "only what this checkpoint did")
    .option("--limit <n>", "at most so many", "50");
}

function toFilter(options: FilterOptions): EpisodeFilter {
  const { task, cycle, checkpoint } = options;
  const [purpose, role] = [oneOf(options.purpose, PURPOSES, "--purpose"), oneOf(options.role, ROLES, "--role")];
  const [verdict, route] = [oneOf(options.verdict, VERDICTS, "--verdict"), oneOf(options.route, ROUTES, "--route")];
  return {
    ...(task === undefined ? {} : { task }),
    ...(cycle === undefined ? {} : { cycle: Number(cycle) }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(purpose === null ? {} : { purpose: purpose as Purpose }),
    ...(role === null ? {} : { role: role as Role }),
    ...(verdict === null ? {} : { verdict: verdict as VerdictName }),
    ...(route === null ? {} : { route: route as Route }),
    limit: Number(options.limit),
  };
}

function oneOf(value: string | undefined, allowed: readonly string[], option: string): string | null {
  if (value === undefined || allowed.includes(value)) return value ?? null;
  throw new WheelError("usage", `${option} ${value} is not known.`, `Use one of: ${allowed.join(", ")}.`);
}

function listCommand(episodes: Command): void {
  action<FilterOptions>(withFilter(episodes.command("list").description("episodes, oldest first")), async ({ options, say, emit, openWorkspace }) => {
    await using workspace = await openWorkspace("read");
    const found = workspace.episodes.list(toFilter(options));
    for (const episode of found) {
      say(line(episode));
      emit(episode);
    }
    if (found.length === 0) say("No episodes match. Start some with `flywheel run` or `flywheel rollout`.");
    if (found.length === Number(options.limit)) say(`(the first ${found.length}; more with --limit)`);
  });
}

function line(episode: Episode): string {
  const { id, cycle, purpose, role, task, seed, verdict, route, stepCount, policy } = episode;
  return `${id}  c${cycle} ${purpose.padEnd(5)} ${role.padEnd(13)} ${task.padEnd(18)} seed ${String(seed).padEnd(6)} ${(verdict ?? "?").padEnd(10)} ${(route ?? "–").padEnd(10)} ${stepCount} steps  ${policy}`;
}

function showCommand(episodes: Command): void {
  action(episodes.command("show <episode>").description("one episode: steps, verdicts, checks, routes"), async ({ say, emit, openWorkspace }, [id]) => {
    await using workspace = await openWorkspace("read");
    const episode = workspace.episodes.get(id!);
    const steps = workspace.steps.of(episode.id);
    const [verdicts, checks, routes] = [workspace.verdicts.of(episode.id), workspace.filterChecks.of(episode.id), workspace.routes.history(episode.id)];
    const [masks, labels] = [workspace.masks.of(episode.id), workspace.labels.of(episode.id)];
    emit({ episode, steps, verdicts, checks, routes, masks, labels });
    say(`${line(episode)}\n"${episode.instruction}"  (${episode.bucket}${episode.feasible ? "" : ", infeasible"})`);
    const masked = new Set(masks.filter((mask) => mask.masked).map(({ step }) => step));
    for (const step of steps) {
      const p = step.decision?.logProb ?? null;
      say(`  ${String(step.index).padStart(2)} ${describeAction(step.action)}${p === null ? "" : `  p=${Math.exp(p).toFixed(2)}`}${step.decision?.exploration === true ? "  explored" : ""}${masked.has(step.index) ? "  masked" : ""}  screen ${step.screenHash.slice(0, 10)}`);
    }
    for (const verdict of verdicts) say(`  verdict ${verdict.verdict} by ${verdict.verifier}${verdict.routing ? " (routes)" : ""}: ${verdict.reason}  ${JSON.stringify(verdict.evidence)}`);
    for (const check of checks) if (!check.passed) say(`  check ${check.check}: ${check.reason}`);
    for (const route of routes) say(`  route ${route.route} by ${route.author}: ${route.reason}`);
    for (const label of labels) say(`  label ${label.label}${label.step === null ? "" : ` at step ${label.step}`}: ${label.note}`);
  });
}

function verifyCommand(episodes: Command): void {
  const command = withFilter(episodes.command("verify").description("judge recorded episodes again with today's verifiers and show what differs"))
    .option("--all", "also where the verifier's version has not changed", false)
    .option("--dry-run", "only show the differences", false)
    .option("--task-module <file>", "add tasks from a file", (value: string, before: string[]) => [...before, value], []);
  action<FilterOptions & { all: boolean; dryRun: boolean; taskModule: string[] }>(command, async ({ options, say, emit, openWorkspace }) => {
    await using workspace = await openWorkspace(options.dryRun ? "read" : "write");
    const { limit: _, ...filter } = toFilter(options);
    const result = reverify(workspace, await selectTasks(undefined, options.taskModule), workspace.episodes.list(filter), options);
    for (const change of result.changes) {
      say(`${change.episode} ${change.task} seed ${change.seed}: ${change.before.verdict ?? "none"} (${change.before.verifier ?? "–"}) → ${change.after.verdict} (${change.after.verifier}): ${change.after.reason}`);
      emit(change);
    }
    say(`${result.looked} episodes verified again, ${result.changes.length} verdicts differ${options.dryRun ? " (nothing was changed)" : ""}.`);
  });
}

interface Authored {
  readonly reason: string;
  readonly author: string;
}

function authored(command: Command): Command {
  return command.option("--reason <text>", "why", "").option("--author <name>", "who", userInfo().username);
}

function routeCommand(episodes: Command): void {
  const command = authored(episodes.command("route <episode> <route>").description(`change a route by hand: ${ROUTES.join(" | ")}; stays when the wheel routes again`));
  action<Authored>(command, async ({ options, say, openWorkspace }, [id, route]) => {
    const chosen = oneOf(route, ROUTES, "route") as Route;
    await using workspace = await openWorkspace("write");
    const before = workspace.episodes.get(id!).route;
    routeByHand(workspace, id!, { route: chosen, reason: options.reason, author: options.author });
    say(`${id}: ${before ?? "no route"} → ${chosen}. Undo: flywheel episodes route ${id} ${before ?? "quarantine"}`);
  });
}

function labelCommand(episodes: Command): void {
  const command = authored(episodes.command("label <episode> <label>").description("attach a label to an episode or one of its steps")).option("--step <n>", "step index");
  action<Authored & { step?: string }>(command, async ({ options, say, openWorkspace }, [id, label]) => {
    await using workspace = await openWorkspace("write");
    workspace.episodes.get(id!);
    workspace.labels.add({ episode: id!, step: options.step === undefined ? null : Number(options.step), label: label!, note: options.reason, author: options.author });
    say(`${id}: label "${label}" added.`);
  });
}

function maskCommand(episodes: Command): void {
  const command = authored(episodes.command("mask <episode> <step>").description("keep one step out of imitation (history only); --off takes it back")).option("--off", "unmask", false);
  action<Authored & { off: boolean }>(command, async ({ options, say, openWorkspace }, [id, step]) => {
    await using workspace = await openWorkspace("write");
    const { stepCount } = workspace.episodes.get(id!);
    if (!(Number(step) >= 0 && Number(step) < stepCount)) throw new WheelError("usage", `Episode ${id} has no step ${step}.`, `Steps are 0 to ${stepCount - 1}.`);
    workspace.masks.set(id!, { step: Number(step), masked: !options.off, reason: options.reason, author: options.author });
    say(`${id}: step ${step} ${options.off ? "unmasked" : "masked"}.`);
  });
}

function retractCommand(episodes: Command): void {
  const command = authored(episodes.command("retract [episodes...]").description("take episodes out of everything learning reads; --restore puts them back"))
    .option("--poison", "withdraw all verdicts of the poison test instead", false)
    .option("--restore", "undo a retraction", false);
  action<Authored & { poison: boolean; restore: boolean }>(command, async ({ options, say, openWorkspace }, ids) => {
    await using workspace = await openWorkspace("write");
    if (options.poison) {
      const verdicts = workspace.verdicts.from("poison-test");
      for (const id of verdicts) workspace.verdicts.withdraw(id, options.reason === "" ? "poison test over" : options.reason);
      say(`${verdicts.length} poisoned verdicts withdrawn, ${routeAgain(workspace)} episodes routed anew.`);
      return;
    }
    for (const episode of ids) {
      workspace.episodes.get(episode);
      workspace.retractions[options.restore ? "restore" : "retract"]({ episode, reason: options.reason, author: options.author });
    }
    say(`${ids.length} episodes ${options.restore ? "restored" : "retracted"}. Snapshots built from now on ${options.restore ? "hold" : "leave out"} them.`);
  });
}
