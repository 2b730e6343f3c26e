/**
 * A version of the agent on a server, ready to act: its server is made to serve it when it is first asked. In: its checkpoint folder. Out: policies
 * whose every step is stamped with the checkpoint.
 */
import { join } from "node:path";
import { isRemote, readManifest } from "../../agent/checkpoint.ts";
import type { Sampling } from "../../agent/model/choose.ts";
import type { DecisionInput, ModelCall, Outcome, Policy } from "../../agent/policy.ts";
import { environmentKey } from "../../agent/remote/endpoint.ts";
import { remoteDigest } from "../../agent/remote/remoteCheckpoint.ts";
import { remotePolicy } from "../../agent/remote/remotePolicy.ts";
import { isWheelError, WheelError } from "../../env/errors.ts";
import type { Actor } from "../actor.ts";
import { nameOf, type ModelHost, type Version } from "./modelHost.ts";

/** Reads who it is; nothing is loaded yet. Throws `checkpoint-corrupt`, `checkpoint-mismatch`. */
export async function remoteActor(id: string, dir: string, host: ModelHost): Promise<Actor> {
  const version = await readVersion(id, dir);
  return { checkpoint: id, digest: version.digest, policy: (sampling) => servedPolicy(host, version, sampling) };
}

/** What a server must be told of a checkpoint. */
export async function readVersion(id: string, dir: string): Promise<Version> {
  const manifest = await readManifest(dir);
  if (!isRemote(manifest))
    throw new WheelError("checkpoint-mismatch", `${id} holds weights of the built-in model, which no server runs.`, "Go on with its own run.");
  return { checkpoint: id, digest: remoteDigest(manifest), folder: manifest.model === null ? null : join(dir, manifest.model) };
}

/** Sampled as the wheel says, where the server may be told. Exploration is the built-in model's. */
function servedPolicy(host: ModelHost, version: Version, { temperature }: Sampling): Policy {
  const own = host.endpointOf(version);
  const policy = remotePolicy({ ...own, temperature: own.temperature === null ? null : temperature }, environmentKey, host.turnstile);
  return { ...policy, decide: (input) => decide(host, version, policy, input) };
}

async function decide(host: ModelHost, version: Version, policy: Policy, input: DecisionInput): Promise<Outcome> {
  try {
    await host.serve(version);
  } catch (error) {
    if (isWheelError(error, "agent-unavailable")) return { kind: "unavailable", why: error.message };
    throw error;
  }
  const outcome = await policy.decide(input);
  if ("kind" in outcome && outcome.kind === "unavailable") host.forget();
  if (!("call" in outcome) || outcome.call === undefined) return outcome;
  const { call } = outcome;
  if (isOther(call, version)) {
    host.forget();
    return {
      kind: "unavailable",
      why: `The server says that it serves ${call.version}, not ${nameOf(version)}: it was started anew, or told by others.`,
    };
  }
  return { ...outcome, call: { ...call, version: version.checkpoint } };
}

/** Servers that were never told a version have names of their own for it. */
function isOther({ version: said }: ModelCall, version: Version): boolean {
  return version.folder !== null && said !== null && said !== nameOf(version);
}
