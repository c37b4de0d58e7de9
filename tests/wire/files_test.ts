/** `/files/<path>`: what a citation links to, and who may open the link. */
import assert from "node:assert/strict";
import { FILE_LINK_TTL_MS } from "../../src/http/file_links.ts";
import { sha256Hex } from "../../src/repo/digest.ts";
import { ADDRESS, EdgeApp } from "../support/edge_app.ts";

const KEYS = { LUKHAS_MCP_API_KEYS: "k" };

/** The link that `fetch` cites a file by, as a path with its query. */
async function linkTo(app: EdgeApp, path: string): Promise<string> {
  const params = { name: "fetch", arguments: { id: path } };
  const response = await app.post({ jsonrpc: "2.0", id: 1, method: "tools/call", params }, {
    "x-api-key": "k",
  });
  const { url } = (await response.json()).result.structuredContent;
  assert.ok(url.startsWith(`${ADDRESS}/files/`), url);
  return url.slice(ADDRESS.length);
}

/** The status, and the text or the error's message. */
async function open(app: EdgeApp, link: string, init: RequestInit = {}): Promise<[number, string]> {
  const response = await app.send(link, init);
  return [response.status, await response.text()];
}

Deno.test("without keys a link is the plain path, and opens as text", async () => {
  await using app = await EdgeApp.create();
  await app.root.write({ "docs/page.html": "<script>alert(1)</script>\r\n" });
  assert.equal(await linkTo(app, "docs/page.html"), "/files/docs/page.html");
  const response = await app.send("/files/docs/page.html");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.equal(response.headers.get("etag"), `"${sha256Hex("<script>alert(1)</script>\r\n")}"`);
  assert.equal(await response.text(), "<script>alert(1)</script>\r\n");
});

Deno.test("with keys a link opens in a browser that has none, for an hour", async () => {
  await using app = await EdgeApp.create({ env: KEYS });
  await app.root.write({ "a.txt": "one\n" });
  const link = await linkTo(app, "a.txt");
  assert.deepEqual(await open(app, link), [200, "one\n"]);
  assert.equal((await app.send(link, { method: "HEAD" })).status, 200);
  app.now += FILE_LINK_TTL_MS;
  assert.deepEqual(await open(app, link), [200, "one\n"]);
  app.now += 1;
  assert.equal((await open(app, link))[0], 401);
});

Deno.test("a link that was tampered with opens nothing", async (t) => {
  await using app = await EdgeApp.create({ env: KEYS });
  await app.root.write({ "a.txt": "one\n", "b.txt": "one\n" });
  const link = await linkTo(app, "a.txt");
  const query = link.slice(link.indexOf("?"));
  const { expires } = Object.fromEntries(new URLSearchParams(query));
  const tampered: Record<string, string> = {
    "another path, same content": `/files/b.txt${query}`,
    "a longer path": `/files/a.txt/b${query}`,
    "another hash": link.replace(/sha256=./, "sha256=0") + "0",
    "a later expiry": link.replace(`expires=${expires}`, `expires=${Number(expires) + 1}`),
    "the expiry twice": link.replace("?", `?expires=${Number(expires) + 1}&`),
    "the same expiry in other words": link.replace(`expires=${expires}`, `expires=${expires}.0`),
    "a made-up signature": link.replace(/signature=.*/, `signature=${"A".repeat(43)}`),
    "no signature": link.replace(/&signature=.*/, ""),
    "an empty signature": link.replace(/signature=.*/, "signature="),
    "a signature with a tail": `${link}A`,
    "a signature in another case": link.replace(
      /signature=(.*)/,
      (_, text) => `signature=${text.toLowerCase()}`,
    ),
    "a signature that is not ASCII": link.replace(/signature=.*/, "signature=%F0%9F%98%80"),
    "no query": "/files/a.txt",
  };
  for (const [name, bad] of Object.entries(tampered)) {
    await t.step(name, async () => {
      const [status, text] = await open(app, bad);
      assert.equal(status, 401);
      assert.ok(!text.includes("one"));
    });
  }
});

Deno.test("a link to a file that has changed since says so, and does not show the new text", async () => {
  await using app = await EdgeApp.create({ env: KEYS });
  await app.root.write({ "a.txt": "one\n" });
  const link = await linkTo(app, "a.txt");
  await app.root.write({ "a.txt": "two, and secret\n" });
  const [status, text] = await open(app, link);
  assert.equal(status, 410);
  assert.match(text, /changed since/);
  assert.ok(!text.includes("secret"));
  assert.equal((await open(app, link, { method: "HEAD" }))[0], 410);
  await Deno.remove(`${app.root.root}/a.txt`);
  assert.equal((await open(app, link))[0], 404);
});

Deno.test("a signed link opens nothing but its file: not the endpoint, not another method", async () => {
  await using app = await EdgeApp.create({ env: KEYS });
  await app.root.write({ "a.txt": "one\n" });
  const link = await linkTo(app, "a.txt");
  const query = link.slice(link.indexOf("?"));
  assert.equal((await open(app, `/mcp${query}`))[0], 401);
  assert.equal((await open(app, `/nope${query}`))[0], 401);
  const response = await app.send(link, { method: "DELETE" });
  assert.equal(response.status, 405);
  assert.equal(response.headers.get("allow"), "GET, HEAD");
  assert.match(await response.text(), /tools of \/mcp/);
  assert.equal(await app.root.read("a.txt"), "one\n");
});

Deno.test("a signed link is under the host and origin guard like everything else", async () => {
  await using app = await EdgeApp.create({ env: KEYS });
  await app.root.write({ "a.txt": "one\n" });
  const link = await linkTo(app, "a.txt");
  assert.equal((await open(app, link, { headers: { host: "evil.com" } }))[0], 403);
  assert.equal((await open(app, link, { headers: { origin: "https://evil.com" } }))[0], 403);
});

Deno.test("a key opens every file without a signature, in spite of a stale one", async () => {
  await using app = await EdgeApp.create({ env: KEYS });
  await app.root.write({ "a.txt": "one\n" });
  const link = await linkTo(app, "a.txt");
  const headers = { "x-api-key": "k" };
  assert.deepEqual(await open(app, "/files/a.txt", { headers }), [200, "one\n"]);
  app.now += 2 * FILE_LINK_TTL_MS;
  assert.deepEqual(await open(app, link, { headers }), [200, "one\n"]);
});

Deno.test("odd names survive the way into a link and back", async (t) => {
  await using app = await EdgeApp.create({ env: KEYS });
  const names = [
    "a b.txt",
    "ü/日本.md",
    "100%.txt",
    "a?b#c&d.txt",
    "a%2Fb.txt",
    "it's+(1).txt",
    "\u202e.txt",
  ];
  for (const name of names) {
    await t.step(name, async () => {
      await app.root.write({ [name]: `${name}\n` });
      assert.deepEqual(await open(app, await linkTo(app, name)), [200, `${name}\n`]);
    });
  }
});

Deno.test("what no tool may read, no link shows: each refusal with its own status, and no path of this machine", async (t) => {
  await using app = await EdgeApp.create({ git: true });
  await app.root.write({
    "image.png": Uint8Array.of(0x89, 0x50, 0, 1),
    "folder/a.txt": "x",
    ".mcp-state.json": "{}",
  });
  await Deno.writeTextFile(`${app.root.outside}/beside.txt`, "outside");
  await Deno.symlink("../beside.txt", `${app.root.root}/link.txt`);
  await Deno.writeFile(`${app.root.root}/large.txt`, new Uint8Array(11 * 1024 * 1024).fill(97));
  const refused: Record<string, number> = {
    "image.png": 415,
    "large.txt": 413,
    "missing.txt": 404,
    "folder": 404,
    "": 404,
    "link.txt": 403,
    "..%2Fbeside.txt": 403,
    "folder%2F..%2F..%2Fbeside.txt": 403,
    "%2Fetc%2Fpasswd": 403,
    ".git/config": 403,
    ".GIT/config": 403,
    "folder/../.git/config": 403,
    ".mcp-state.json": 403,
    "a%00b": 400,
    "%FF": 404,
    "%": 404,
  };
  for (const [path, expected] of Object.entries(refused)) {
    await t.step(path || "the root itself", async () => {
      const [status, text] = await open(app, `/files/${path}`);
      assert.equal(status, expected, text);
      assert.equal(typeof JSON.parse(text).error.message, "string");
      assert.ok(!text.includes(app.root.outside) && !text.includes("outside\n"));
    });
  }
});

Deno.test("dots in the address are resolved before they can name anything outside of /files", async () => {
  await using app = await EdgeApp.create();
  await Deno.writeTextFile(`${app.root.outside}/beside.txt`, "outside");
  for (const path of ["/files/../../etc/passwd", "/files/%2e%2e/beside.txt", "/files/..;/beside.txt"]) {
    const [status, text] = await open(app, path);
    assert.ok(status === 404 || status === 403, `${path}: ${status}`);
    assert.ok(!text.includes("outside"));
  }
});
