/** What is in the index, and what is not. */
import assert from "node:assert/strict";
import { IndexedRoot } from "../../support/indexed_root.ts";

Deno.test("the index has what git tracks or would add, and nothing else", async () => {
  await using indexed = await IndexedRoot.create({
    "tracked.md": "needle",
    "deep/er/tracked.ts": "const needle = 1;",
    ".gitignore": "ignored.md\nbuild/\n",
    ".mcp-state.json": "needle",
    ".env": "needle=1",
  });
  await indexed.root.write({ "new.md": "needle", "ignored.md": "needle", "build/x.md": "needle" });
  await Deno.symlink("tracked.md", `${indexed.root.root}/link.md`);
  await Deno.writeTextFile(`${indexed.root.outside}/secret.md`, "needle");
  await Deno.mkdir(`${indexed.root.outside}/folder`);
  await Deno.writeTextFile(`${indexed.root.outside}/folder/secret.md`, "needle");
  await Deno.symlink("../folder", `${indexed.root.root}/linked`);
  await indexed.untilFound("needle", ["deep/er/tracked.ts", "new.md", "tracked.md"]);
  const paths = indexed.reader.files().map(({ path }) => path);
  assert.deepEqual(paths, [".gitignore", "deep/er/tracked.ts", "new.md", "tracked.md"]);
});

Deno.test("without git the index has what no .gitignore excludes", async () => {
  await using indexed = await IndexedRoot.create({
    "a.md": "needle",
    ".gitignore": "*.log\n/dist\n!keep.log\n",
    "x.log": "needle",
    "keep.log": "needle",
    "dist/a.js": "needle",
    "sub/dist/a.js": "needle",
    "sub/.gitignore": "*.js\n!b.js\n",
    "sub/b.js": "needle",
    "node_modules/p/index.js": "needle",
  }, { git: false });
  assert.deepEqual(indexed.find("needle"), ["a.md", "keep.log", "sub/b.js"]);
  await indexed.root.write({ "sub/c.js": "needle", "sub/d.md": "needle", "dist/b.md": "needle" });
  await indexed.untilFound("needle", ["a.md", "keep.log", "sub/b.js", "sub/d.md"]);
});

Deno.test("what is no text, and what is too large, is found by its path alone", async () => {
  await using indexed = await IndexedRoot.create({
    "binary.dat": new Uint8Array([0x6e, 0x65, 0x65, 0x64, 0x6c, 0x65, 0, 1]),
    "large.txt": `needle\n${"x".repeat(1024 * 1024)}`,
    "limit.txt": `needle\n${" ".repeat(1024 * 1024 - 7)}`,
    "empty.txt": "",
  });
  assert.deepEqual(indexed.find("needle"), ["limit.txt"]);
  const facts = indexed.reader.files().map(({ path, hasText }) => [path, hasText]);
  assert.deepEqual(facts, [["binary.dat", false], ["empty.txt", true], ["large.txt", false], [
    "limit.txt",
    true,
  ]]);
  assert.deepEqual(indexed.match("name : large"), ["large.txt"]);
  assert.equal(indexed.reader.read("binary.dat"), undefined);
  assert.equal(indexed.reader.read("large.txt"), undefined);
  assert.equal(indexed.reader.read("empty.txt")?.text, "");
});

Deno.test("texts in other encodings are found by their words, and read as what they say", async () => {
  const utf16 = (text: string, littleEndian: boolean) => {
    const view = new DataView(new ArrayBuffer(2 * text.length + 2));
    [`\ufeff${text}`].join("").split("").forEach((char, index) =>
      view.setUint16(2 * index, char.charCodeAt(0), littleEndian)
    );
    return new Uint8Array(view.buffer);
  };
  await using indexed = await IndexedRoot.create({
    "latin1.txt": new Uint8Array([0x47, 0x72, 0xfc, 0xdf, 0x65, 0x0a]),
    "utf8.txt": "\ufeffGrüße\n",
    "utf16le.txt": utf16("Grüße\n", true),
    "utf16be.txt": utf16("Grüße\n", false),
  });
  const all = ["latin1.txt", "utf16be.txt", "utf16le.txt", "utf8.txt"];
  assert.deepEqual(indexed.find("grüße"), all);
  for (const path of all) assert.equal(indexed.reader.read(path)?.text, "Grüße\n", path);
});

Deno.test("definitions are found by every spelling of their name, and listed by their file", async () => {
  await using indexed = await IndexedRoot.create({
    "a.ts": "export class RateLimiter {}\nexport function rateLimitOk() {}\n",
    "b.py": "def rate_limit_ok():\n    pass\n",
  });
  const hits = indexed.reader.symbolsNamed("ratelimitok", 10).map((
    { path, line, name },
  ) => [path, line, name]);
  assert.deepEqual(hits.toSorted(), [["a.ts", 2, "rateLimitOk"], ["b.py", 1, "rate_limit_ok"]]);
  assert.equal(indexed.reader.symbolsNamed("ratelimitok", 1).length, 1);
  assert.deepEqual(indexed.reader.symbolsOf("a.ts").map(({ name, line }) => [name, line]), [
    ["RateLimiter", 1],
    ["rateLimitOk", 2],
  ]);
  assert.deepEqual(indexed.reader.symbolsNamed("nothing", 10), []);
  assert.deepEqual(indexed.reader.symbolsOf("none.ts"), []);
  const paths = ["b.py", "none.ts", "a.ts"];
  const holding = (strings: string[]) =>
    Array.from(
      indexed.reader.symbolsHolding(paths, strings),
      ([path, symbols]) => [path, symbols.map(({ name }) => name)],
    );
  assert.deepEqual(holding(["limiter"]), [["b.py", []], ["a.ts", ["RateLimiter"]]]);
  assert.deepEqual(holding(["ok", "rate"]), [["b.py", ["rate_limit_ok"]], ["a.ts", [
    "RateLimiter",
    "rateLimitOk",
  ]]]);
});

Deno.test("the best file comes first, stays in the scope, and a term's files are counted", async () => {
  await using indexed = await IndexedRoot.create({
    "canary.md": "# Canary\nThe canary sings.\n",
    "src/other.ts": "// one canary among many other words that stand here\n",
    "src/none.ts": "nothing\n",
  });
  assert.deepEqual(indexed.match("canary"), ["canary.md", "src/other.ts"]);
  const weights = { name: 1, path: 1, definitions: 1, headings: 1, body: 1 };
  const inSrc = indexed.reader.match("canary", {
    weights,
    limit: 1,
    inScope: (path) => path.startsWith("src/"),
  });
  assert.deepEqual(inSrc.map(({ path }) => path), ["src/other.ts"]);
  assert.equal(indexed.reader.documentFrequency("canary"), 2);
  assert.equal(indexed.reader.documentFrequency("absent"), 0);
});

Deno.test("the words of many files are gathered, and files that came later are named", async () => {
  const files = Object.fromEntries(Array.from({ length: 320 }, (_, at) => [`f${at}.md`, `token${at} grüße`]));
  await using indexed = await IndexedRoot.create(files);
  await indexed.until(() => indexed.reader.vocabulary() !== undefined);
  const { tokens, since } = indexed.reader.vocabulary() ?? { tokens: "", since: [] };
  const words = new Set(tokens.split("\n"));
  assert.ok(["token0", "token319", "md"].every((word) => words.has(word)));
  assert.ok(!words.has("grüße"), "only words of ASCII");
  assert.deepEqual(since, []);
  await indexed.root.write({ "later.md": "fresh" });
  await indexed.untilFound("fresh", ["later.md"]);
  assert.deepEqual(indexed.reader.vocabulary()?.since, ["later.md"]);
});

Deno.test("what the operator keeps from tools is not found, not even by its path", async () => {
  await using indexed = await IndexedRoot.create({ "a.md": "needle", "private/b.md": "needle" }, {
    deny: ["private/**"],
  });
  assert.deepEqual(indexed.find("needle"), ["a.md"]);
  assert.deepEqual(indexed.reader.files().map(({ path }) => path), ["a.md"]);
  assert.equal(indexed.reader.read("private/b.md"), undefined);
});
