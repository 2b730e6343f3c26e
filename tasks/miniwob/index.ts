/** The 125 tasks of MiniWoB++ that BrowserGym evaluates, as `miniwob/<name>`; known by id even where their pages are not at hand. */
import { CATALOGUE } from "./catalogue.ts";
import { miniwobTask } from "./miniwobTask.ts";

export const MINIWOB_TASKS = CATALOGUE.map(miniwobTask);
