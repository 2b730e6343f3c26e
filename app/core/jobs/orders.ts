/**
 * What the core tells a job's process and what that answers. In and out: plain JSON over IPC. One process does one order and ends.
 */
import type { DialectId } from "../../../agent/dialects/dialect.ts";
import type { Json } from "../../../env/json.ts";
import type { WheelConfig } from "../../../flywheel/config.ts";
import type { ProgressEvent } from "../../../flywheel/progress.ts";
import type { SnapshotStage } from "../../../flywheel/snapshotRows.ts";
import type { Promotion } from "../../../flywheel/wheel.ts";
import type { TrainerChoice } from "../../api/datasets.ts";
import type { TURNING } from "../../api/runs.ts";

export type Turning = (typeof TURNING)[number];

export type JobOrder =
  | { readonly kind: "run"; readonly config: WheelConfig; readonly turning: Turning; readonly promotion: Promotion }
  | { readonly kind: "snapshot"; readonly run: string | null }
  | { readonly kind: "export"; readonly snapshot: string; readonly stages: readonly SnapshotStage[]; readonly folder: string }
  | { readonly kind: "export for trainers"; readonly choice: TrainerChoice; /** Null: it is only counted. */ readonly folder: string | null }
  | { readonly kind: "verify export"; readonly folder: string }
  | { readonly kind: "import"; readonly folder: string; readonly dialect: DialectId; readonly dryRun: boolean }
  | { readonly kind: "export episodes"; readonly episodes: readonly string[]; readonly folder: string }
  | { readonly kind: "export checkpoint"; readonly checkpoint: string; readonly folder: string }
  | { readonly kind: "rerun"; readonly episode: string }
  | { readonly kind: "rollout"; readonly task: string; readonly count: number; readonly checkpoint: string }
  | { readonly kind: "report"; readonly run: string; readonly file: string | null };

/** What every order comes with. */
export interface JobSetting {
  readonly workspace: string;
  /** Files with tasks of the user. */
  readonly taskModules: readonly string[];
  /** Lets people who watch a session, and the core that answers them, come first. */
  readonly stepBack: boolean;
}

export type ToJob =
  | { readonly kind: "order"; readonly order: JobOrder; readonly setting: JobSetting }
  | { readonly kind: "pause" | "resume" | "stop" }
  | { readonly kind: "turning"; readonly turning: Turning };

export type FromJob =
  | { readonly kind: "event"; readonly event: ProgressEvent }
  /** It has come to rest (true) or goes on (false). */
  | { readonly kind: "holding"; readonly holding: boolean }
  /** What is asked for by itself, as it is too long for a list of jobs. */
  | { readonly kind: "detail"; readonly detail: Json }
  | { readonly kind: "done"; readonly result: Json }
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly hint: string };
