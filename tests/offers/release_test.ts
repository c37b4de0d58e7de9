/** Jobs and canaries as resources and in prompts, through the front door of both eras. */
import assert from "node:assert/strict";
import { AppClient } from "../support/app_client.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { EventReader, type Json } from "../support/mcp_client.ts";
import type { TestAppOptions } from "../support/test_app.ts";

const UPDATED = "notifications/resources/updated";

const CANARY = {
  modelId: "chat/7",
  fromGate: "staging",
  toGate: "production",
  windowSeconds: 20,
  targets: { max_error_rate: 0.01 },
};

async function withClock(options: TestAppOptions = {}): Promise<{ client: AppClient; clock: FakeClock }> {
  const clock = new FakeClock();
  const time = { clock, later: clock.later };
  return { client: await AppClient.create({ git: false, time, ...options }), clock };
}

async function read(client: AppClient, uri: string): Promise<Json> {
  const { result, error } = await client.old("resources/read", { uri });
  assert.equal(error, undefined, JSON.stringify(error));
  const [{ mimeType, text }] = result.contents;
  assert.equal(mimeType, "application/json");
  return JSON.parse(text);
}

Deno.test("a job and a canary are resources with what status and canary_status say", async () => {
  const { client, clock } = await withClock();
  await using _ = client;
  const { app } = client;
  const { jobId } = await app.call("run_eval", { taskId: "mmlu", configId: "chat/7" });
  const { canaryId } = await app.call("start_canary", CANARY);
  await clock.pass(3_000);
  assert.deepEqual(await read(client, `lukhas://job/${jobId}`), await app.call("status", { jobId }));
  assert.deepEqual(
    await read(client, `lukhas://canary/${canaryId}`),
    await app.call("canary_status", { canaryId }),
  );
  const templates = (await client.old("resources/templates/list")).result.resourceTemplates;
  assert.deepEqual(templates.map(({ uriTemplate }: Json) => uriTemplate), [
    "lukhas://file/{path}",
    "lukhas://job/{id}",
    "lukhas://canary/{id}",
  ]);
});

const NOT_THERE = [
  "lukhas://job/",
  "lukhas://job/none",
  "lukhas://job/%",
  "lukhas://job/%00",
  "lukhas://job/../file/a.txt",
  "lukhas://canary/none",
  "lukhas://canary/%2e%2e",
  "lukhas://model/chat",
  "lukhas://job",
  "LUKHAS://JOB/none",
];

for (const uri of NOT_THERE) {
  Deno.test(`${uri} is no resource, and cannot be watched`, async () => {
    const { client } = await withClock();
    await using _ = client;
    const { error } = await client.old("resources/read", { uri });
    assert.equal(error.code, -32002);
    const headers = await client.shakeHands();
    const message = { jsonrpc: "2.0", id: 1, method: "resources/subscribe", params: { uri } };
    const answer = await (await client.app.post(message, headers)).json();
    assert.equal(answer.error.code, -32002);
    const notifications = { resourceSubscriptions: [uri] };
    await using events = new EventReader(await client.open("subscriptions/listen", { notifications }));
    assert.deepEqual((await events.next()).params.notifications.resourceSubscriptions, []);
  });
}

Deno.test("a session hears when a job that it watches changes, and of no other", async () => {
  const { client, clock } = await withClock();
  await using _ = client;
  const { app } = client;
  const { jobId } = await app.call("run_eval", { taskId: "mmlu", configId: "a" });
  const uri = `lukhas://job/${jobId}`;
  const headers = await client.shakeHands();
  const events = await client.sessionEvents(headers);
  const subscribe = { jsonrpc: "2.0", id: 1, method: "resources/subscribe", params: { uri } };
  assert.deepEqual((await (await app.post(subscribe, headers)).json()).result, {});
  const afterId = await app.store.events.lastId();
  await app.call("run_eval", { taskId: "mmlu", configId: "b" });
  await clock.pass(3_000);
  const told = (await app.store.events.read({ afterId, topics: [`job/${jobId}`], limit: 50 })).length;
  assert.ok(told >= 2);
  for (let n = 0; n < told; n++) {
    const { method, params } = await events.next();
    assert.deepEqual([method, params], [UPDATED, { uri }]);
  }
  const unsubscribe = { jsonrpc: "2.0", id: 2, method: "resources/unsubscribe", params: { uri } };
  await (await app.post(unsubscribe, headers)).body?.cancel();
  await app.call("cancel_eval", { jobId });
  await events[Symbol.asyncDispose]();
});

Deno.test("a stateless client hears when a canary that it listens to changes", async () => {
  const { client, clock } = await withClock();
  await using _ = client;
  const { canaryId } = await client.app.call("start_canary", CANARY);
  const uri = `lukhas://canary/${canaryId}`;
  const notifications = { resourceSubscriptions: [uri, "lukhas://canary/none"] };
  await using events = new EventReader(await client.open("subscriptions/listen", { notifications }));
  assert.deepEqual((await events.next()).params.notifications.resourceSubscriptions, [uri]);
  await clock.pass(1_000);
  const { method, params } = await events.next();
  assert.equal(method, UPDATED);
  assert.equal(params.uri, uri);
});

async function complete(client: AppClient, ref: Json, argument: Json): Promise<string[]> {
  const { result, error } = await client.old("completion/complete", { ref, argument });
  assert.equal(error, undefined, JSON.stringify(error));
  return result.completion.values;
}

Deno.test("ids, models and gates are completed from what is there, the newest first", async () => {
  const { client, clock } = await withClock();
  await using _ = client;
  const { app } = client;
  const jobs: string[] = [];
  for (const configId of ["a", "b"]) {
    jobs.unshift((await app.call("run_eval", { taskId: "mmlu", configId })).jobId);
    await clock.pass(10);
  }
  const { canaryId } = await app.call("start_canary", CANARY);
  await app.call("promote_model", { modelId: "rank/1", gate: "staging" });
  const template = (uri: string) => ({ type: "ref/resource", uri });
  const prompt = (name: string) => ({ type: "ref/prompt", name });
  assert.deepEqual(await complete(client, template("lukhas://job/{id}"), { name: "id", value: "" }), jobs);
  const typed = { name: "id", value: jobs[0]?.slice(0, 8) };
  assert.deepEqual(await complete(client, template("lukhas://job/{id}"), typed), [jobs[0]]);
  assert.deepEqual(await complete(client, template("lukhas://canary/{id}"), { name: "id", value: "" }), [
    canaryId,
  ]);
  const canaries = await complete(client, prompt("explain_canary"), { name: "canaryId", value: "" });
  assert.deepEqual(canaries, [canaryId]);
  const models = await complete(client, prompt("plan_release"), { name: "modelId", value: "" });
  assert.deepEqual(models, ["chat/7", "rank/1"]);
  assert.deepEqual(await complete(client, prompt("plan_release"), { name: "modelId", value: "ank" }), [
    "rank/1",
  ]);
  const gates = await complete(client, prompt("plan_release"), { name: "gate", value: "" });
  assert.deepEqual(gates, ["production", "staging"]);
});

async function promptText(client: AppClient, name: string, args: Json): Promise<string> {
  const { result, error } = await client.old("prompts/get", { name, arguments: args });
  assert.equal(error, undefined, JSON.stringify(error));
  return result.messages[0].content.text;
}

Deno.test("explain_canary embeds the story and the figures", async () => {
  const { client, clock } = await withClock();
  await using _ = client;
  const { canaryId } = await client.app.call("start_canary", CANARY);
  await clock.pass(60_000);
  const text = await promptText(client, "explain_canary", { canaryId });
  assert.match(text, /^Explain this canary to somebody/);
  assert.match(
    text,
    /Its story:\n\n```text\n2026-01-01T00:00:00.000Z: A caller without a key started a canary/,
  );
  assert.match(text, /"verdict": "proven_kept"|"verdict": "within"/);
  assert.ok(!text.includes('"evidence"'));
  const missing = await client.old("prompts/get", {
    name: "explain_canary",
    arguments: { canaryId: "none" },
  });
  assert.equal(missing.error.code, -32602);
  assert.equal((await client.old("prompts/get", { name: "explain_canary" })).error.code, -32602);
});

Deno.test("plan_release says how things stand, and what the gates demand", async () => {
  const { client, clock } = await withClock();
  await using _ = client;
  const { app } = client;
  await app.call("promote_model", { modelId: "chat/6", gate: "production" });
  await app.call("run_eval", { taskId: "mmlu", configId: "chat/7" });
  await clock.pass(3_000);
  const without = await promptText(client, "plan_release", { modelId: "chat/7" });
  assert.match(without, /^Plan the release of model `chat\/7` into gate `production`/);
  assert.match(without, /No gate demands anything/);
  assert.match(without, /"gateIsHeldBy": "chat\/6"/);
  assert.match(without, /"evaluationsWithItAsConfiguration": \[\n {4}\{\n {6}"jobId"/);
  await app.root.write({
    ".lukhas/policy.json": JSON.stringify({ gates: { canary: { evals: [{ taskId: "mmlu" }] } } }),
  });
  const ruled = await promptText(client, "plan_release", { modelId: "chat/7", gate: "canary" });
  assert.match(ruled, /What the gates demand, by \.lukhas\/policy\.json:\n\n```json\n\{\n {2}"canary"/);
  await app.root.write({ ".lukhas/policy.json": "{" });
  assert.match(
    await promptText(client, "plan_release", { modelId: "x\n# Evil" }),
    /Nothing passes a gate before/,
  );
});
