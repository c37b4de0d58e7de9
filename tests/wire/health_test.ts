/** `/healthz` and `/readyz`. */
import assert from "node:assert/strict";
import { EdgeApp } from "../support/edge_app.ts";

Deno.test("the health routes answer GET and HEAD without a key, for any host", async () => {
  await using app = await EdgeApp.create({ env: { LUKHAS_MCP_API_KEYS: "k" }, git: true });
  for (const path of ["/healthz", "/readyz"]) {
    for (const host of ["127.0.0.1:8766", "10.0.0.7:8766", "evil.com"]) {
      const get = await app.send(path, { headers: { host, origin: "https://evil.com" } });
      assert.equal(get.status, 200);
      assert.equal(get.headers.get("content-type"), "application/json");
      assert.equal(typeof await get.json(), "object");
      const head = await app.send(path, { method: "HEAD", headers: { host } });
      assert.equal(head.status, 200);
      assert.equal(await head.text(), "");
    }
  }
});

Deno.test("the health routes refuse other methods in JSON, and name those that they take", async () => {
  await using app = await EdgeApp.create();
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const response = await app.send("/readyz", { method });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "GET, HEAD");
    assert.match((await response.json()).error.message, /GET/);
  }
});

Deno.test("/readyz is ready in a repository, with nothing to add", async () => {
  await using app = await EdgeApp.create({ git: true });
  const body = await (await app.send("/readyz")).json();
  assert.deepEqual(body, { ready: true, parts: { repository: { ready: true }, search: { ready: true } } });
});

Deno.test("/readyz is ready in a folder without git, and says what cannot be had there", async () => {
  await using app = await EdgeApp.create({ git: false });
  const response = await app.send("/readyz");
  const body = await response.json();
  assert.equal(response.status, 200);
  assert.equal(body.ready, true);
  assert.match(body.parts.repository.detail, /git/);
  assert.ok(!JSON.stringify(body).includes(app.root.outside), "no path of this machine");
});

Deno.test("/readyz notices a git init after the start", async () => {
  await using app = await EdgeApp.create({ git: false });
  await (await app.send("/readyz")).body?.cancel();
  await app.root.git("init", "-q");
  const { parts } = await (await app.send("/readyz")).json();
  assert.equal(parts.repository.detail, undefined);
});
