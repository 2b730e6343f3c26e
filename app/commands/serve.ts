/** `flywheel serve`: the core of a workspace, for any browser. In: a folder. Out: an address with its token; runs until it is stopped. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import type { Command } from "commander";
import { isWheelError, WheelError } from "../../env/errors.ts";
import { action } from "../context.ts";
import { Core } from "../core/core.ts";
import { tellEvents } from "../core/events.ts";
import { entranceOf, findCore } from "../core/coreFile.ts";
import { KeyRing } from "../core/keyRing.ts";
import { listenToParent } from "../core/parent.ts";
import { examples, whole } from "../options.ts";

/** Where `npm run build` puts the pages. */
const PAGES = fileURLToPath(new URL("../../dist/renderer", import.meta.url));

interface ServeOptions {
  readonly port: number;
  readonly untilParentEnds?: true;
}

/** Adds the command. */
export function serveCommand(program: Command): void {
  const command = program
    .command("serve")
    .description("open a workspace and serve the app to browsers of this computer; prints the address")
    .option("--port <n>", "port on the loopback interface (default: any free one)", whole(0, 65_535), 0)
    .option("--until-parent-ends", "stop when the process that started this one closes its input");
  examples(command, "serve", "serve -w my-workspace --port 7700");
  action<ServeOptions>(
    command,
    async ({ options, signal, say, emit }) => {
      // Where the process did not begin again with it. Threads of the core hold little that is young; left alone, each keeps 16 MB and more of room for it.
      setFlagsFromString("--max-semi-space-size=2");
      const dir = resolve(options.workspace);
      const stopped = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => stopped.resolve());
      const keys = new KeyRing();
      if (options.untilParentEnds === true) listenToParent(process.stdin, keys, () => stopped.resolve());
      const log = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
      await using core = await open({ dir, port: options.port, pages: PAGES, keys, log });
      say(`The workspace ${dir} is served at`);
      say(`  ${core.entrance}`);
      say("Everybody with this address can use it, nobody else. Stop with Ctrl-C: what runs goes on where it stopped when it is started again.");
      if (!existsSync(join(PAGES, "index.html"))) say("Its pages are not built yet: run `npm run build` once, then reload.");
      emit({ ...core.address, entrance: core.entrance, dir });
      const silence = options.json === true ? tellEvents(core, emit) : () => undefined;
      await stopped.promise;
      silence();
    },
    { here: true },
  );
}

/** Throws `workspace-locked` with the address where a core has it already. */
async function open(options: Parameters<typeof Core.open>[0]): Promise<Core> {
  try {
    return await Core.open(options);
  } catch (error) {
    const running = isWheelError(error, "workspace-locked") ? await findCore(options.dir) : null;
    if (running === null) throw error;
    throw new WheelError("workspace-locked", `${options.dir} is served already.`, `Open ${entranceOf(running)} in a browser.`);
  }
}
