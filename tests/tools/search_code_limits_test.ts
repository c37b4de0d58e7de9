/** What an answer of search_code may hold at most, and what it says when there is more. */
import assert from "node:assert/strict";
import { ANSWER_BYTES_MAX } from "../../src/core/limits.ts";
import { TestApp } from "../support/test_app.ts";

interface Hit {
  path: string;
  matches?: number[];
  startLine: number;
  endLine: number;
  text: string;
}

const WIDE: Readonly<Record<string, string>> = {
  "quotes": '"'.repeat(900),
  "characters of three bytes": "中".repeat(900),
  "characters of two halves": "x" + "🙂".repeat(450),
  "controls": "\u0001".repeat(900),
};

for (const [what, filler] of Object.entries(WIDE)) {
  Deno.test(`search_code keeps to the size of an answer where every line is long and of ${what}`, async () => {
    await using app = await TestApp.create();
    const lines = Array.from({ length: 120 }, (_, at) => `needle ${at} ${filler}`);
    await app.root.commit({ "wide.txt": lines.join("\n") });
    for (const mode of ["literal", "regex", "words"]) {
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const args = { query: "needle", mode, context: 10, limit: 200, ...(cursor && { cursor }) };
        const { hits, nextCursor } = await app.call("search_code", args);
        const bytes = new TextEncoder().encode(JSON.stringify(hits)).length;
        assert.ok(bytes <= ANSWER_BYTES_MAX, `${mode}: ${bytes} bytes`);
        for (const { text, startLine, endLine, matches = [] } of hits as Hit[]) {
          assert.equal(text.split("\n").length, endLine - startLine + 1);
          assert.ok(text.split("\n").every((line) => line.length <= 400));
          assert.ok(!text.includes("\ufffd"), "no half of a character stands at a cut");
          seen.push(...matches);
        }
        cursor = nextCursor;
      } while (cursor !== undefined);
      if (mode !== "words") assert.deepEqual(seen, lines.map((_, at) => at + 1));
    }
  });
}

Deno.test("search_code says that there is more where a name is defined in more files than it looks through", async () => {
  await using app = await TestApp.create();
  const files = Array.from(
    { length: 620 },
    (_, at) => [`src/m${at}/route.ts`, `export function handler${at % 2 === 0 ? "" : "Of"}() {}\n`],
  );
  await app.root.commit(Object.fromEntries(files));
  for (let pending = 1; pending > 0;) {
    const { index } = await app.call("search_code", { query: "route", mode: "path" });
    pending = index.files === files.length ? index.pending : 1;
  }
  let total = 0;
  let cursor: string | undefined;
  let last;
  do {
    last = await app.call("search_code", {
      query: "handler",
      mode: "symbol",
      limit: 200,
      context: 0,
      ...(cursor && { cursor }),
    });
    total = last.total;
    cursor = last.nextCursor;
  } while (cursor !== undefined);
  assert.equal(total === files.length || last.truncated, true, `${total} ${last.truncated}`);
  const scoped = await app.call("search_code", { query: "handler", mode: "symbol", path: "src/m616" });
  assert.deepEqual(scoped.hits.map(({ path }: Hit) => path), ["src/m616/route.ts"]);
});

Deno.test("search_code names no file that is gone, though the index has it still", async () => {
  await using app = await TestApp.create();
  await app.root.commit({ "src/old.ts": "x", "src/new.ts": "x", "big.bin": "\0" });
  for (let pending = 1; pending > 0;) {
    ({ index: { pending } } = await app.call("search_code", { query: "src/", mode: "path" }));
  }
  await Deno.remove(`${app.root.root}/src/old.ts`);
  const { hits } = await app.call("search_code", { query: "src/", mode: "path" });
  assert.deepEqual(hits.map(({ path }: Hit) => path), ["src/new.ts"]);
  const binary = await app.call("search_code", { query: "big", mode: "path" });
  assert.deepEqual(binary.hits.map(({ path }: Hit) => path), ["big.bin"]);
});

Deno.test("a folder whose name looks like a glob is a folder, in every tool that searches", async () => {
  await using app = await TestApp.create();
  await app.root.commit({
    "app/[id]/page.tsx": "export const needle = 1;\n",
    "app/i/page.tsx": "export const needle = 2;\n",
    "app/{a}/page.tsx": "export const needle = 3;\n",
    "app/!x/page.tsx": "export const needle = 4;\n",
  });
  for (const folder of ["app/[id]", "app/{a}", "app/!x"]) {
    const asked = { path: folder };
    const literal = await app.call("search_code", { query: "needle", mode: "literal", ...asked });
    const ranked = await app.call("search", { query: "needle", ...asked });
    const map = await app.call("repo_map", asked);
    assert.deepEqual(
      literal.hits.map(({ path }: Hit) => path),
      [`${folder}/page.tsx`],
      folder,
    );
    assert.deepEqual(ranked.results.map(({ path }: Hit) => path), [`${folder}/page.tsx`], folder);
    assert.equal(map.totalFiles, 1, folder);
    for (const mode of folder === "app/[id]" ? ["path", "auto"] : ["path"]) {
      const named = await app.call("search_code", { query: `${folder}/page.tsx`, mode });
      assert.deepEqual(
        [named.mode, named.hits[0]?.path],
        ["path", `${folder}/page.tsx`],
        `${folder} ${mode}`,
      );
    }
  }
});
