/** Log messages to clients: told to whoever asked for their level, and to nobody else. */
import assert from "node:assert/strict";
import { AppClient } from "../support/app_client.ts";
import { type Json, readAnswer } from "../support/mcp_client.ts";

const LOG_LEVEL = "io.modelcontextprotocol/logLevel";

const CANARY = {
  modelId: "chat/7",
  fromGate: "staging",
  toGate: "production",
  targets: { max_error_rate: 0.01 },
};

/** What a stateless client is told during a call. */
async function logOf(
  client: AppClient,
  name: string,
  args: Json,
  level: string | undefined,
): Promise<Json[]> {
  const meta = level === undefined ? {} : { [LOG_LEVEL]: level };
  const { messages } = await client.modern("tools/call", { name, arguments: args }, { meta });
  return messages.filter(({ method }) => method === "notifications/message").map(({ params }) => {
    const { level, logger, data } = params;
    return { level, logger, data };
  });
}

Deno.test("tools say what others than their caller should know of, at the level that was asked for", async () => {
  await using client = await AppClient.create();
  await client.app.root.commit({ "a.txt": "one\n" });
  const [started] = await logOf(client, "start_canary", CANARY, "info");
  const { canaryId } = started.data;
  assert.deepEqual(started, {
    level: "info",
    logger: "start_canary",
    data: { canaryId, modelId: "chat/7", fromGate: "staging", toGate: "production" },
  });
  const [aborted] = await logOf(client, "abort_canary", { canaryId }, "notice");
  assert.deepEqual([aborted.level, aborted.data.canaryId], ["notice", canaryId]);
  const promotion = { modelId: "chat/7", gate: "staging" };
  const [promoted] = await logOf(client, "promote_model", promotion, "debug");
  assert.deepEqual(promoted, {
    level: "notice",
    logger: "promote_model",
    data: { ...promotion, previous: null },
  });
  assert.deepEqual(await logOf(client, "promote_model", promotion, "debug"), [], "nothing changed");
  const [evaluation] = await logOf(client, "run_eval", { taskId: "mmlu", configId: "chat/7" }, "info");
  assert.deepEqual([evaluation.data.status, evaluation.data.taskId], ["QUEUED", "mmlu"]);
  await client.app.root.write({ "a.txt": "two\n" });
  const [commit] = await logOf(client, "git_commit", { message: "test: log", add: ["a.txt"] }, "info");
  assert.deepEqual([commit.data.branch, commit.data.files], ["main", 1]);
});

Deno.test("who asked for no level, or for a higher one, is told nothing", async () => {
  await using client = await AppClient.create({ git: false });
  for (const level of [undefined, "notice", "error"]) {
    assert.deepEqual(await logOf(client, "run_eval", { taskId: "mmlu", configId: "chat/7" }, level), []);
  }
  assert.deepEqual(await logOf(client, "read_file", { path: "none" }, "debug"), []);
});

Deno.test("a session is told from the level on that it has set", async () => {
  await using client = await AppClient.create({ git: false });
  const headers = await client.shakeHands();
  const ask = async (id: number, method: string, params: Json): Promise<Json[]> =>
    (await readAnswer(await client.app.post({ jsonrpc: "2.0", id, method, params }, headers))).messages;
  const promote = (gate: string) => ({ name: "promote_model", arguments: { modelId: "chat/7", gate } });
  const levels = (messages: Json[]) =>
    messages.filter(({ method }) => method === "notifications/message").map(({ params }) => params.level);
  assert.deepEqual((await ask(1, "logging/setLevel", { level: "warning" }))[0].result, {});
  assert.deepEqual(levels(await ask(2, "tools/call", promote("a"))), []);
  await ask(3, "logging/setLevel", { level: "notice" });
  assert.deepEqual(levels(await ask(4, "tools/call", promote("b"))), ["notice"]);
});
