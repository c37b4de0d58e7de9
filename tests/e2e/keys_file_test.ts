/** The file of keys of a running server: rotation without a restart, and nothing of it in reach of a tool. */
import assert from "node:assert/strict";
import { KEYS_SETTLE_MS } from "../../src/core/limits.ts";
import { MainProcess, refusedStart } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { until } from "../support/until.ts";

async function statusOf(url: string, key: string): Promise<number> {
  const response = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
  });
  await response.body?.cancel();
  // Who asks often with a key that is none is told to wait, instead of being told so again.
  return response.status === 429 ? 401 : response.status;
}

/** Asks until the answer is the one that is wanted: the file is read after it has settled. */
async function becomes(url: string, key: string, status: number): Promise<void> {
  await until(() => statusOf(url, key), (found) => found === status);
}

Deno.test("keys are exchanged by writing or replacing the file, and by SIGHUP; a broken file changes nothing", async () => {
  await using temp = await TempRoot.create({ git: false });
  const file = `${temp.outside}/keys`;
  await Deno.writeTextFile(file, "# ours\nfirst-key-of-all\n");
  await using main = new MainProcess({
    env: {
      LUKHAS_REPO_ROOT: temp.root,
      LUKHAS_MCP_API_KEYS_FILE: file,
      LUKHAS_MCP_API_KEYS: "key-of-environment",
    },
  });
  const url = await main.url();
  assert.deepEqual(
    [
      await statusOf(url, "first-key-of-all"),
      await statusOf(url, "key-of-environment"),
      await statusOf(url, "x"),
    ],
    [200, 200, 401],
  );
  await Deno.writeTextFile(file, "second-key-of-all\n");
  await becomes(url, "second-key-of-all", 200);
  assert.equal(await statusOf(url, "first-key-of-all"), 401);
  await Deno.writeTextFile(`${file}.new`, "ci:third-key-of-all:read\n");
  await Deno.rename(`${file}.new`, file);
  await becomes(url, "third-key-of-all", 200);
  await Deno.writeTextFile(file, "not a key at all\n");
  await main.line(/the keys stay as they are.*line 1/);
  assert.equal(await statusOf(url, "third-key-of-all"), 200);
  await Deno.writeTextFile(file, "");
  await becomes(url, "third-key-of-all", 401);
  assert.equal(await statusOf(url, "key-of-environment"), 200);
  Deno.kill(main.pid, "SIGHUP");
  await Deno.writeTextFile(file, "fourth-key-of-all\n");
  Deno.kill(main.pid, "SIGHUP");
  await becomes(url, "fourth-key-of-all", 200);
  Deno.kill(main.pid, "SIGTERM");
  assert.equal(await main.ended(), 0);
  assert.doesNotMatch(main.lines.join("\n"), /key-of|not a key/);
});

Deno.test("which keys hold is told at the start and with each change: how many, and whose", async () => {
  await using temp = await TempRoot.create({ git: false });
  const file = `${temp.outside}/keys`;
  await Deno.writeTextFile(file, "alice:first-key-of-all:read\n");
  await using main = new MainProcess({
    env: {
      LUKHAS_REPO_ROOT: temp.root,
      LUKHAS_MCP_API_KEYS_FILE: file,
      LUKHAS_MCP_API_KEYS: "key-of-environment",
      HOST: "0.0.0.0",
    },
  });
  await main.line(/"msg":"keys","count":2,"names":\["alice"\]/);
  await Deno.writeTextFile(
    file,
    "alice:first-key-of-all:read\nbob:short-key-of-2:ops\nbob:other-key-of-bob:ops\n",
  );
  await main.line(/"msg":"keys","count":4,"names":\["alice","bob"\]/);
  await main.line(/1 of the keys can be guessed: shorter than 16 characters/);
  Deno.kill(main.pid, "SIGHUP");
  await main.line(/"count":4/, 2);
  assert.doesNotMatch(main.lines.join("\n"), /key-of/);
});

Deno.test("a broken file of keys is told once, however much happens in its folder, and again when asked with SIGHUP", async () => {
  await using temp = await TempRoot.create({ git: false });
  const file = `${temp.outside}/keys`;
  await Deno.writeTextFile(file, "first-key-of-all\n");
  await using main = new MainProcess({
    env: { LUKHAS_REPO_ROOT: temp.root, LUKHAS_MCP_API_KEYS_FILE: file },
  });
  await main.url();
  const told = () => main.lines.filter((line) => line.includes("the keys stay as they are"));
  await Deno.writeTextFile(file, "broken in one way\n");
  await main.line(/the keys stay as they are.*line 1/);
  // As a log that lies beside the file does.
  for (let i = 0; i < 5; i++) {
    await Deno.writeTextFile(`${temp.outside}/server.log`, `${i}`);
    await new Promise((resolve) => setTimeout(resolve, 2 * KEYS_SETTLE_MS));
  }
  await Deno.writeTextFile(file, "# none\nbroken in another way\n");
  await main.line(/the keys stay as they are.*line 2/);
  assert.equal(told().length, 2, told().join("\n"));
  Deno.kill(main.pid, "SIGHUP");
  assert.match(await main.line(/the keys stay as they are/, 3), /line 2/);
});

Deno.test("a file of keys in the root is out of every tool's reach", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "conf/server.keys": "the-one-key\n" });
  await using main = new MainProcess({
    env: { LUKHAS_REPO_ROOT: temp.root, LUKHAS_MCP_API_KEYS_FILE: `${temp.root}/conf/server.keys` },
  });
  const url = await main.url();
  const response = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "the-one-key" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "read_file", arguments: { path: "conf/server.keys" } },
    }),
  });
  assert.match(await response.text(), /path_denied/);
});

Deno.test("a file of keys that is missing, broken or empty stops the start, and never opens the server", async (t) => {
  await using temp = await TempRoot.create({ git: false });
  const file = `${temp.outside}/keys`;
  for (
    const [text, reason] of [[undefined, /No such file/], ["a:b\n", /line 1/], [
      "# none\n",
      /holds no key/,
    ]] as const
  ) {
    await t.step(String(reason), async () => {
      if (text !== undefined) await Deno.writeTextFile(file, text);
      await using main = new MainProcess({
        env: { LUKHAS_REPO_ROOT: temp.root, LUKHAS_MCP_API_KEYS_FILE: file },
      });
      assert.equal(await main.ended(), 2);
      assert.match(main.lines.join("\n"), reason);
    });
  }
});

Deno.test("a server that is told to serve everybody says so loudly", async () => {
  await using temp = await TempRoot.create({ git: false });
  await using loud = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root, MCP_INSECURE: "1" } });
  await loud.line(/"msg":"note".*WHOEVER REACHES http:.*MAY READ AND CHANGE THIS REPOSITORY/);
  Deno.kill(loud.pid, "SIGTERM");
  assert.equal(await loud.ended(), 0);
  await using quiet = new MainProcess({
    env: { LUKHAS_REPO_ROOT: temp.root, MCP_INSECURE: "1", LUKHAS_MCP_API_KEYS: "a-key-for-this-test" },
  });
  await quiet.url();
  assert.doesNotMatch(quiet.lines.join("\n"), /WHOEVER/);
});

Deno.test("a key that is in the environment and in the file stops the start, and comes in by no later change", async () => {
  await using temp = await TempRoot.create({ git: false });
  const file = `${temp.outside}/keys`;
  const env = {
    LUKHAS_REPO_ROOT: temp.root,
    LUKHAS_MCP_API_KEYS_FILE: file,
    LUKHAS_MCP_API_KEYS: "key-of-environment",
  };
  await Deno.writeTextFile(file, "# ours\nci:key-of-environment:read\n");
  const { line, code } = await refusedStart({ env });
  assert.equal(code, 2);
  assert.match(line, /line 2 has a key of LUKHAS_MCP_API_KEYS again: remove one of them/);
  assert.doesNotMatch(line, /key-of-environment/);
  await Deno.writeTextFile(file, "ci:key-of-the-file:read\n");
  await using main = new MainProcess({ env });
  const url = await main.url();
  await Deno.writeTextFile(file, "ci:key-of-environment:read\n");
  await main.line(/the keys stay as they are.*line 1 has a key of LUKHAS_MCP_API_KEYS again/);
  assert.equal(await statusOf(url, "key-of-the-file"), 200);
  assert.equal(await statusOf(url, "key-of-environment"), 200);
});
