/** `flywheel model serve`: the built-in model for whoever speaks the OpenAI protocol. In: a checkpoint. Out: an address; runs until it is stopped. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Command } from "commander";
import { Inference } from "../../agent/model/inference.ts";
import { PerceptionService } from "../../agent/perception/perceptionService.ts";
import { loadActor } from "../../flywheel/actor.ts";
import { actingCheckpoint } from "../actingCheckpoint.ts";
import { action } from "../context.ts";
import { ModelServer } from "../modelServer.ts";
import { examples, whole } from "../options.ts";

/** Where the token comes from; without it, one is made. */
const TOKEN = "FLYWHEEL_MODEL_TOKEN";

interface ServeChoice {
  readonly checkpoint?: string;
  readonly port: number;
}

/** Adds the commands. */
export function modelCommand(program: Command): void {
  const model = program.command("model").description("the built-in model for other programs");
  const command = model
    .command("serve")
    .description("serve a checkpoint over the OpenAI protocol on this computer: screenshots in, actions as JSON out")
    .option("--checkpoint <id>", "checkpoint (default: the acting one)")
    .option("--port <n>", "port on the loopback interface; 0: any free one", whole(0, 65_535), 7720);
  examples(command, "model serve", "model serve --checkpoint s1-1a2b3c4d.c3 --port 0");
  action<ServeChoice>(command, async ({ options, signal, say, emit, openWorkspace }) => {
    await using workspace = await openWorkspace("read");
    const checkpoint = workspace.checkpoints.get(options.checkpoint ?? actingCheckpoint(workspace));
    await using inference = new Inference();
    await using perception = new PerceptionService();
    const actor = await loadActor(checkpoint.id, join(workspace.dir, checkpoint.path), "ema", { inference, perception });
    const token = process.env[TOKEN] ?? randomBytes(24).toString("base64url");
    await using server = await ModelServer.listen({ actor, token, port: options.port });
    say(`Checkpoint ${checkpoint.id} is served at ${server.baseUrl} as the model "flywheel".`);
    say(`Its token (bearer): ${process.env[TOKEN] === undefined ? token : `as in ${TOKEN}`}`);
    say(`As an agent: flywheel agents add mine --preset flywheel --url ${server.baseUrl}, with the token in ${TOKEN}. Stop with Ctrl-C.`);
    emit({ baseUrl: server.baseUrl, token, checkpoint: checkpoint.id });
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => resolve());
    if (!signal.aborted) await promise;
  });
}
