/** The room `env`: what can be seen, done, judged and recorded. Imports no other room. */
export { actionSchema, click, describeAction, endsEpisode, type Action, type Point } from "./action.ts";
export { Environment, type EnvironmentOptions } from "./environment.ts";
export type { Incident, Purpose, ResetResult, StepRecord, StepResult } from "./episode.ts";
export { isWheelError, WheelError, type WheelErrorCode } from "./errors.ts";
export { findBrowser, installBrowser } from "./findBrowser.ts";
export { canonicalJson, type Json } from "./json.ts";
export type { NetworkPolicy } from "./network.ts";
export type { Observation, Pixels, Tab, Viewport } from "./observation.ts";
export { decodePng, screenHash } from "./pixels.ts";
export { EnvironmentPool } from "./pool.ts";
export { rng, type Rng } from "./random.ts";
export { SPLIT_RANGES, splitOf, type Split } from "./split.ts";
export {
  centre,
  type Box,
  type Instance,
  type NearMiss,
  type Oracle,
  type OracleContext,
  type ProbeState,
  type Resource,
  type Task,
} from "./task.ts";
export { VERDICTS, type Judgement, type Triage, type Verdict, type VerdictName } from "./verdict.ts";
