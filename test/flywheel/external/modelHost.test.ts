/** A server that is told to serve another version: it does, or it is said why not. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { endpointSchema } from "../../../agent/remote/endpoint.ts";
import { externalSchema } from "../../../flywheel/external/externalConfig.ts";
import { ModelHost, nameOf, type Version } from "../../../flywheel/external/modelHost.ts";
import { temporaryFolder } from "../storeFixtures.ts";
import { BASE, ToyServer } from "./toyServer.ts";

/** Nobody listens there. */
const NOBODY = "http://127.0.0.1:9/v1";

function hostOf(baseUrl: string, folder: string, reload: object, seconds = 60, signal = new AbortController().signal): ModelHost {
  const endpoint = endpointSchema.parse({ name: "toy", baseUrl, model: BASE, dialect: "flywheel-json", timeoutSeconds: 5 });
  const external = externalSchema.parse({ train: "true", reload, reloadSeconds: seconds });
  return new ModelHost({ endpoint, external, log: join(folder, "reload.log"), signal });
}

const version = (checkpoint: string, folder: string | null): Version => ({ checkpoint, folder, digest: checkpoint.repeat(20) });

describe("a command", () => {
  test("is told in its environment what is to be served, and what it printed is kept", async () => {
    using folder = temporaryFolder();
    await using server = await ToyServer.listen();
    const told = join(folder.path, "told");
    const reload = {
      kind: "command",
      command: `echo restarting; printf '%s %s at %s as %s' "$FLYWHEEL_MODEL" "$FLYWHEEL_CHECKPOINT" "$FLYWHEEL_URL" "$FLYWHEEL_NAME" > '${told}'`,
    };
    await using host = hostOf(server.baseUrl, folder.path, reload);
    await host.serve(version("c1", "/a folder/of 'weights'"));
    expect(readFileSync(told, "utf8")).toBe(`/a folder/of 'weights' c1 at ${server.baseUrl} as ${BASE}`);
    await host.serve(version("c0", null));
    expect(readFileSync(told, "utf8")).toBe(`${BASE} c0 at ${server.baseUrl} as ${BASE}`);
    expect(readFileSync(join(folder.path, "reload.log"), "utf8")).toBe("restarting\nrestarting\n");
  });

  test("finds the scripts that come with the program", async () => {
    using folder = temporaryFolder();
    await using server = await ToyServer.listen();
    await using host = hostOf(server.baseUrl, folder.path, { kind: "command", command: 'ls "$FLYWHEEL_TRL"' });
    await host.serve(version("c1", "/w"));
    const listed = readFileSync(join(folder.path, "reload.log"), "utf8").split("\n");
    expect(listed).toEqual(expect.arrayContaining(["requirements.txt", "serve.py", "train.py"]));
  });

  test("that fails is told with its last words, and is tried anew when asked again", async () => {
    using folder = temporaryFolder();
    await using server = await ToyServer.listen();
    const mended = join(folder.path, "mended");
    await using host = hostOf(server.baseUrl, folder.path, { kind: "command", command: `test -e '${mended}' || { echo no GPU >&2; exit 4; }` });
    await expect(host.serve(version("c1", "/w"))).rejects.toMatchObject({
      code: "agent-unavailable",
      message: expect.stringMatching(/c1 be served ended with exit code 4\. Its last lines: no GPU/),
    });
    writeFileSync(mended, "");
    await host.serve(version("c1", "/w"));
  });

  test("after which the server does not come back is given up in time", async () => {
    using folder = temporaryFolder();
    await using host = hostOf(NOBODY, folder.path, { kind: "command", command: "true" }, 1);
    await expect(host.serve(version("c1", "/w"))).rejects.toThrow(`${NOBODY} did not come back within 1 s.`);
  });

  test("that does not end is ended in time", async () => {
    using folder = temporaryFolder();
    await using server = await ToyServer.listen();
    await using host = hostOf(server.baseUrl, folder.path, { kind: "command", command: "sleep 1000" }, 1);
    await expect(host.serve(version("c1", "/w"))).rejects.toThrow("did not come back within 1 s");
  });

  test("that is the server ends at once where another one has its place", async () => {
    using folder = temporaryFolder();
    await using server = await ToyServer.listen();
    await using host = hostOf(server.baseUrl, folder.path, { kind: "command", command: "sleep 1000", stays: true });
    await expect(host.serve(version("c1", "/w"))).rejects.toThrow("answers another server");
  });

  test("that is the server and ends early is no server", async () => {
    using folder = temporaryFolder();
    await using host = hostOf(NOBODY, folder.path, { kind: "command", command: "echo bad weights; exit 1", stays: true });
    await expect(host.serve(version("c1", "/w"))).rejects.toThrow(/ended with exit code 1\. Its last lines: bad weights/);
  });
});

test("an adapter of vLLM has a name of its own weights and is loaded once; the base needs none", async () => {
  using folder = temporaryFolder();
  await using server = await ToyServer.listen();
  await using host = hostOf(server.baseUrl, folder.path, { kind: "vllm-lora" });
  const [c0, c1] = [version("c0", null), version("c1", "/w/1")];
  await Promise.all([host.serve(c1), host.serve(c0), host.serve(c1)]);
  expect(server.told).toEqual([{ path: "/v1/load_lora_adapter", body: { lora_name: nameOf(c1), lora_path: "/w/1" } }]);
  expect([host.endpointOf(c0).model, host.endpointOf(c1).model]).toEqual([BASE, nameOf(c1)]);
  // Somebody else's program loaded it already.
  await using other = hostOf(server.baseUrl, folder.path, { kind: "vllm-lora" });
  await other.serve(c1);
  expect(server.told).toHaveLength(1);
});

test("SGLang is told folder and version, back and forth, and its refusal is told on", async () => {
  using folder = temporaryFolder();
  await using server = await ToyServer.listen();
  await using host = hostOf(server.baseUrl, folder.path, { kind: "sglang" });
  const [c0, c1] = [version("c0", null), version("c1", "/w/1")];
  for (const one of [c1, c1, c0]) await host.serve(one);
  expect(server.told.map(({ path, body }) => [path, body.model_path, body.weight_version])).toEqual([
    ["/update_weights_from_disk", "/w/1", nameOf(c1)],
    ["/update_weights_from_disk", BASE, nameOf(c0)],
  ]);
  server.refusal = "shapes differ";
  await expect(host.serve(c1)).rejects.toThrow("toy did not load c1 (/update_weights_from_disk): 400: shapes differ");
});

test("who stops the run waits for no server", async () => {
  using folder = temporaryFolder();
  const abort = new AbortController();
  await using host = hostOf(NOBODY, folder.path, { kind: "command", command: "true" }, 60, abort.signal);
  const waiting = host.serve(version("c1", "/w"));
  abort.abort(new Error("stop"));
  await expect(waiting).rejects.toThrow("stop");
});
