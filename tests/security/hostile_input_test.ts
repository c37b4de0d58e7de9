/** Whatever a model, or whoever speaks through it, puts into a call: an answer of a known kind, at once, and nothing outside. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ERROR_CODES } from "../../src/core/errors.ts";
import { EdgeApp } from "../support/edge_app.ts";
import { fileTree } from "../support/file_tree.ts";
import { SECRET_WORD, trappedRoot } from "../support/path_traps.ts";
import { TestApp } from "../support/test_app.ts";
import { threadMs } from "../support/thread_time.ts";

const SEED = 20260801;

/** How long any one call may take: nothing here is large. */
const CALL_MS_MAX = 5_000;

async function callOf(app: TestApp, name: string, args: unknown): Promise<string> {
  const started = threadMs();
  const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } };
  const { result } = await (await app.post(message)).json();
  assert.ok(threadMs() - started < CALL_MS_MAX, JSON.stringify(args));
  const text: string = result.content[0].text;
  if (result.isError) assert.ok(ERROR_CODES.includes(JSON.parse(text).error.code), text);
  assert.ok(!text.includes(SECRET_WORD), text);
  return text;
}

Deno.test("no glob, however it is put together, takes long or shows what is outside", async () => {
  await using root = await trappedRoot();
  await using app = await TestApp.create({ root });
  const part = fc.constantFrom(
    "*",
    "**",
    "?",
    "/",
    "..",
    "[",
    "]",
    "{",
    "}",
    ",",
    "!",
    "a",
    ".git",
    ".env",
    "(",
    "|",
    ")",
    "+",
    "@",
    "\\",
    "beside",
    "secret.txt",
    "{a,b}",
    "{1..999}",
    "[!x]",
    "é",
    "\0",
  );
  const glob = fc.array(part, { minLength: 1, maxLength: 30 }).map((parts) => parts.join(""));
  type Make = (value: string) => readonly [tool: string, args: unknown];
  const call = fc.constantFrom<Make>(
    (value: string) => ["find_files", { glob: value }],
    (value: string) => ["list_dir", { glob: value }],
    (value: string) => ["list_dir", { path: "docs", glob: `**/${value}` }],
    (value: string) => ["search", { query: "secret", path: value }],
  );
  const property = fc.asyncProperty(glob, call, async (value, make) => {
    await callOf(app, ...make(value));
  });
  await fc.assert(property, { seed: SEED, numRuns: 200 });
  assert.deepEqual(app.logged.filter(({ msg }) => msg === "bug"), []);
});

Deno.test("no patch, however it is put together, changes anything outside of the files that it names", async () => {
  await using root = await trappedRoot();
  await using app = await TestApp.create({ root });
  const beside = fileTree(root.outside, { except: ["root"] });
  const name = fc.constantFrom(
    "plain.txt",
    "new.txt",
    "../beside/secret.txt",
    "/etc/passwd",
    ".git/config",
    ".env",
    "file-out",
    "docs/../plain.txt",
    "a/../../x",
    ".husky/pre-commit",
    ".cursor/mcp.json",
    ".codex/config.toml",
    ".devcontainer/devcontainer.json",
    ".devcontainer.json",
    "",
  );
  const line = fc.oneof(
    fc.constantFrom(
      "*** Begin Patch",
      "*** End Patch",
      "@@",
      "@@ -1,1 +1,1 @@",
      "@@ -0,0 +1,9999999 @@",
      "-plain",
      "+x",
      " plain",
      "+",
      "-",
      "\\ No newline at end of file",
      "```",
      "rename from plain.txt",
      "Binary files differ",
      "GIT binary patch",
      "new file mode 120000",
      "diff --git a/plain.txt b/.git/hooks/x",
    ),
    name.map((path) => `*** Update File: ${path}`),
    name.map((path) => `*** Add File: ${path}`),
    name.map((path) => `*** Delete File: ${path}`),
    name.map((path) => `*** Move to: ${path}`),
    name.map((path) => `--- a/${path}`),
    name.map((path) => `+++ b/${path}`),
    fc.string({ maxLength: 12 }),
  );
  const patch = fc.array(line, { minLength: 1, maxLength: 14 }).map((lines) => lines.join("\n"));
  const property = fc.asyncProperty(patch, fc.option(name, { nil: undefined }), async (text, path) => {
    await root.write({ "plain.txt": "plain\n" });
    await callOf(app, "apply_patch", {
      patch: text,
      ...(path !== undefined && path !== "" && { path }),
      allowCreate: true,
    });
    assert.deepEqual(fileTree(root.outside, { except: ["root"] }), beside);
    await assert.rejects(Deno.lstat(`${root.root}/.husky`), Deno.errors.NotFound);
    await assert.rejects(Deno.lstat(`${root.root}/.git/hooks/x`), Deno.errors.NotFound);
  });
  await fc.assert(property, { seed: SEED, numRuns: 300 });
  assert.deepEqual(app.logged.filter(({ msg }) => msg === "bug"), []);
});

Deno.test("no search query takes long, fails in an unknown way or finds what may not be read", async () => {
  await using root = await trappedRoot();
  await root.write({ ".env": `${SECRET_WORD}\n`, "long.txt": "a".repeat(200_000) });
  await using app = await TestApp.create({ root });
  const part = fc.constantFrom(
    '"',
    "'",
    "*",
    "(",
    ")",
    "a+",
    "(a+)+$",
    "NEAR(",
    " OR ",
    "-",
    "\\",
    "^",
    "{",
    "}",
    "\0",
    "\n",
    SECRET_WORD,
    "known",
    "%",
    ";",
    "--",
    "é",
    "\ud800",
    ".env",
    "a".repeat(300),
  );
  const query = fc.array(part, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(""));
  const property = fc.asyncProperty(query, async (value) => {
    const asked = value.slice(0, 2_000);
    const text = await callOf(app, "search", { query: asked.replaceAll(SECRET_WORD, "") || "x" });
    const results = JSON.parse(text).results ?? [];
    assert.ok(!results.some(({ path }: { path: string }) => /\.env|beside|\.git\//.test(path)));
  });
  await fc.assert(property, { seed: SEED, numRuns: 100 });
  assert.deepEqual(app.logged.filter(({ msg }) => msg === "bug"), []);
});

Deno.test("no value of a header, in any header that is read, fails in an unknown way", async () => {
  await using app = await EdgeApp.create({
    env: { LUKHAS_MCP_API_KEYS: "the-right-key", MCP_TRUSTED_PROXIES: "192.0.2.1" },
  });
  const names = fc.constantFrom(
    "host",
    "origin",
    "accept",
    "content-type",
    "content-length",
    "authorization",
    "x-api-key",
    "x-forwarded-for",
    "mcp-session-id",
    "mcp-protocol-version",
    "mcp-method",
    "mcp-name",
    "mcp-param-path",
    "last-event-id",
    "access-control-request-method",
    "transfer-encoding",
  );
  const value = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.constantFrom(
      "*",
      "null",
      "*/*",
      "text/event-stream",
      "application/json; charset=utf-16",
      "Bearer",
      "Bearer the-right-key",
      "-1",
      "1e9",
      "99999999999999999999",
      "[::1",
      "127.0.0.1:99999",
      "http://",
      "=?base64?/w==?=",
      "a".repeat(5_000),
      "2026-07-28",
      "2099-01-01",
    ),
  ).map((text) => text.replace(/[^\x20-\x7e\x80-\xff]/g, "?").trim());
  const headers = fc.dictionary(names, value, { maxKeys: 4 });
  const method = fc.constantFrom("POST", "GET", "DELETE", "OPTIONS", "HEAD", "PUT");
  const path = fc.constantFrom("/mcp", "/", "/files/a.txt", "/healthz", "/readyz", "/sse", "/nope");
  const property = fc.asyncProperty(method, path, headers, async (verb, where, sent) => {
    let request: Request;
    try {
      request = new Request(`http://127.0.0.1:8766${where}`, {
        method: verb,
        headers: { "x-api-key": "the-right-key", ...sent },
        ...(verb === "POST" && { body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }) }),
      });
    } catch (error) {
      // What the platform itself does not send cannot arrive.
      if (error instanceof TypeError) return;
      throw error;
    }
    app.elapsed = (app.elapsed ?? 0) + 60_000;
    const response = await app.fetch(request, "192.0.2.1");
    const known = [200, 202, 204, 400, 401, 403, 404, 405, 406, 408, 413, 415, 429, 503];
    assert.ok(known.includes(response.status), `${response.status} for ${JSON.stringify(sent)}`);
    assert.ok(!JSON.stringify([...response.headers]).includes("the-right-key"));
    await response.body?.cancel();
  });
  await fc.assert(property, { seed: SEED, numRuns: 1_500 });
  assert.deepEqual(app.logged.filter(({ msg }) => msg === "bug"), []);
});

Deno.test("no topic and no event id, however they look, fail in an unknown way or open what is not there", async () => {
  await using app = await EdgeApp.create({ env: { MCP_MAX_STREAMS: "10000" } });
  const part = fc.constantFrom(
    "job",
    "canary",
    "/",
    "*",
    "..",
    "%2e",
    "\0",
    "__proto__",
    "constructor",
    "1",
    "é",
    " ",
    "job/*",
    "a".repeat(300),
    "\n",
    "'",
    '"',
    ";--",
  );
  const topic = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(""));
  const eventId = fc.constantFrom("", "0", "-1", "1e9", "99999999999999999999", "x", "0x10");
  const property = fc.asyncProperty(fc.array(topic, { maxLength: 3 }), eventId, async (topics, id) => {
    const query = topics.map((one) => `topic=${encodeURIComponent(one)}`).join("&");
    const response = await app.send(`/sse?${query}`, { headers: { "last-event-id": id } });
    assert.ok([200, 400, 404].includes(response.status), `${response.status} for ${query}`);
    await response.body?.cancel();
  });
  await fc.assert(property, { seed: SEED, numRuns: 300 });
  assert.deepEqual(app.logged.filter(({ msg }) => msg === "bug"), []);
});
