/** `delete_file` asks the person where the client can, and changes nothing before it has the answer. */
import assert from "node:assert/strict";
import { sha256Hex } from "../../src/repo/digest.ts";
import { AppClient } from "../support/app_client.ts";
import { EventReader, type Json } from "../support/mcp_client.ts";

const FORM = { elicitation: {} };
const CALL = { name: "delete_file", arguments: { path: "a.txt", expectSha256: sha256Hex("two") } };
const AGREED = { action: "accept", content: { confirm: true } };
const REFUSALS: Json[] = [
  { action: "decline" },
  { action: "cancel" },
  { action: "accept", content: { confirm: false } },
  { action: "accept" },
];

/** A repository in which `a.txt` has changes that are not committed, and `b.txt` has none. */
async function changedRepo(): Promise<AppClient> {
  const client = await AppClient.create();
  await client.app.root.commit({ "a.txt": "one", "b.txt": "two" });
  await client.app.root.write({ "a.txt": "two" });
  return client;
}

function errorOf(result: Json): Json {
  assert.equal(result.isError, true);
  return JSON.parse(result.content[0].text).error;
}

Deno.test("a stateless client is asked in a round of its own: agreed, the file goes; else it stays", async () => {
  await using client = await changedRepo();
  const first = (await client.modern("tools/call", CALL, { capabilities: FORM })).last.result;
  assert.equal(first.resultType, "input_required");
  const [[key, question]] = Object.entries(first.inputRequests) as [[string, Json]];
  assert.equal(question.method, "elicitation/create");
  assert.match(question.params.message, /^Delete "a\.txt"\?/);
  assert.equal(question.params.requestedSchema.properties.confirm.type, "boolean");
  assert.equal(await client.app.root.read("a.txt"), "two");
  const { requestState } = first;
  const answer = async (response: Json) => {
    const params = { ...CALL, inputResponses: { [key]: response }, requestState };
    return (await client.modern("tools/call", params, { capabilities: FORM })).last.result;
  };
  for (const refusal of REFUSALS) {
    const { code, details } = errorOf(await answer(refusal));
    assert.deepEqual([code, details], ["conflict", { path: "a.txt", reason: "declined" }]);
    assert.equal(await client.app.root.read("a.txt"), "two");
  }
  assert.equal((await answer(AGREED)).structuredContent.deleted, true);
  await assert.rejects(client.app.root.read("a.txt"), Deno.errors.NotFound);
});

Deno.test("a file that changes while the person thinks is not deleted", async () => {
  await using client = await changedRepo();
  const first = (await client.modern("tools/call", CALL, { capabilities: FORM })).last.result;
  await client.app.root.write({ "a.txt": "three" });
  const inputResponses = { [Object.keys(first.inputRequests)[0] ?? ""]: AGREED };
  const params = { ...CALL, inputResponses, requestState: first.requestState };
  const second = (await client.modern("tools/call", params, { capabilities: FORM })).last.result;
  assert.equal(errorOf(second).code, "sha_mismatch");
  assert.equal(await client.app.root.read("a.txt"), "three");
});

Deno.test("a session is asked on the stream of its call", async () => {
  for (const [response, isDeleted] of [[AGREED, true], [{ action: "decline" }, false]] as const) {
    await using client = await changedRepo();
    const { app } = client;
    const headers = await client.shakeHands(FORM);
    await using events = new EventReader(
      await app.post({ jsonrpc: "2.0", id: 5, method: "tools/call", params: CALL }, headers),
    );
    const { id, method } = await events.next();
    assert.equal(method, "elicitation/create");
    await app.post({ jsonrpc: "2.0", id, result: response }, headers);
    const { result } = await events.next();
    if (isDeleted) assert.equal(result.structuredContent.deleted, true);
    else assert.equal(errorOf(result).details.reason, "declined");
  }
});

Deno.test("nobody is asked about what is committed, cannot be done, or is in no repository, nor by who cannot ask", async () => {
  await using client = await changedRepo();
  const call = async (params: Json, capabilities: Json = FORM) =>
    (await client.modern("tools/call", params, { capabilities })).last.result;
  const args = { path: "b.txt", expectSha256: sha256Hex("two") };
  assert.equal((await call({ name: "delete_file", arguments: args })).structuredContent.deleted, true);
  const stale = { path: "a.txt", expectSha256: sha256Hex("one") };
  assert.equal(errorOf(await call({ name: "delete_file", arguments: stale })).code, "sha_mismatch");
  assert.equal((await call(CALL, {})).structuredContent.deleted, true);
  await client.app.root.write({ "a.txt": "two" });
  assert.equal((await client.app.call("delete_file", CALL.arguments)).deleted, true);
  await using bare = await AppClient.create({ git: false });
  await bare.app.root.write({ "a.txt": "two" });
  const { last } = await bare.modern("tools/call", CALL, { capabilities: FORM });
  assert.equal(last.result.structuredContent.deleted, true);
});
