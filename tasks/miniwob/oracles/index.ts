/**
 * Solutions of the tasks that may be demonstrated, by the name of the task: with mouse and keyboard, in the order a person would go, by
 * what the screen and the instruction say. Two have none, where a colour must be matched exactly by hand. Two more are graded by
 * distance: a middle between two pixels gets .98, not the full reward.
 */
import type { Oracle } from "../../../env/task.ts";
import { APPS } from "./apps.ts";
import { CLICKS } from "./clicks.ts";
import { DRAGS } from "./drags.ts";
import { FORMS } from "./forms.ts";

export const ORACLES: Readonly<Record<string, Oracle<any>>> = { ...CLICKS, ...FORMS, ...DRAGS, ...APPS };
