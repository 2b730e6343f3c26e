/** The room `env`: what can be seen, done, judged and recorded. Imports no other room. */
export * from "./action.ts";
export * from "./environment.ts";
export * from "./episode.ts";
export * from "./errors.ts";
export * from "./findBrowser.ts";
export * from "./judge.ts";
export * from "./json.ts";
export * from "./network.ts";
export * from "./observation.ts";
export * from "./pixels.ts";
export * from "./pool.ts";
export * from "./random.ts";
export * from "./split.ts";
export * from "./task.ts";
export * from "./verdict.ts";
