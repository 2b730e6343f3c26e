/** An episode as one file to keep or to send. In: an id and a format. Out: bytes with their type and a name. Secrets were masked when it was recorded. */
import type { Workspace } from "../../../flywheel/store/workspace.ts";
import type { EXPORT_FORMATS } from "../../api/episode.ts";
import { wholeEpisode } from "../jobs/exportEpisodes.ts";
import { episodeGif } from "./episodeGif.ts";
import { episodePage } from "./episodePage.ts";
import { playwrightScript } from "./playwrightScript.ts";

export interface EpisodeFile {
  readonly body: Uint8Array | string;
  readonly type: string;
  readonly name: string;
}

/** Throws `unknown-episode`. */
export async function episodeFile(workspace: Workspace, id: string, format: (typeof EXPORT_FORMATS)[number]): Promise<EpisodeFile> {
  const { id: known, task } = workspace.episodes.get(id);
  const name = `${task.replaceAll("/", "-")}-${known.slice(0, 8)}`;
  switch (format) {
    case "html":
      return { body: await episodePage(workspace, known), type: "text/html; charset=utf-8", name: `${name}.html` };
    case "gif":
      return { body: await episodeGif(workspace, known), type: "image/gif", name: `${name}.gif` };
    case "playwright":
      return { body: playwrightScript(workspace, known), type: "text/javascript; charset=utf-8", name: `${name}.spec.js` };
    case "json":
      return { body: `${JSON.stringify(wholeEpisode(workspace, known), null, 2)}\n`, type: "application/json", name: `${name}.json` };
  }
}
