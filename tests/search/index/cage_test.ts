/** The indexer's cage, from inside: it reads the root and writes the index, and nothing else. */
import assert from "node:assert/strict";
import { indexerPermissions } from "../../../src/launcher/index_process.ts";
import { ALLOWED, REFUSED } from "../../support/cage_probe.ts";
import { probePermissions } from "../../support/cage.ts";

/** What the app may do and the indexer may not. */
const APP_ALONE = ["write a file of the root", "open a database in the root", "run git"];

Deno.test("the indexer reaches the root for reading and its index, and nothing else", async (t) => {
  const result = await probePermissions(indexerPermissions);
  for (const name of Object.keys(ALLOWED)) {
    const isRefused = APP_ALONE.includes(name);
    await t.step(`the indexer ${isRefused ? "cannot" : "can"} ${name}`, () => {
      if (isRefused) assert.match(result[name] ?? "", /^NotCapable/);
      else assert.equal(result[name], "done");
    });
  }
  for (const name of Object.keys(REFUSED)) {
    await t.step(`the indexer cannot ${name}`, () => assert.notEqual(result[name], "done"));
  }
  assert.equal(result["the folder around the root"], "beside.txt,module.ts,root");
  assert.equal(result["the file beside the root"], "outside");
});
