/**
 * Filters and routes what the store holds: checks, masks and route of each episode, one transaction per episode.
 * In: a workspace. Out: what was newly decided. A killed run continues where it stopped.
 *
 * A decision depends only on the episode, its own batch (cycle and role) and earlier batches, never on the time of day, so looking
 * `again` at unchanged verdicts changes nothing.
 */
import { filterEpisode, fingerprint, type FilterOutcome } from "./filter.ts";
import { chooseRoute, DEFAULT_ROUTING, type RouteChoice, type RoutingConfig } from "./route.ts";
import { maskedSteps } from "./stepMasks.ts";
import { AUTOMATIC, type Role } from "./store/database.ts";
import type { Episode, Moment } from "./store/episodes.ts";
import type { Step } from "./store/steps.ts";
import type { Workspace } from "./store/workspace.ts";

/** Order of the roles within a cycle. */
const BATCHES: readonly (readonly Role[])[] = [["demonstration", "session", "boot"], ["rollout", "evaluation"], ["rl"]];

export interface RouteEpisodesOptions {
  readonly run?: string;
  /** Only episodes that existed then; default: all. */
  readonly moment?: Moment;
  readonly config?: RoutingConfig;
  /** True: routed episodes too, e.g. after verdicts changed. Routes chosen by a person stay. */
  readonly again?: boolean;
}

export interface Routed extends RouteChoice {
  readonly episode: string;
  readonly outcome: FilterOutcome;
}

/** Routes every learning episode without a route (with `again`: every one). Returns those whose route is new or different. */
export function routeEpisodes(workspace: Workspace, { config = DEFAULT_ROUTING, again = false, ...which }: RouteEpisodesOptions = {}): Routed[] {
  const shortest = new Map<string, number>();
  const kept = new Map<string, string>();
  const routed: Routed[] = [];
  const episodes = workspace.episodes.learning(which);
  const isOpen = ({ route, routeAuthor }: Episode): boolean => route === null || (again && routeAuthor === AUTOMATIC);
  // Only episodes of the same instance can be duplicates, so the steps of all others need not be read.
  const instances = new Set(episodes.filter(isOpen).map(instanceOf));
  for (const batch of inBatches(episodes)) {
    for (const episode of batch) {
      const known = shortest.get(kindOf(episode)) ?? Infinity;
      if (episode.verdict === "pass") shortest.set(kindOf(episode), Math.min(known, episode.stepCount));
    }
    for (const episode of batch.filter((candidate) => instances.has(instanceOf(candidate)))) {
      const steps = workspace.steps.of(episode.id);
      const print = fingerprint(episode, steps);
      let { route } = episode;
      if (isOpen(episode)) {
        const known = { shortest: shortest.get(kindOf(episode)) ?? null, duplicateOf: kept.get(print) ?? null };
        const decided = decide(workspace, episode, steps, known, config);
        if (decided.route !== route) routed.push(decided);
        route = decided.route;
      }
      if (route === "SFT" && !kept.has(print)) kept.set(print, episode.id);
    }
  }
  return routed;
}

/**
 * Routes one episode by what is known of it now, after a session or when a person has judged: the shortest success of its kind, and whatever
 * of the same instance is kept. A route that a person chose stays. Throws `unknown-episode`.
 */
export function routeEpisode(workspace: Workspace, id: string, config: RoutingConfig = DEFAULT_ROUTING): Routed | null {
  const episode = workspace.episodes.get(id);
  const learnable = episode.status === "ended" && (episode.purpose === "train" || episode.purpose === "human");
  if (!learnable || (episode.route !== null && episode.routeAuthor !== AUTOMATIC)) return null;
  const steps = workspace.steps.of(id);
  const print = fingerprint(episode, steps);
  const kept = workspace.episodes.list({ task: episode.task, seed: episode.seed, route: "SFT" }).filter((other) => other.id !== id);
  const duplicateOf = kept.find((other) => fingerprint(other, workspace.steps.of(other.id)) === print)?.id ?? null;
  return decide(workspace, episode, steps, { shortest: workspace.episodes.shortestPass(episode), duplicateOf }, config);
}

/** A person's route: supersedes whatever was there, and stays when the wheel looks again. Throws `unknown-episode`. */
export function routeByHand(workspace: Workspace, episode: string, { route, author, reason }: RouteChoice & { readonly author: string }): void {
  workspace.routes.append({ episode: workspace.episodes.get(episode).id, route, author, reason });
}

interface Known {
  readonly shortest: number | null;
  readonly duplicateOf: string | null;
}

function decide(workspace: Workspace, episode: Episode, steps: readonly Step[], known: Known, config: RoutingConfig): Routed {
  const outcome = filterEpisode({ episode, steps, ...known }, config.filter);
  const { route, reason } = chooseRoute(episode.verdict, outcome, config);
  // With the filter off even failed actions are imitated, so nothing is masked either.
  const masks = route === "SFT" && config.filter.enabled ? maskedSteps(episode, steps, known.shortest) : new Map<number, string>();
  workspace.transaction(() => {
    if (episode.verdictId !== null) workspace.filterChecks.record(episode.id, episode.verdictId, outcome.checks);
    workspace.masks.setAutomatic(episode.id, masks);
    if (route !== episode.route) workspace.routes.append({ episode: episode.id, route, author: AUTOMATIC, reason });
  });
  return { episode: episode.id, outcome, route, reason };
}

/** Episodes whose lengths can be compared. */
function kindOf({ task, bucket, feasible }: Episode): string {
  return JSON.stringify([task, bucket, feasible]);
}

function instanceOf({ task, seed }: Episode): string {
  return `${seed} ${task}`;
}

/** Groups by (cycle, batch of roles), in order; the store's order holds within a group. */
function inBatches(episodes: readonly Episode[]): Episode[][] {
  const place = ({ cycle, role }: Episode): number => cycle * BATCHES.length + BATCHES.findIndex((roles) => roles.includes(role));
  const groups = Map.groupBy(episodes, place);
  return [...groups.keys()].toSorted((a, b) => a - b).map((key) => groups.get(key)!);
}
