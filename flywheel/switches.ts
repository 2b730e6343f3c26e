/**
 * The switches of a configuration: what a control turns off. In: a configuration. Out: their names, and what is left of the configuration without
 * them: runs whose rest is equal differ by their switches (and training seed) alone.
 */
import { canonicalJson } from "../env/json.ts";
import type { WheelConfig } from "./config.ts";

/** Switches that differ from the full wheel; empty for a default run of the tour. */
export function switchesOf({ filter, routing, ct, rl, curriculum, controls, agent, external }: WheelConfig): string[] {
  const switches: [boolean, string][] = [
    [agent !== undefined, `${agent?.model ?? ""} acts`],
    [agent !== undefined && external === undefined, "no trainer"],
    [external !== undefined, "trained outside"],
    [!filter, "no filter"],
    [!routing, "no routing"],
    [!ct.enabled, "no CT"],
    [!rl.enabled, "no RL"],
    [curriculum.requestsPerCycle === 0, "no requests"],
    [controls.demosOnly, "demonstrations only"],
    [controls.frozenActor, "frozen actor"],
    [
      controls.poison !== null,
      `poison: ${Math.round(100 * (controls.poison?.share ?? 0))} % of the fails of cycle ${controls.poison?.cycle ?? 0} flipped`,
    ],
  ];
  return switches.filter(([on]) => on).map(([, name]) => name);
}

/** All that no switch and no training seed decides, as canonical JSON. */
export function withoutSwitches(config: WheelConfig): string {
  const { agent: _agent, external: _external, ...rest } = config;
  return canonicalJson({
    ...rest,
    seed: 0,
    filter: true,
    routing: true,
    ct: { ...rest.ct, enabled: true },
    rl: { ...rest.rl, enabled: true },
    curriculum: { ...rest.curriculum, requestsPerCycle: 0 },
    controls: null,
  });
}
