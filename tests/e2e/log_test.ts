/** What becomes of a server whose log nobody reads. */
import assert from "node:assert/strict";
import { TempRoot } from "../support/temp_repo.ts";
import { FLAGS, MAIN } from "../support/main_process.ts";

/** A server whose stderr this test holds in its hand. */
async function startServer(
  root: string,
): Promise<{ child: Deno.ChildProcess; url: string; reader: LogReader }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...FLAGS, MAIN],
    env: { LUKHAS_REPO_ROOT: root, PORT: "0", MCP_LOG: "json", MCP_RL_BUCKET: "0" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const reader = child.stderr.getReader();
  let text = "";
  while (!text.includes(`"msg":"listening"`)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The server ended: ${text}`);
    text += new TextDecoder().decode(value);
  }
  return { child, url: JSON.parse(text.slice(text.indexOf(`{"time"`)).split("\n")[0] ?? "").url, reader };
}

type LogReader = ReadableStreamDefaultReader<Uint8Array>;

async function statusOf(url: string): Promise<number> {
  const response = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
  });
  await response.body?.cancel();
  return response.status;
}

Deno.test("a server whose log reader has gone keeps answering, and ends cleanly", async () => {
  await using temp = await TempRoot.create();
  const { child, url, reader } = await startServer(temp.root);
  await reader.cancel();
  for (let call = 0; call < 20; call++) assert.equal(await statusOf(url), 200);
  child.kill("SIGTERM");
  assert.equal((await child.status).code, 0);
  assert.throws(() => Deno.statSync(`${temp.root}/.mcp-lock`), Deno.errors.NotFound);
});

Deno.test("a server whose log nobody reads keeps answering, ends on a signal, and says what it dropped", async () => {
  await using temp = await TempRoot.create();
  const { child, url, reader } = await startServer(temp.root);
  // A pipe holds 64 KiB and the queue 1 MiB, at some 200 bytes a line.
  for (let round = 0; round < 80; round++) {
    const statuses = await Promise.all(Array.from({ length: 100 }, () => statusOf(url)));
    assert.deepEqual(new Set(statuses), new Set([200]));
  }
  child.kill("SIGTERM");
  const lines: string[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    lines.push(new TextDecoder().decode(next.value));
  }
  assert.equal((await child.status).code, 0);
  assert.match(lines.join(""), /"msg":"dropped","lines":\d+/);
});
