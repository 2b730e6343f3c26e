/** Filter and route what is new. In: the moment of a cycle. Out: routes in the store, and how many episodes each has at that moment. */
import { DEFAULT_FILTER } from "../filter.ts";
import { routeEpisodes } from "../routeEpisodes.ts";
import type { RoutingConfig } from "../route.ts";
import type { WheelConfig } from "../config.ts";
import type { Wheel } from "../wheel.ts";

/** Routes the learning episodes that have no route yet. */
export async function routeStage(wheel: Wheel, cycle: number, moment: "sft" | "rl"): Promise<void> {
  await wheel.stage(cycle, `route ${moment}`, 0, async () => {
    const { workspace, run, config } = wheel;
    const which = { run, moment: { cycle, stage: moment } };
    routeEpisodes(workspace, { ...which, config: routingConfig(config) });
    const routes = workspace.episodes.learning(which).map(({ route }) => route);
    const count = (route: string): number => routes.filter((one) => one === route).length;
    return { SFT: count("SFT"), CT: count("CT"), quarantine: count("quarantine") };
  });
}

/** Filter and router as this run has them. */
export function routingConfig(config: WheelConfig): RoutingConfig {
  return { enabled: config.routing, filter: { ...DEFAULT_FILTER, enabled: config.filter } };
}
