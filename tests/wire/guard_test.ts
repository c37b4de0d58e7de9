/** The `Host` and `Origin` guard: no web page reaches the server on loopback, whatever name it uses. */
import assert from "node:assert/strict";
import type { ConfigRecord } from "../../src/config.ts";
import { EdgeApp } from "../support/edge_app.ts";

/** What a request says of where it goes and whence it comes. */
interface Sender {
  readonly host?: string;
  readonly origin?: string;
}

async function send(app: EdgeApp, { host, origin }: Sender): Promise<{ status: number; message: string }> {
  const headers: Record<string, string> = {};
  if (host !== undefined) headers.host = host;
  if (origin !== undefined) headers.origin = origin;
  const response = await app.post({ jsonrpc: "2.0", id: 1, method: "ping" }, headers);
  return { status: response.status, message: (await response.json()).error?.message ?? "" };
}

async function assertSenders(t: Deno.TestContext, env: ConfigRecord, cases: [Sender, number, RegExp?][]) {
  await using app = await EdgeApp.create({ env });
  for (const [sender, status, message] of cases) {
    await t.step(JSON.stringify(sender), async () => {
      const answer = await send(app, sender);
      assert.equal(answer.status, status, answer.message);
      if (message !== undefined) assert.match(answer.message, message);
    });
  }
}

const BY_HOST = /MCP_ALLOWED_HOSTS/;
const BY_ORIGIN = /MCP_ALLOWED_ORIGINS/;

Deno.test("loopback names are served, in any case and with any port", (t) =>
  assertSenders(t, {}, [
    [{}, 200],
    [{ host: "localhost" }, 200],
    [{ host: "localhost:8766" }, 200],
    [{ host: "LOCALHOST:1" }, 200],
    [{ host: "127.0.0.1:8766" }, 200],
    [{ host: "[::1]" }, 200],
    [{ host: "[::1]:8766" }, 200],
  ]));

Deno.test("another host name is refused, and the answer names the setting that would allow it", (t) =>
  assertSenders(t, {}, [
    [{ host: "evil.com" }, 403, BY_HOST],
    [{ host: "evil.com:8766" }, 403, BY_HOST],
    [{ host: "localhost.evil.com" }, 403, BY_HOST],
    [{ host: "127.0.0.1.evil.com" }, 403, BY_HOST],
    [{ host: "evil.com@localhost" }, 403, BY_HOST],
    [{ host: "localhost:80:evil.com" }, 403, BY_HOST],
    [{ host: "localhost, evil.com" }, 403, BY_HOST],
    [{ host: "localhost." }, 403, BY_HOST],
    [{ host: "[::2]:8766" }, 403, BY_HOST],
    [{ host: "::1" }, 403, BY_HOST],
    [{ host: "10.0.0.1" }, 403, BY_HOST],
    [{ host: "" }, 403, BY_HOST],
    [{ host: "x".repeat(10_000) }, 403, BY_HOST],
  ]));

Deno.test("pages of loopback may send, pages of elsewhere may not", (t) =>
  assertSenders(t, {}, [
    [{ origin: "http://localhost:3000" }, 200],
    [{ origin: "http://127.0.0.1:8766" }, 200],
    [{ origin: "http://[::1]:8766" }, 200],
    [{ origin: "HTTP://LOCALHOST" }, 200],
    [{ origin: "https://localhost" }, 200],
    [{ origin: "https://evil.com" }, 403, BY_ORIGIN],
    [{ origin: "http://localhost.evil.com" }, 403, BY_ORIGIN],
    [{ origin: "http://localhost@evil.com" }, 403, BY_ORIGIN],
    [{ origin: "http://evil.com#localhost" }, 403, BY_ORIGIN],
    [{ origin: "http://evil.com/localhost" }, 403, BY_ORIGIN],
    [{ origin: "null" }, 403, BY_ORIGIN],
    [{ origin: "" }, 403, BY_ORIGIN],
    [{ origin: "file://" }, 403, BY_ORIGIN],
    [{ origin: "file://localhost" }, 403, BY_ORIGIN],
    [{ origin: "chrome-extension://abcdefgh" }, 403, BY_ORIGIN],
    [{ origin: "localhost" }, 403, BY_ORIGIN],
    [{ origin: "http://localhost, http://evil.com" }, 403, BY_ORIGIN],
  ]));

Deno.test("one bad header is enough, whichever it is", (t) =>
  assertSenders(t, {}, [
    [{ host: "evil.com", origin: "http://localhost" }, 403, BY_HOST],
    [{ host: "localhost", origin: "http://evil.com" }, 403, BY_ORIGIN],
    [{ host: "evil.com", origin: "http://evil.com" }, 403, BY_HOST],
  ]));

Deno.test("the guard comes before the key, so that a page cannot even try keys", (t) =>
  assertSenders(t, { LUKHAS_MCP_API_KEYS: "k" }, [
    [{ host: "evil.com" }, 403, BY_HOST],
    [{ origin: "null" }, 403, BY_ORIGIN],
    [{}, 401],
  ]));

Deno.test("MCP_ALLOWED_HOSTS lets names in, whatever their port and case", (t) =>
  assertSenders(
    t,
    { MCP_ALLOWED_HOSTS: "mcp.example.com, [FD00::1], Other.Example:8443", MCP_INSECURE: "1" },
    [
      [{ host: "mcp.example.com" }, 200],
      [{ host: "MCP.example.com:443" }, 200],
      [{ host: "other.example:8443" }, 200],
      [{ host: "other.example" }, 200],
      [{ host: "[fd00::1]:8766" }, 200],
      [{ host: "x.mcp.example.com" }, 403, BY_HOST],
      [{ host: "mcp.example.com", origin: "https://mcp.example.com" }, 200],
      [{ host: "mcp.example.com", origin: "https://other.example" }, 403, BY_ORIGIN],
    ],
  ));

Deno.test("MCP_ALLOWED_ORIGINS lets pages in, scheme and port included", (t) =>
  assertSenders(t, {
    MCP_ALLOWED_ORIGINS: "https://ChatGPT.com/, http://a.example:8080,chrome-extension://abc",
  }, [
    [{ origin: "https://chatgpt.com" }, 200],
    [{ origin: "http://a.example:8080" }, 200],
    [{ origin: "chrome-extension://abc" }, 200],
    [{ origin: "http://chatgpt.com" }, 403, BY_ORIGIN],
    [{ origin: "https://chatgpt.com:444" }, 403, BY_ORIGIN],
    [{ origin: "http://a.example" }, 403, BY_ORIGIN],
    [{ origin: "https://chatgpt.com", host: "evil.com" }, 403, BY_HOST],
  ]));

Deno.test("the host of LUKHAS_PUBLIC_URL is allowed by itself, as host and as origin", (t) =>
  assertSenders(t, { LUKHAS_PUBLIC_URL: "https://Mcp.Example.com/base/", MCP_INSECURE: "1" }, [
    [{ host: "mcp.example.com" }, 200],
    [{ host: "mcp.example.com", origin: "https://mcp.example.com" }, 200],
    [{ host: "localhost", origin: "https://mcp.example.com" }, 200],
    [{ host: "example.com" }, 403, BY_HOST],
  ]));

Deno.test("a public name is not served without keys, unless MCP_INSECURE=1", async () => {
  const env = { LUKHAS_PUBLIC_URL: "https://mcp.example.com" };
  const sender = { host: "mcp.example.com" };
  await using open = await EdgeApp.create({ env });
  const refused = await send(open, sender);
  assert.equal(refused.status, 403);
  assert.match(refused.message, /LUKHAS_MCP_API_KEYS.*MCP_INSECURE=1/);
  assert.equal((await send(open, { host: "localhost" })).status, 200);
  assert.equal((await open.send("/files/a", { headers: sender })).status, 403);
  assert.equal((await open.send("/healthz", { headers: sender })).status, 200);

  await using insecure = await EdgeApp.create({ env: { ...env, MCP_INSECURE: "1" } });
  assert.equal((await send(insecure, sender)).status, 200);
  await using keyed = await EdgeApp.create({ env: { ...env, LUKHAS_MCP_API_KEYS: "k" } });
  assert.equal((await send(keyed, sender)).status, 401);
});

Deno.test("a request line with a loopback name does not excuse the Host header", async () => {
  await using app = await EdgeApp.create();
  const response = await app.send("http://localhost/mcp", { headers: { host: "evil.com" } });
  assert.equal(response.status, 403);
  const other = await app.send("http://evil.com/", { headers: { host: "localhost" } });
  assert.equal(other.status, 200, "and the reverse is a proxy's request for us");
});
