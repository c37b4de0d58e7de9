/** The cage, from inside: what the app's worker can reach, and what it cannot, on a terminal too. */
import assert from "node:assert/strict";
import { ALLOWED, type ProbeResult, REFUSED } from "../support/cage_probe.ts";
import { indexerPermissions } from "../../src/launcher/index_process.ts";
import { probeCage, probePermissions } from "../support/cage.ts";
import { MainProcess, post } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

/** The runtime's refusal; an import's comes as a TypeError, and SQLite has a word of its own for ATTACH. */
const REFUSAL = /^NotCapable|^TypeError: Requires (read|import) access|too many attached databases - max 0/;

async function assertCaged(t: Deno.TestContext, result: ProbeResult): Promise<void> {
  for (const name of Object.keys(ALLOWED)) {
    await t.step(`the app can ${name}`, () => assert.equal(result[name], "done"));
  }
  for (const name of Object.keys(REFUSED)) {
    await t.step(`the app cannot ${name}`, () => assert.match(result[name] ?? "", REFUSAL));
  }
  assert.equal(result["the folder around the root"], "beside.txt,module.ts,root");
  assert.equal(result["the file beside the root"], "outside");
}

Deno.test("the app reaches its root, its address and git, and nothing else", async (t) => {
  await assertCaged(t, await probeCage(8766));
});

Deno.test("the indexer reaches the root to read and its index to write, and nothing else", async (t) => {
  const result = await probePermissions(indexerPermissions);
  assert.equal(result["read a file of the root"], "done");
  assert.equal(result["open a database in memory"], "done");
  for (
    const name of [
      "write a file of the root",
      "open a database in the root",
      "run git",
      ...Object.keys(REFUSED),
    ]
  ) {
    await t.step(`the indexer cannot ${name}`, () => assert.match(result[name] ?? "", REFUSAL));
  }
  assert.equal(result["the folder around the root"], "beside.txt,module.ts,root");
});

Deno.test("a free port does not open every port", async (t) => {
  await assertCaged(t, await probeCage(0));
});

Deno.test("on a terminal the cage refuses as well, instead of asking", async (t) => {
  const entry = new URL("../support/cage.ts", import.meta.url).href;
  await using main = new MainProcess({ entry, terminal: true });
  const line = await main.line(/^PROBE /);
  assert.equal(await main.ended(), 0);
  assert.doesNotMatch(main.lines.join("\n").replace(line, ""), /Allow\?|requests .* access|\[y\/n/);
  await assertCaged(t, JSON.parse(line.slice("PROBE ".length)));
});

Deno.test("on a terminal the server starts, serves and asks nothing", async () => {
  await using temp = await TempRoot.create({ git: false });
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root }, terminal: true });
  const url = await main.url();
  for (const path of ["/etc/passwd", "../beside.txt"]) {
    const { result } = await (await post(url, "tools/call", { name: "read_file", arguments: { path } }))
      .json();
    assert.equal(result.isError, true);
  }
  const { pid } = JSON.parse(await temp.read(".mcp-lock"));
  Deno.kill(pid, "SIGTERM");
  assert.equal(await main.ended(), 0);
  assert.doesNotMatch(main.lines.join("\n"), /Allow\?|requests .* access|\[y\/n/);
});
