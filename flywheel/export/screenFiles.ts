/**
 * Screens as files, `images/<episode>/<number>.png`: the bytes of each different screen are written once, all other names are links to them.
 * In: hashes. Out: files, a list of their digests (`images.sha256`, as `sha256sum -c` reads it), and PNG bytes for formats that hold pictures.
 */
import { WheelError } from "../../env/errors.ts";
import { sha256 } from "../../env/json.ts";
import type { Workspace } from "../store/workspace.ts";
import type { ExportEpisode } from "./exportEpisode.ts";
import type { ExportFolder, FileStream } from "./exportFolder.ts";

export const IMAGE_LIST = "images.sha256";

/** Screens kept in memory: those of the last few episodes. */
const KEPT = 64;

interface ImageCounts {
  readonly files: number;
  readonly different: number;
  /** Of the different ones. */
  readonly bytes: number;
}

export class ScreenFiles {
  readonly #workspace: Workspace;
  readonly #folder: ExportFolder;
  readonly #list: FileStream | null;
  /** Hash of the pixels → first file and digest of its bytes. */
  readonly #first = new Map<string, { readonly path: string; readonly digest: string }>();
  readonly #cache = new Map<string, Uint8Array>();
  #files = 0;
  #bytes = 0;

  /** `asFiles` false: pictures are read, but not written as files. */
  constructor(workspace: Workspace, folder: ExportFolder, asFiles: boolean) {
    this.#workspace = workspace;
    this.#folder = folder;
    this.#list = asFiles ? folder.stream(IMAGE_LIST) : null;
  }

  /** Writes the screens of an episode. Throws `workspace-corrupt` when one is missing. */
  place({ row, screens }: Pick<ExportEpisode, "row" | "screens">): void {
    if (this.#list === null) return;
    for (const [index, { hash }] of screens.entries()) {
      const path = imagePath(row.episode, index);
      const first = this.#first.get(hash) ?? this.#write(path, hash);
      if (first.path !== path) this.#folder.link(path, first.path);
      this.#list.write(`${first.digest}  ${path}\n`);
      this.#list.count(1);
      this.#files += 1;
    }
  }

  /** PNG bytes of a screen. */
  png(hash: string): Uint8Array {
    const known = this.#cache.get(hash);
    if (known !== undefined) return known;
    const screen = this.#workspace.blobs.get(hash);
    if (screen === null)
      throw new WheelError("workspace-corrupt", `The screen ${hash} is missing from the workspace.`, "Restore the workspace from a copy.");
    this.#cache.set(hash, screen.png);
    if (this.#cache.size > KEPT) this.#cache.delete(this.#cache.keys().next().value!);
    return screen.png;
  }

  end(): ImageCounts {
    if (this.#list !== null) this.#folder.close(IMAGE_LIST);
    return { files: this.#files, different: this.#first.size, bytes: this.#bytes };
  }

  #write(path: string, hash: string): { readonly path: string; readonly digest: string } {
    const png = this.png(hash);
    this.#folder.put(path, png);
    this.#bytes += png.length;
    const entry = { path, digest: sha256(png) };
    this.#first.set(hash, entry);
    return entry;
  }
}

/** Where the screen before step `index` lies; the number of steps: the last screen. */
export function imagePath(episode: string, index: number): string {
  return `images/${episode}/${String(index).padStart(3, "0")}.png`;
}
