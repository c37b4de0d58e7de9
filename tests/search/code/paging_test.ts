/** Pages of search_code: together they hold every hit once, whatever their size, and whatever is written between two of them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeCursor } from "../../../src/search/code/cursor.ts";
import { TestApp } from "../../support/test_app.ts";

interface Hit {
  path: string;
  matches: number[];
}

/** Reads on to the last page, and does something between two pages. */
async function pagesOf(
  app: TestApp,
  args: Record<string, unknown>,
  between?: (page: number) => Promise<unknown>,
) {
  const seen: string[] = [];
  let count = 0;
  let cursor: string | undefined;
  for (let page = 1;; page++) {
    const answer = await app.call("search_code", { ...args, ...(cursor !== undefined && { cursor }) });
    for (const { path, matches } of answer.hits as Hit[]) {
      seen.push(...matches.map((line) => `${path}:${line}`));
    }
    count += answer.hits.length;
    assert.equal(answer.total, count);
    assert.ok(page < 500, "the pages have no end");
    cursor = answer.nextCursor;
    if (cursor === undefined) return seen;
    assert.equal(answer.truncated, true);
    await between?.(page);
  }
}

/** Files in the order of pages, and the lines of each that fit. */
const FILES = { "a.ts": 3, "b.ts": 5, "c.ts": 2 };
const linesOf = (every: number) =>
  Array.from({ length: 60 }, (_, at) => at % every === 0 ? `needle(${at}) needle` : `other ${at}`);
const EXPECTED = Object.entries(FILES).flatMap(([path, every]) =>
  linesOf(every).flatMap((line, at) => line.startsWith("needle") ? [`${path}:${at + 1}`] : [])
);

async function started(): Promise<TestApp> {
  const app = await TestApp.create();
  const texts = Object.entries(FILES).map(([path, every]) => [path, `${linesOf(every).join("\r\n")}\r\n`]);
  await app.root.commit(Object.fromEntries(texts));
  return app;
}

Deno.test("pages hold every hit once, in order, whatever their size", async () => {
  await using app = await started();
  const question = fc.record({
    query: fc.constantFrom("needle(", "needle", "eedle"),
    mode: fc.constantFrom("literal", "regex"),
    limit: fc.constantFrom(1, 1, 2, 7, 200),
    context: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(question, async ({ query, mode, limit, context }) => {
      const args = {
        query: mode === "regex" ? query.replace("(", "\\(|^needle") : query,
        mode,
        limit,
        context,
      };
      assert.deepEqual(await pagesOf(app, args), EXPECTED, JSON.stringify(args));
    }),
    { numRuns: 30, seed: 29 },
  );
});

Deno.test("what is written between two pages moves no hit of another file", async () => {
  await using app = await started();
  const seen = await pagesOf(
    app,
    { query: "needle(", mode: "literal", limit: 1, context: 0 },
    async (page) => {
      if (page === 2) await app.call("create_file", { path: "0_before.ts", contents: "needle(\n" });
      if (page === 30) await app.call("create_file", { path: "d_after.ts", contents: "needle(\n" });
    },
  );
  assert.deepEqual(seen, [...EXPECTED, "d_after.ts:1"]);
});

Deno.test("a cursor whose counts were made up is refused like any other that no page ended with", async () => {
  await using app = await started();
  const args = { query: "needle(", mode: "literal", limit: 1, context: 0 };
  const { nextCursor } = await app.call("search_code", args);
  const [digest] = JSON.parse(
    new TextDecoder().decode(Uint8Array.fromBase64(nextCursor, { alphabet: "base64url" })),
  );
  const after = { path: "a.ts", line: 1 };
  for (const before of [Number.MAX_SAFE_INTEGER, 2 ** 41, -1, 0.5]) {
    const { code } = await app.callFailing("search_code", {
      ...args,
      cursor: encodeCursor({ digest, before, after }),
    });
    assert.equal(code, "invalid_arguments");
  }
});
