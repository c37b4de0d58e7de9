import assert from "node:assert/strict";
import { sha256Hex } from "../../src/repo/digest.ts";
import { encodeRecordId } from "../../src/repo/record_id.ts";
import { TestApp } from "../support/test_app.ts";

const PART_BYTES = 256 * 1024;

/** Reads a file part by part, as a client does that follows `metadata.next`. */
async function readThrough(app: TestApp, path: string): Promise<{ text: string; parts: number }> {
  let text = "";
  let next: Record<string, number> | undefined = {};
  let parts = 0;
  for (; next !== undefined; parts++) {
    const part = await app.call("read_file", { path, ...next });
    assert.equal(part.metadata.truncated, part.metadata.next !== undefined);
    assert.ok(new TextEncoder().encode(part.text).length <= PART_BYTES);
    text += part.text;
    next = part.metadata.next;
  }
  return { text, parts };
}

Deno.test("read_file answers the text of a file with all that a later write needs", async () => {
  await using app = await TestApp.create({ git: false });
  const text = "\uFEFFeins\r\nzwei\r\n😀";
  await app.root.write({ "docs/a.md": new TextEncoder().encode(text) });
  const modified = new Date("2026-03-04T05:06:07.000Z");
  await Deno.utime(`${app.root.root}/docs/a.md`, modified, modified);
  const { url, ...answer } = await app.call("read_file", { path: "docs/a.md" });
  assert.match(url, /^http:\/\/127\.0\.0\.1:8766\/files\/docs\/a\.md/);
  assert.deepEqual(answer, {
    id: encodeRecordId("docs/a.md"),
    title: "a.md",
    mimeType: "text/markdown",
    text,
    metadata: {
      path: "docs/a.md",
      sha256: sha256Hex(text),
      size: new TextEncoder().encode(text).length,
      modified: modified.toISOString(),
      encoding: "utf8",
      lines: 3,
      startLine: 1,
      endLine: 3,
      truncated: false,
    },
  });
});

Deno.test("read_file reads an empty file, and one without a final newline, as they are", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "empty": "", "open": "a\nb" });
  const empty = await app.call("read_file", { path: "empty" });
  assert.deepEqual([empty.text, empty.metadata.size, empty.metadata.lines], ["", 0, 0]);
  const open = await app.call("read_file", { path: "open" });
  assert.deepEqual([open.text, open.metadata.lines], ["a\nb", 2]);
});

Deno.test("read_file cuts a long file at whole lines and says how to read on", async () => {
  await using app = await TestApp.create({ git: false });
  const lines = Array.from({ length: 20_000 }, (_, n) => `${n} ${"zeile ü ".repeat(n % 7)}\n`);
  const text = lines.join("");
  await app.root.write({ "long.txt": text });
  const first = await app.call("read_file", { path: "long.txt" });
  const { truncated, endLine, next, size } = first.metadata;
  assert.deepEqual([truncated, next, size], [
    true,
    { startLine: endLine + 1 },
    new TextEncoder().encode(text).length,
  ]);
  assert.equal(first.text, lines.slice(0, endLine).join(""));
  const { text: whole, parts } = await readThrough(app, "long.txt");
  assert.equal(whole, text);
  assert.equal(parts, Math.ceil(size / PART_BYTES));
});

Deno.test("read_file reads a single line of 900 KB in parts that never cut a character", async () => {
  await using app = await TestApp.create({ git: false });
  const line = "日é😀a".repeat(90_000);
  await app.root.write({ "one.txt": `first\n${line}\nlast\n`, "open.txt": line });
  for (const [path, text] of Object.entries({ "one.txt": `first\n${line}\nlast\n`, "open.txt": line })) {
    assert.ok(new TextEncoder().encode(text).length > 890_000);
    assert.equal((await readThrough(app, path)).text, text);
  }
});

Deno.test("read_file answers a range of lines, and refuses one that the file does not have", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one\ntwo\nthree\n" });
  const part = await app.call("read_file", { path: "a.txt", startLine: 2, endLine: 2 });
  assert.deepEqual([part.text, part.metadata.startLine, part.metadata.endLine], ["two\n", 2, 2]);
  assert.deepEqual([part.metadata.lines, part.metadata.truncated], [3, false]);
  const bad = [{ startLine: 4 }, { startLine: 3, endLine: 2 }, { startLine: 0 }, { endLine: 0 }, {
    startLine: 1.5,
  }];
  for (const range of [...bad, { startColumn: 4 }, { startColumn: -1 }]) {
    const failure = await app.callFailing("read_file", { path: "a.txt", ...range });
    assert.equal(failure.code, "invalid_arguments", JSON.stringify(range));
  }
});

Deno.test("read_file says of a binary file how large it is and of what type, and gives it as base64", async () => {
  await using app = await TestApp.create({ git: false });
  const bytes = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0xff);
  await app.root.write({ "logo.png": bytes, "data": bytes, "latin.txt": Uint8Array.of(0x67, 0xfc) });
  for (const [path, mimeType] of [["logo.png", "image/png"], ["data", "application/octet-stream"]] as const) {
    const failure = await app.callFailing("read_file", { path });
    assert.equal(failure.code, "binary_file");
    assert.deepEqual(failure.details, { path, size: 6, mimeType, sha256: sha256Hex(bytes) });
    const answer = await app.call("read_file", { path, encoding: "base64" });
    assert.deepEqual(Uint8Array.fromBase64(answer.text), bytes);
    assert.deepEqual([answer.mimeType, answer.metadata.encoding], [mimeType, "base64"]);
    assert.deepEqual([answer.metadata.lines, answer.metadata.truncated], [undefined, false]);
  }
  assert.equal((await app.callFailing("read_file", { path: "latin.txt" })).code, "binary_file");
});

Deno.test("read_file gives base64 up to 1 MiB, and reads text up to 10 MiB", async () => {
  await using app = await TestApp.create({ git: false });
  const [small, large] = [1024 * 1024, 10 * 1024 * 1024];
  await app.root.write({
    "small": new Uint8Array(small),
    "over": new Uint8Array(small + 1),
    "large": "x\n".repeat(large / 2),
    "huge": "x".repeat(large + 1),
  });
  assert.equal((await app.call("read_file", { path: "small", encoding: "base64" })).metadata.size, small);
  const over = await app.callFailing("read_file", { path: "over", encoding: "base64" });
  assert.deepEqual([over.code, over.details], ["too_large", { path: "over", size: small + 1, limit: small }]);
  assert.equal((await app.call("read_file", { path: "large", startLine: large / 2 })).text, "x\n");
  const huge = await app.callFailing("read_file", { path: "huge" });
  assert.deepEqual([huge.code, huge.details["size"]], ["too_large", large + 1]);
});

Deno.test("read_file calls source code text, whatever else its ending is used for", async () => {
  await using app = await TestApp.create({ git: false });
  const types = {
    "a.ts": "text/plain",
    "a.json": "application/json",
    "a.html": "text/html",
    "a.svg": "image/svg+xml",
    "Makefile": "text/plain",
    "a.unknown": "text/plain",
  };
  for (const [path, mimeType] of Object.entries(types)) {
    await app.root.write({ [path]: "text\n" });
    assert.equal((await app.call("read_file", { path })).mimeType, mimeType, path);
  }
});

Deno.test("read_file of nothing says how to find what exists", async () => {
  await using app = await TestApp.create({ git: false });
  const failure = await app.callFailing("read_file", { path: "docs/none.md" });
  assert.equal(failure.code, "not_found");
  assert.match(failure.message, /list_dir and find_files/);
});
