/** An app that is not itself any more: whatever its worker says, the launcher ends it in order, and shows nothing of it. */
import assert from "node:assert/strict";
import { INDEXER_MADE } from "../support/announced_indexer.ts";
import { MainProcess } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

const HOSTILE_MAIN = new URL("../support/hostile_main.ts", import.meta.url).href;

async function saying(...messages: unknown[]): Promise<{ code: number; said: string; note: string }> {
  await using temp = await TempRoot.create({ git: false });
  const entry = `${HOSTILE_MAIN}?${encodeURIComponent(JSON.stringify(messages))}`;
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root }, entry });
  const code = await main.ended();
  const note = await temp.read(".mcp-lock").catch(() => "none");
  return { code, said: main.lines.join("\n"), note };
}

Deno.test("what the app never says ends it with exit code 70 and one line, and is not repeated", async (t) => {
  const messages: unknown[] = [
    null,
    7,
    "listening",
    [],
    { type: "nope-nope" },
    { type: "__proto__" },
    { type: "listening" },
    { type: "listening", url: 7 },
    { type: "listening", url: "http://nope-nope/\u001b[2J" },
    { type: "listening", url: "https://nope-nope" },
    { type: "cannot_open", reason: { nope: 1 } },
    { type: "line", text: "one\nnope-nope" },
    { type: "host_call" },
    { type: "host_call", call: { call: 1 } },
    { type: "host_call", call: { call: "1", request: { method: "end", runId: "x" } } },
    { type: "host_call", call: { call: 1, request: { method: "start", run: { runId: 1 } } } },
    {
      type: "host_call",
      call: { call: 1, request: { method: "poll", run: { runId: "x", processGroup: "-1" } } },
    },
    { type: "host_call", call: { call: 1, request: { method: "end", runId: "x".repeat(1_000) } } },
    { type: "host_call", call: { call: 1, request: { method: "nope-nope" } } },
    { type: "stopped" },
  ];
  for (const message of messages) {
    await t.step(JSON.stringify(message).slice(0, 100), async () => {
      const { code, said, note } = await saying(message);
      assert.equal(code, 70, said);
      assert.match(said, /^\{"time":"[^"]+","msg":"bug","stack":"the app [^\n]*$/);
      assert.doesNotMatch(said, /nope-nope/);
      assert.equal(note, "none");
    });
  }
});

Deno.test("a reason of the app's is one line of the terminal, and no more than a screen of it", async () => {
  const { code, said } = await saying({ type: "cannot_open", reason: `no\n\u001b[2J${"x".repeat(5_000)}` });
  assert.equal(code, 2);
  assert.match(said, /^lukhas-mcp: no \[2Jx+$/);
  assert.ok(said.length < 1_100);
});

Deno.test("an app that says twice that it is loaded, or that it listens, is heard once", async () => {
  const listening = { type: "listening", url: "http://127.0.0.1:1" };
  const { code, said } = await saying({ type: "loaded" }, listening, listening, null);
  assert.equal(code, 70);
  assert.equal(said.match(/"msg":"listening"/g)?.length ?? 0, 1, said);
});

Deno.test("the indexer comes when the app serves and is prepared, once, and never before", async () => {
  const listening = { type: "listening", url: "http://127.0.0.1:1" };
  const prepared = { type: "prepared" };
  await using temp = await TempRoot.create({ git: false });
  const entry = `${HOSTILE_MAIN}?${
    encodeURIComponent(JSON.stringify([prepared, listening, prepared, prepared]))
  }`;
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root }, entry });
  const made = new RegExp(INDEXER_MADE);
  await main.line(made);
  main.kill("SIGTERM");
  await main.ended();
  const at = (pattern: RegExp) => main.lines.flatMap((line, index) => pattern.test(line) ? [index] : []);
  assert.equal(at(made).length, 1, main.lines.join("\n"));
  assert.ok((at(/"listening"/)[0] ?? Infinity) < (at(made)[0] ?? 0), main.lines.join("\n"));
  for (const messages of [[prepared], [listening]]) {
    const { code, said } = await saying(...messages, null);
    assert.equal(code, 70);
    assert.doesNotMatch(said, made);
  }
});
