/** Texts that are kept between searches: as many as the limit says, and none for a file that looks different. */
import assert from "node:assert/strict";
import { TEXT_CACHE_BYTES_MAX } from "../../../src/core/limits.ts";
import { SqliteReader } from "../../../src/search/index/sqlite_reader.ts";
import { TextCache } from "../../../src/search/index/text_cache.ts";
import { IndexedRoot } from "../../support/indexed_root.ts";

const STAMP = { size: 1, modifiedAt: 1, changedAt: 1 };
const HALF = "x".repeat(TEXT_CACHE_BYTES_MAX / 2);

Deno.test("what was unused for longest gives way, and bytes that are kept count beside their text", () => {
  const cache = new TextCache();
  const keep = (...offered: Parameters<TextCache["offer"]>) => {
    cache.offer(...offered);
    cache.offer(...offered);
  };
  const kept = () => ["a", "b", "c"].filter((path) => cache.get(path, STAMP) !== undefined);
  keep("a", STAMP, { text: HALF, isMasked: true, bytes: undefined });
  keep("b", STAMP, { text: HALF, isMasked: true, bytes: undefined });
  keep("b", STAMP, { text: HALF, isMasked: true, bytes: undefined });
  assert.deepEqual(kept(), ["a", "b"]);
  keep("c", STAMP, { text: "y", isMasked: true, bytes: new Uint8Array(1) });
  assert.deepEqual(kept(), ["b", "c"]);
  // Half of the room is in the bytes: nothing else fits beside it.
  keep("a", STAMP, { text: HALF, isMasked: true, bytes: new Uint8Array(TEXT_CACHE_BYTES_MAX / 2) });
  assert.deepEqual(kept(), ["a"]);
  assert.equal(cache.get("a", { ...STAMP, modifiedAt: 2 }), undefined);
  // What went is not counted any more.
  keep("b", STAMP, { text: HALF, isMasked: true, bytes: undefined });
  keep("c", STAMP, { text: HALF, isMasked: true, bytes: undefined });
  assert.deepEqual(kept(), ["b", "c"]);
});

Deno.test("a text that is read once is not kept, nor one that is read again after many others", () => {
  const cache = new TextCache();
  const read = (path: string) => {
    const isKept = cache.get(path, STAMP) !== undefined;
    if (!isKept) cache.offer(path, STAMP, { text: path, isMasked: true, bytes: undefined });
    return isKept;
  };
  assert.deepEqual([read("a"), read("a"), read("a")], [false, false, true]);
  assert.deepEqual([read("b"), read("c"), read("b"), read("b")], [false, false, false, true]);
  assert.equal(read("d"), false);
  for (let at = 0; at < 10_000; at++) assert.equal(read(`other ${at}`), false);
  assert.deepEqual([read("d"), read("d"), read("a")], [false, false, true]);
});

Deno.test("a file's bytes are its own, whatever its encoding, read from disk or kept", async () => {
  const token = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;
  const files: Readonly<Record<string, Uint8Array>> = {
    "plain.md": new TextEncoder().encode("needle Gr\u00fc\u00dfe \u{1f600}\r\n"),
    "mark.md": new TextEncoder().encode("\ufeffneedle"),
    "latin.md": new Uint8Array([0x6e, 0x65, 0x65, 0x64, 0x6c, 0x65, 0x20, 0xfc]),
    "wide.md": new Uint8Array([0xff, 0xfe, 0x6e, 0, 0x65, 0, 0x65, 0]),
    "secret.md": new TextEncoder().encode(`needle ${token}`),
    "empty.md": new Uint8Array(),
  };
  await using indexed = await IndexedRoot.create(files);
  using reader = new SqliteReader({
    root: indexed.repoRoot,
    path: indexed.path,
    // So late that every stamp is proof, and every text is kept.
    now: () => Date.now() + 60_000,
    onStale: () => {},
    onBroken: assert.fail,
    unindexed: () => [],
  });
  reader.open();
  for (const [path, bytes] of Object.entries(files)) {
    const [first, _again, kept] = [reader.read(path), reader.read(path), reader.read(path)];
    assert.deepEqual([first?.bytes, kept?.bytes], [bytes, bytes], path);
    assert.equal(first?.text, kept?.text);
    assert.ok(first?.text.includes(token) === false);
  }
});

Deno.test("a secret that a file gains is masked before the index knows of it", async () => {
  const token = `ghp_${"a1B2c3D4e5F6".repeat(3)}`;
  await using indexed = await IndexedRoot.create({ "a.md": "needle and no secret" });
  await indexed.until(() => indexed.reader.read("a.md")?.isNewer === false);
  assert.equal(indexed.reader.read("a.md")?.text, "needle and no secret");
  Deno.writeTextFileSync(`${indexed.root.root}/a.md`, `needle ${token}`);
  const read = indexed.reader.read("a.md");
  assert.equal(read?.isNewer, true);
  assert.match(read.text, /^needle \[\[redacted:/);
});
