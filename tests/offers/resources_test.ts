/** Resources through the front door: what is listed, read and refused, in both eras. */
import assert from "node:assert/strict";
import { RESOURCE_PAGE_FILES_MAX } from "../../src/core/limits.ts";
import { sha256Hex } from "../../src/repo/digest.ts";
import { AppClient } from "../support/app_client.ts";
import type { Json } from "../support/mcp_client.ts";

async function allPages(ask: (params: Json) => Promise<Json>): Promise<Json[][]> {
  const pages: Json[][] = [];
  let cursor: string | undefined;
  do {
    const { resources, nextCursor } = await ask(cursor === undefined ? {} : { cursor });
    pages.push(resources);
    cursor = nextCursor;
  } while (cursor !== undefined);
  return pages;
}

Deno.test("resources/list begins with the overview and goes on with every file, in one order, page by page", async () => {
  await using client = await AppClient.create();
  const names = Array.from({ length: 2 * RESOURCE_PAGE_FILES_MAX }, (_, n) => `src/${1000 + n}.ts`);
  await client.app.root.write({
    ...Object.fromEntries(names.map((name) => [name, name])),
    ".gitignore": "*.log\n",
    "a.log": "ignored",
    "docs/ä b#1.md": "odd",
  });
  const wanted = ["repo", ".gitignore", "docs/ä b#1.md", ...names];
  for (
    const ask of [
      async (params: Json) => (await client.old("resources/list", params)).result,
      async (params: Json) => (await client.modern("resources/list", params)).last.result,
    ]
  ) {
    const pages = await allPages(ask);
    assert.deepEqual(pages.map(({ length }) => length), [
      RESOURCE_PAGE_FILES_MAX,
      RESOURCE_PAGE_FILES_MAX,
      3,
    ]);
    assert.deepEqual(pages.flat().map(({ name }) => name), wanted);
    assert.equal(pages[0]?.[0].uri, "lukhas://repo");
    assert.equal(pages[0]?.[2].uri, "lukhas://file/docs/%C3%A4%20b%231.md");
    assert.equal(pages[0]?.[2].size, 3);
  }
});

Deno.test("a file that comes or goes between two pages moves no other from its place", async () => {
  await using client = await AppClient.create();
  const names = Array.from({ length: RESOURCE_PAGE_FILES_MAX + 5 }, (_, n) => `${1000 + n}.txt`);
  await client.app.root.write(Object.fromEntries(names.map((name) => [name, ""])));
  const first = (await client.old("resources/list")).result;
  await client.app.root.write({ "0.txt": "new" });
  await Deno.remove(`${client.app.root.root}/1003.txt`);
  const second = (await client.old("resources/list", { cursor: first.nextCursor })).result;
  const seen = [...first.resources, ...second.resources].map(({ name }: Json) => name);
  assert.deepEqual(seen, ["repo", ...names]);
});

Deno.test("a cursor that is not ours is refused", async () => {
  await using client = await AppClient.create({ git: false });
  for (const cursor of ["", "1", "nope", "!", btoa("other:a"), "invalid-cursor"]) {
    assert.equal((await client.old("resources/list", { cursor })).error?.code, -32602, cursor);
  }
});

Deno.test("lists may be kept for a short while by their caller, what is read not at all, prompts by all", async () => {
  await using client = await AppClient.create({ git: false });
  await client.app.root.write({ "a.txt": "one" });
  const kept = async (method: string, params: Json = {}) => {
    const { ttlMs, cacheScope } = (await client.modern(method, params)).last.result;
    return [ttlMs, cacheScope];
  };
  assert.deepEqual(await kept("resources/list"), [5_000, "private"]);
  assert.deepEqual(await kept("resources/templates/list"), [5_000, "private"]);
  assert.deepEqual(await kept("resources/read", { uri: "lukhas://file/a.txt" }), [0, "private"]);
  assert.deepEqual(await kept("prompts/list"), [3_600_000, "public"]);
});

Deno.test("a file is read under every way in which a client may write its address", async () => {
  await using client = await AppClient.create({ git: false });
  await client.app.root.write({ "docs/a b?#ä.md": "# one\n" });
  const path = "docs/a b?#ä.md";
  for (
    const uri of [
      `lukhas://file/${path}`,
      `lukhas://file/${encodeURI(path)}`,
      `lukhas://file/${encodeURIComponent(path)}`,
      `lukhas://file/docs/${encodeURIComponent("a b?#ä.md")}`,
    ]
  ) {
    const { result } = await client.old("resources/read", { uri });
    const _meta = { "lukhas-mcp/sha256": sha256Hex("# one\n") };
    assert.deepEqual(result.contents, [{ uri, mimeType: "text/markdown", text: "# one\n", _meta }]);
  }
  const uri = "lukhas://file/docs%2Fa%20b%3F%23%C3%A4.md";
  assert.equal((await client.modern("resources/read", { uri })).last.result.contents[0].text, "# one\n");
});

Deno.test("what is no text is read as its bytes, and too much of it is refused", async () => {
  await using client = await AppClient.create({ git: false });
  const bytes = new Uint8Array([0x89, 0x50, 0, 0xff]);
  await client.app.root.write({ "a.png": bytes, "b.bin": new Uint8Array(1024 * 1024 + 1) });
  const { result } = await client.old("resources/read", { uri: "lukhas://file/a.png" });
  const [{ mimeType, blob, text }] = result.contents;
  assert.deepEqual([mimeType, blob, text], ["image/png", bytes.toBase64(), undefined]);
  const { error } = await client.old("resources/read", { uri: "lukhas://file/b.bin" });
  assert.deepEqual([error.code, error.data.code], [-32602, "too_large"]);
});

Deno.test("of a long text the first 256 KiB are read, and where read_file goes on", async () => {
  await using client = await AppClient.create({ git: false });
  const line = `${"x".repeat(1023)}\n`;
  await client.app.root.write({ "a.txt": line.repeat(300) });
  const { result } = await client.old("resources/read", { uri: "lukhas://file/a.txt" });
  assert.equal(result.contents[0].text, line.repeat(256));
  assert.deepEqual(result.contents[0]._meta["lukhas-mcp/next"], { startLine: 257 });
});

Deno.test("what is not there, denied or outside is not found, with the era's code, and nobody learns which", async () => {
  await using client = await AppClient.create();
  await client.app.root.write({ "docs/a.md": "one" });
  await Deno.writeTextFile(`${client.app.root.outside}/secret`, "secret");
  await Deno.symlink("../secret", `${client.app.root.root}/link`);
  for (
    const uri of [
      "lukhas://file/none.md",
      "lukhas://file/docs",
      "lukhas://file/",
      "lukhas://file/.git/config",
      "lukhas://file/.GIT%2fconfig",
      "lukhas://file/.mcp-state.json",
      "lukhas://file/../secret",
      "lukhas://file/%2e%2e/secret",
      "lukhas://file/%2E%2E%2Fsecret",
      "lukhas://file//etc/passwd",
      `lukhas://file/${encodeURIComponent(`${client.app.root.root}/docs/a.md`)}`,
      "lukhas://file/link",
      "lukhas://file/a%00b",
      "lukhas://file/%E0%A4%A",
      "lukhas://job/1",
      "file:///etc/passwd",
      "lukhas://repo/",
      "",
    ]
  ) {
    const { error } = await client.old("resources/read", { uri });
    assert.deepEqual([error?.code, error?.data], [-32002, { uri }], uri);
    const { last } = await client.modern("resources/read", { uri });
    assert.deepEqual([last.error?.code, last.error?.data], [-32602, { uri }], uri);
    assert.equal(JSON.stringify(error).includes('secret"'), uri.includes("secret"), uri);
  }
});

Deno.test("the template is listed, and its path completed: what begins so first, then what holds it", async () => {
  await using client = await AppClient.create();
  await client.app.root.write({ "src/a.ts": "", "src/b.ts": "", "lib/SRC.md": "", "docs/x.md": "" });
  const { resourceTemplates } = (await client.old("resources/templates/list")).result;
  const [{ uriTemplate }] = resourceTemplates;
  assert.equal(uriTemplate, "lukhas://file/{path}");
  const ref = { type: "ref/resource", uri: uriTemplate };
  const complete = async (value: string, name = "path") =>
    await client.old("completion/complete", { ref, argument: { name, value } });
  assert.deepEqual((await complete("src")).result.completion, {
    values: ["src/a.ts", "src/b.ts", "lib/SRC.md"],
    total: 3,
    hasMore: false,
  });
  assert.equal((await complete("")).result.completion.total, 4);
  assert.deepEqual((await complete(".git")).result.completion.values, []);
  assert.equal((await complete("src", "file")).error.code, -32602);
  const modern = await client.modern("completion/complete", { ref, argument: { name: "path", value: "x" } });
  assert.deepEqual(modern.last.result.completion.values, ["docs/x.md"]);
});

Deno.test("a completion has at most 100 values, and says how many there are", async () => {
  await using client = await AppClient.create({ git: false });
  await client.app.root.write(Object.fromEntries(Array.from({ length: 130 }, (_, n) => [`f${n}`, ""])));
  const ref = { type: "ref/resource", uri: "lukhas://file/{path}" };
  const { completion } =
    (await client.old("completion/complete", { ref, argument: { name: "path", value: "f" } })).result;
  assert.deepEqual([completion.values.length, completion.total, completion.hasMore], [100, 130, true]);
});
