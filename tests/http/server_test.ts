/** An app on a socket: where it listens, and how it stops. */
import assert from "node:assert/strict";
import { startServer } from "../../src/server.ts";

/** An app that notes whether it was closed, and answers when `until` says so. */
function toyApp(until: Promise<void> = Promise.resolve()) {
  const began = Promise.withResolvers<void>();
  const app = {
    closed: 0,
    began: began.promise,
    async fetch(_request: Request): Promise<Response> {
      began.resolve();
      await until;
      return new Response("done");
    },
    close(): Promise<void> {
      app.closed++;
      return Promise.resolve();
    },
  };
  return app;
}

Deno.test("it says where it listens, and answers there", async () => {
  const app = toyApp();
  const server = startServer(app, { host: "127.0.0.1", port: 0 });
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
  assert.equal(await (await fetch(server.url)).text(), "done");
  await server.stop();
  assert.equal(app.closed, 1);
});

Deno.test("a port that is taken is an error of its own kind", async () => {
  const app = toyApp();
  const first = startServer(app, { host: "127.0.0.1", port: 0 });
  const port = Number(new URL(first.url).port);
  assert.throws(() => startServer(app, { host: "127.0.0.1", port }), Deno.errors.AddrInUse);
  await first.stop();
});

Deno.test("it stops only after the request that runs was answered", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const app = toyApp(promise);
  const server = startServer(app, { host: "127.0.0.1", port: 0 });
  const answer = fetch(server.url);
  await app.began;
  const stopping = server.stop();
  assert.equal(app.closed, 0);
  resolve();
  assert.equal(await (await answer).text(), "done");
  await stopping;
  assert.equal(app.closed, 1);
});

Deno.test({
  name: "a request that never ends is given up after the grace, and the app is closed",
  // The request is still open when the stop returns: the process that would end it goes on here.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const { promise, resolve } = Promise.withResolvers<void>();
    const app = toyApp(promise);
    const server = startServer(app, { host: "127.0.0.1", port: 0 });
    const answer = fetch(server.url);
    await app.began;
    await server.stop({ graceMs: 20 });
    assert.equal(app.closed, 1);
    resolve();
    await (await answer).body?.cancel();
  },
});
