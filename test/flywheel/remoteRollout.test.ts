/** Episodes of agents on servers: recorded with what they cost, ended by what cannot be read, given back when nobody answers. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noopPolicy } from "../../agent/scripted.ts";
import type { Decision, Policy } from "../../agent/policy.ts";
import { remotePolicy } from "../../agent/remote/remotePolicy.ts";
import { EnvironmentPool } from "../../env/pool.ts";
import { buildSnapshot } from "../../flywheel/buildSnapshot.ts";
import { rollOut, storedDecision, type RolloutJob } from "../../flywheel/rollout.ts";
import { routeEpisodes } from "../../flywheel/routeEpisodes.ts";
import type { Workspace } from "../../flywheel/store/workspace.ts";
import { TASKS } from "../../tasks/index.ts";
import { chatServer, json, saying, says } from "../agent/chatServer.ts";
import { temporaryWorkspace } from "./storeFixtures.ts";

const task = TASKS.find(({ id }) => id === "click-text")!;
const never = new AbortController().signal;
let pool: EnvironmentPool;
beforeAll(() => void (pool = new EnvironmentPool(2)));
afterAll(() => pool.close());

const job = (policy: Policy, seed: number): RolloutJob => {
  return { run: "r", runSeed: 1, cycle: 1, purpose: "train", role: "rollout", task, seed, trial: 0, policy };
};
const play = (workspace: Workspace, jobs: readonly RolloutJob[], signal = never) => rollOut(jobs, { workspace, pool, signal });

test("each step keeps what the server said of it", async () => {
  await using workspace = await temporaryWorkspace();
  const usage = { prompt_tokens: 700, completion_tokens: 20 };
  await using server = await chatServer((response, { body }) =>
    says(response, body.messages.length < 4 ? '{"thought":"First look.","action":{"kind":"wait"}}' : '{"action":{"kind":"done"}}', { usage }),
  );
  const policy = remotePolicy(server.endpoint({ pictures: 2 }), () => null);
  const [episode] = await play(workspace, [job(policy, 100)]);
  expect(episode).toMatchObject({ stepCount: 2, verdict: "fail", terminatedBy: "agent", policy: policy.id });
  const [first, second] = workspace.steps.of(episode!.id);
  expect(first!.decision).toMatchObject({ thought: "First look.", call: { renderer: "flywheel-json@1", promptTokens: 700, attempts: 1 } });
  expect(second).toMatchObject({ action: { kind: "done" }, decision: { thought: null } });
  expect(server.received.map(({ body }) => JSON.stringify(body).split("data:image/png").length - 1)).toEqual([1, 2]);
});

test("an answer that cannot be read ends the episode as the agent's failure: no step, the answer in the evidence, learned from by nobody's SFT", async () => {
  await using workspace = await temporaryWorkspace();
  await using server = await chatServer(saying("I cannot do that."));
  const [episode] = await play(workspace, [
    job(
      remotePolicy(server.endpoint(), () => null),
      101,
    ),
  ]);
  expect(episode).toMatchObject({ stepCount: 0, verdict: "fail", terminatedBy: "agent", verdictReason: expect.stringContaining("no-action") });
  expect(workspace.verdicts.of(episode!.id)[0]).toMatchObject({
    triage: "model",
    evidence: { problem: "no-action", call: { unread: [{ answer: "I cannot do that." }, { answer: "I cannot do that." }] } },
  });
  expect(routeEpisodes(workspace, { run: "r" })).toMatchObject([{ route: "CT" }]);
  buildSnapshot(workspace, { run: "r", cycle: 1, stage: "sft" });
});

describe("a server that does not answer", () => {
  test("gives its episodes back while others are played; once it is up, only they are", async () => {
    await using workspace = await temporaryWorkspace();
    let isUp = false;
    await using server = await chatServer((response) => (isUp ? says(response, '{"action":{"kind":"done"}}') : json(response, 500, {})));
    const remote = remotePolicy(server.endpoint({ retries: 0 }), () => null);
    const jobs = [job(remote, 100), job(noopPolicy, 101), job(remote, 102), job(noopPolicy, 103), job(remote, 104)];
    await expect(play(workspace, jobs)).rejects.toMatchObject({ code: "agent-unavailable", message: expect.stringContaining("3 of 5 episodes") });
    expect(workspace.episodes.list({ run: "r" }).map(({ seed }) => seed)).toEqual([101, 103]);
    // Nothing was done in its name.
    for (const { id } of workspace.episodes.list({ run: "r", status: "interrupted" })) expect(workspace.steps.of(id)).toEqual([]);

    isUp = true;
    const before = server.received.length;
    const episodes = await play(workspace, jobs);
    expect(episodes.map(({ seed, verdict }) => [seed, verdict])).toEqual([100, 101, 102, 103, 104].map((seed) => [seed, "fail"]));
    expect(server.received.length - before).toBe(3);
  });

  test("for a moment only is asked again at the end", async () => {
    await using workspace = await temporaryWorkspace();
    await using server = await chatServer((response, _, n) => (n === 0 ? json(response, 503, {}) : says(response, '{"action":{"kind":"done"}}')));
    const remote = remotePolicy(server.endpoint({ retries: 0, concurrency: 1 }), () => null);
    expect(await play(workspace, [job(remote, 100), job(noopPolicy, 101)])).toMatchObject([{ seed: 100, status: "ended" }, { seed: 101 }]);
  });

  test("does not hold up whoever stops the run", async () => {
    await using workspace = await temporaryWorkspace();
    const abort = new AbortController();
    await using server = await chatServer(() => abort.abort(new Error("stop")));
    await expect(
      play(
        workspace,
        [
          job(
            remotePolicy(server.endpoint(), () => null),
            100,
          ),
        ],
        abort.signal,
      ),
    ).rejects.toThrow();
    expect(workspace.episodes.list({ run: "r", status: "interrupted" })).toHaveLength(1);
  });
});

test("what was typed into a secret field is nowhere in what is stored of the decision", () => {
  const call = {
    model: "m",
    fingerprint: null,
    version: null,
    renderer: "qwen3-vl@1",
    answer: 'type "hunter2"',
    unread: [{ problem: "malformed", detail: "hunter2", answer: "hunter2" }],
    promptTokens: 1,
    completionTokens: 1,
    costUsd: null,
    tokenLogProbs: null,
    finishReason: null,
    latencyMs: 1,
    attempts: 1,
  };
  const action = { kind: "type", text: "hunter2" } as const;
  const decision: Decision = { action, target: "", thought: "The password is hunter2.", call, alternatives: [{ action, probability: 0.9 }] };
  expect(JSON.stringify(storedDecision(decision, { kind: "type", text: "••••••••" }))).not.toContain("hunter2");
  expect(storedDecision(decision, action)).toMatchObject({ thought: "The password is hunter2.", call: { answer: 'type "hunter2"' } });
});

test("agents are kept without keys, by name", async () => {
  await using workspace = await temporaryWorkspace();
  await using server = await chatServer(saying(""));
  workspace.agents.put(server.endpoint({ name: "b" }));
  workspace.agents.put(server.endpoint({ name: "a", keyVariable: "MY_KEY" }));
  workspace.agents.put(server.endpoint({ name: "b", model: "other" }));
  expect(workspace.agents.list().map(({ name, model }) => [name, model])).toEqual([
    ["a", "m"],
    ["b", "other"],
  ]);
  expect(workspace.agents.get("a")).toEqual(server.endpoint({ name: "a", keyVariable: "MY_KEY" }));
  expect([workspace.agents.remove("a"), workspace.agents.remove("a")]).toEqual([true, false]);
  expect(() => workspace.agents.get("a")).toThrow(/no agent "a"/);
});
