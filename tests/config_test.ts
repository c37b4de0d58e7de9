/** The configuration: what each variable may hold, and what is said when it holds something else. */
import assert from "node:assert/strict";
import { type Config, CONFIG_VARIABLES, type ConfigRecord, parseConfig } from "../src/config.ts";
import { ConfigError } from "../src/config/config_reader.ts";

/** The part of the configuration that no area has for itself. */
/** The areas, which have tests of their own. */
type Area = "access" | "release" | "evals" | "canary" | "registry" | "search";

function serverConfig(record: ConfigRecord): Omit<Config, Area> {
  const { access: _, release: __, evals: ___, canary: ____, registry: _____, search: ______, ...server } =
    parseConfig(record);
  return server;
}

/** The one line that a record is refused with. */
function refusal(record: ConfigRecord): string {
  try {
    parseConfig(record);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.ok(!error.message.includes("\n"), "one line");
    return error.message;
  }
  throw new Error(`accepted: ${JSON.stringify(record)}`);
}

Deno.test("without any variable the server is private: loopback, no keys, nothing trusted", () => {
  const wanted: ReturnType<typeof serverConfig> = {
    root: undefined,
    host: "127.0.0.1",
    port: 8766,
    apiKeys: [],
    publicUrl: undefined,
    gitName: undefined,
    gitEmail: undefined,
    allowedHosts: [],
    allowedOrigins: [],
    trustGitHooks: false,
    insecure: false,
    logFormat: "json",
    bodyBytesMax: 4 * 1024 * 1024,
  };
  assert.deepEqual(serverConfig({}), wanted);
  const empty = Object.fromEntries(CONFIG_VARIABLES.map((name) => [name, " "]));
  assert.deepEqual(parseConfig(empty), parseConfig({}), "an empty variable is like none");
  assert.ok(Object.isFrozen(parseConfig({})));
});

Deno.test("every variable finds its place", () => {
  const config = serverConfig({
    LUKHAS_REPO_ROOT: "/srv/repo",
    HOST: "0.0.0.0",
    PORT: "0",
    LUKHAS_MCP_API_KEYS: " a , b,,",
    LUKHAS_PUBLIC_URL: "https://MCP.example.com:8443/base//",
    LUKHAS_GIT_NAME: " Ada ",
    LUKHAS_GIT_EMAIL: "ada@example.com",
    MCP_ALLOWED_HOSTS: "One.example, two.example:8080, [FE80::1]:9",
    MCP_ALLOWED_ORIGINS: "https://One.example:443/,http://two.example:8080,null,vscode-webview://abc",
    MCP_GIT_HOOKS: "true",
    MCP_INSECURE: "1",
    MCP_LOG: "pretty",
    MCP_MAX_BODY_BYTES: "1024",
  });
  assert.deepEqual(config, {
    root: "/srv/repo",
    host: "0.0.0.0",
    port: 0,
    apiKeys: ["a", "b"],
    publicUrl: "https://mcp.example.com:8443/base",
    gitName: "Ada",
    gitEmail: "ada@example.com",
    allowedHosts: ["one.example", "two.example", "[fe80::1]", "mcp.example.com"],
    allowedOrigins: [
      "https://one.example",
      "http://two.example:8080",
      "null",
      "vscode-webview://abc",
      "https://mcp.example.com:8443",
    ],
    trustGitHooks: true,
    insecure: true,
    logFormat: "pretty",
    bodyBytesMax: 1024,
  });
});

Deno.test("a value that makes no sense is refused by name, with what is accepted", async (t) => {
  const wrong: Partial<Record<keyof ConfigRecord, readonly string[]>> = {
    PORT: ["-1", "65536", "80a", "8.5", "0x50", "1e3", "８０"],
    HOST: ["a b", "http://localhost", "a/b", "x".repeat(300)],
    MCP_MAX_BODY_BYTES: ["0", "1023", "1gb", "99999999999"],
    MCP_LOG: ["verbose", "JSON"],
    MCP_INSECURE: ["yes", "2", "on"],
    MCP_GIT_HOOKS: ["yes"],
    LUKHAS_PUBLIC_URL: [
      "mcp.example.com",
      "ftp://a.example",
      "https://a.example/?x=1",
      "https://a.example/#x",
      "https://user:password@a.example",
    ],
    MCP_ALLOWED_HOSTS: ["https://a.example", "a b", "*.example.com", "a/b", "user@a"],
    MCP_ALLOWED_ORIGINS: ["a.example", "https://a.example/path", "https://", "*", "https://a@b", "a b://c"],
  };
  const accepted: Partial<Record<keyof ConfigRecord, RegExp>> = {
    PORT: /0 to 65535/,
    MCP_MAX_BODY_BYTES: /1024 to/,
    MCP_LOG: /json, pretty, off/,
    MCP_INSECURE: /1 nor 0/,
    LUKHAS_PUBLIC_URL: /https:\/\/mcp\.example\.com/,
    MCP_ALLOWED_HOSTS: /mcp\.example\.com/,
    MCP_ALLOWED_ORIGINS: /https:\/\/chatgpt\.com/,
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      await t.step(`${name}=${value.slice(0, 40)}`, () => {
        const message = refusal({ [name]: value });
        assert.ok(message.includes(`${name}="${value.slice(0, 40)}`), message);
        assert.match(message, accepted[name as keyof ConfigRecord] ?? /./);
      });
    }
  }
});

Deno.test("every problem is listed at once, in one line", () => {
  const message = refusal({ PORT: "x", MCP_LOG: "y", MCP_ALLOWED_HOSTS: "a b,c d" });
  for (const part of [`PORT="x"`, `MCP_LOG="y"`, `MCP_ALLOWED_HOSTS="a b"`, `MCP_ALLOWED_HOSTS="c d"`]) {
    assert.ok(message.includes(part), message);
  }
});

Deno.test("a value cannot break out of its line, nor fill the screen", () => {
  assert.match(refusal({ PORT: '8\n{"msg":"listening"}' }), /PORT="8\\n/);
  assert.match(refusal({ PORT: "\u001b[31m1" }), /PORT="\\u001b/);
  assert.ok(refusal({ PORT: "9".repeat(100_000) }).length < 300);
});

Deno.test("a list of keys that holds no usable key is refused, and not repeated", () => {
  for (const value of [",", " , ,", "good,bad key", "schlüssel", "a\tb"]) {
    const message = refusal({ LUKHAS_MCP_API_KEYS: value });
    assert.match(message, /LUKHAS_MCP_API_KEYS must hold keys/);
    for (const part of ["good", "bad key", "schlüssel", "a\tb"]) assert.ok(!message.includes(part));
  }
});

Deno.test("a network address without keys is refused, unless the operator insists", () => {
  for (const HOST of ["0.0.0.0", "::", "192.168.1.2", "mcp.example.com"]) {
    assert.match(refusal({ HOST }), /LUKHAS_MCP_API_KEYS.*MCP_INSECURE=1/);
    assert.equal(parseConfig({ HOST, LUKHAS_MCP_API_KEYS: "k" }).host, HOST);
    assert.equal(parseConfig({ HOST, MCP_INSECURE: "1" }).host, HOST);
  }
  for (const HOST of ["127.0.0.1", "localhost", "::1", "[::1]"]) {
    assert.equal(parseConfig({ HOST }).host, HOST);
  }
});

Deno.test("the start task may read every variable of the configuration, and of the children", async () => {
  const { permissions } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  const granted = new Set(permissions.default.env);
  for (const name of CONFIG_VARIABLES) assert.ok(granted.has(name), name);
});
