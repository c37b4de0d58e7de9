/** The indexer as the launcher runs it: where its index lies, what happens when it cannot work, and how it ends. */
import assert from "node:assert/strict";
import { MainProcess, post, refusedStart } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { until } from "../support/until.ts";

interface Answer {
  readonly results: readonly { readonly path: string }[];
  readonly index: { readonly files: number; readonly pending: number };
}

async function search(url: string, query: string): Promise<Answer> {
  const response = await post(url, "tools/call", { name: "search", arguments: { query } });
  return (await response.json()).result.structuredContent;
}

/** Asks until the index has this many files. */
function untilIndexed(url: string, files: number): Promise<Answer> {
  return until(() => search(url, "needle"), ({ index }) => index.pending === 0 && index.files === files);
}

const paths = ({ results }: Answer) => results.map(({ path }) => path);

Deno.test("the index lies in the root, for nobody else to read, and git does not see it", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.md": "needle\n" });
  {
    await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
    assert.deepEqual(paths(await untilIndexed(await main.url(), 1)), ["a.md"]);
    main.kill("SIGTERM");
    assert.equal(await main.ended(), 0);
  }
  assert.equal(((await Deno.stat(`${temp.root}/.mcp-index.db`)).mode ?? 0) & 0o777, 0o600);
  assert.equal(await temp.git("status", "--porcelain"), "");
});

Deno.test("MCP_INDEX_PATH moves the index out of the root, or to another name in it that no tool may use", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.md": "needle\n" });
  for (const path of [`${temp.outside}/elsewhere.db`, `${temp.root}/search.db`]) {
    await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root, MCP_INDEX_PATH: path } });
    const url = await main.url();
    await untilIndexed(url, 1);
    assert.ok((await Deno.stat(path)).isFile);
    const call = { name: "read_file", arguments: { path: "search.db" } };
    const { result } = await (await post(url, "tools/call", call)).json();
    const { error } = JSON.parse(result.content[0].text);
    assert.equal(error.code, path.startsWith(temp.root) ? "path_denied" : "not_found");
  }
  await assert.rejects(Deno.stat(`${temp.root}/.mcp-index.db`), Deno.errors.NotFound);
});

Deno.test("an index path that makes no sense stops the start with one line", async () => {
  await using temp = await TempRoot.create();
  for (const path of [`${temp.outside}/none/index.db`, temp.outside, `${temp.outside}/`]) {
    const { line, code } = await refusedStart({ env: { LUKHAS_REPO_ROOT: temp.root, MCP_INDEX_PATH: path } });
    assert.match(line, /Cannot use MCP_INDEX_PATH=/);
    assert.equal(code, 2);
  }
});

Deno.test("after a large first build another indexer goes on, and has what is written then", async () => {
  await using temp = await TempRoot.create();
  const files = Array.from(
    { length: 1_000 },
    (_, at) => [`docs/${at}.md`, at === 0 ? "needle\n" : `${at}\n`],
  );
  await temp.commit(Object.fromEntries(files));
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
  const url = await main.url();
  await main.line(/indexed 1000 files in \d+ ms/);
  assert.deepEqual(paths(await untilIndexed(url, 1_000)), ["docs/0.md"]);
  const write = (path: string) =>
    post(url, "tools/call", { name: "write_file", arguments: { path, contents: `needle ${path}\n` } });
  for (const path of ["a.md", "b.md"]) await (await write(path)).body?.cancel();
  assert.deepEqual(paths(await untilIndexed(url, 1_002)).sort(), ["a.md", "b.md", "docs/0.md"]);
  main.kill("SIGTERM");
  assert.equal(await main.ended(), 0);
});

Deno.test("an indexer that crashes is started again, and files are scanned until then", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.md": "needle\n" });
  // What no indexer can remove.
  await temp.write({ ".mcp-index.db-wal/file": "" });
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
  const url = await main.url();
  await main.line(/the indexer is started again in 1 s/);
  assert.deepEqual(paths(await search(url, "needle")), ["a.md"]);
  await Deno.remove(`${temp.root}/.mcp-index.db-wal`, { recursive: true });
  assert.deepEqual(paths(await untilIndexed(url, 1)), ["a.md"]);
  main.kill("SIGTERM");
  assert.equal(await main.ended(), 0);
});

Deno.test("ten thousand files in one folder, and a repository without a commit, are searched like any other", async () => {
  await using temp = await TempRoot.create();
  await Deno.mkdir(`${temp.root}/many`);
  for (let at = 0; at < 10_000; at++) {
    Deno.writeTextFileSync(`${temp.root}/many/file${at}.txt`, `needle${at}\n`);
  }
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
  const url = await main.url();
  assert.ok(paths(await search(url, "needle7")).length > 0, "the first answer does not wait for the index");
  await untilIndexed(url, 10_000);
  assert.deepEqual(paths(await search(url, "needle9999")), ["many/file9999.txt"]);
});
