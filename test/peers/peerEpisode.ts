/** One episode of a comparison: the task's name in MiniWoB++, its seed, and where to click, in CSS pixels of the page. */
export type PeerEpisode = readonly [task: string, seed: number, clicks: readonly (readonly [x: number, y: number])[]];
