/** The whole app with toy tools, a clock to turn and requests sent as they are: for what is about the edge. */
import { createApp } from "../../src/app.ts";
import { type ConfigRecord, parseConfig } from "../../src/config.ts";
import type { Scope } from "../../src/core/scope.ts";
import type { LogEvent } from "../../src/core/log.ts";
import type { KeyDigest } from "../../src/http/auth.ts";
import { findProgram } from "../../src/launcher/find_program.ts";
import { sha256Hex } from "../../src/repo/digest.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite_store.ts";
import { later } from "../../src/timers.ts";
import type { Tool } from "../../src/tool.ts";
import { TOOLS } from "../../tools/registry.ts";
import { assertErrorLeaksNothing } from "./leaks.ts";
import { TempRoot } from "./temp_repo.ts";

/** How an edge app differs from the default. */
export interface EdgeAppOptions {
  readonly env?: ConfigRecord;
  /** @default every tool of the server */
  readonly tools?: readonly Tool[];
  /** Keys with their scopes, instead of those of `env`; undefined for all. */
  readonly keys?: Readonly<Record<string, readonly Scope[] | undefined>>;
  /** Whether the root is a git repository. @default false */
  readonly git?: boolean;
}

/** The key that the lock file would hold. */
export const LOCAL_TOKEN = "the-local-token";

/** Where the app believes to listen. */
export const ADDRESS = "http://127.0.0.1:8766";

/** An app, its root, its clock, and what it logged. */
export class EdgeApp implements AsyncDisposable {
  readonly root: TempRoot;
  readonly logged: LogEvent[] = [];
  /** Milliseconds since 1970, for the app. */
  now = Date.UTC(2026, 0, 1);
  /** Milliseconds for the app's measured times; undefined for the machine's own. */
  elapsed: number | undefined;
  readonly #keys: readonly string[];
  readonly #app: ReturnType<typeof createApp>;

  private constructor(
    root: TempRoot,
    options: {
      env: ConfigRecord;
      tools: readonly Tool[];
      program: string | undefined;
      keys: readonly KeyDigest[] | undefined;
    },
  ) {
    const { apiKeys, root: _, ...config } = parseConfig({ MCP_RL_BUCKET: "0", ...options.env });
    let id = 0;
    this.#keys = apiKeys;
    const keys = options.keys ?? apiKeys.map((key) => ({ sha256: sha256Hex(key) }));
    this.root = root;
    this.#app = createApp({
      settings: {
        config,
        root: root.root,
        reach: { read: [], write: [], net: [] },
        denied: [],
        journal: `${root.root}/.mcp-journal`,
        isOpen: keys.length === 0,
        keys,
        localKey: { sha256: sha256Hex(LOCAL_TOKEN) },
        linkSecret: new Uint8Array(32).fill(7),
        git: {
          program: options.program,
          env: { PATH: Deno.env.get("PATH") ?? "", HOME: root.outside },
        },
        store: { kind: "json", path: `${root.root}/.mcp-state.json` },
        version: "0.0.0-test",
        startedAt: this.now,
      },
      tools: options.tools,
      store: new SqliteStore({ path: ":memory:", now: () => this.now, newId: () => crypto.randomUUID() }),
      later,
      clock: { now: () => this.now, elapsed: () => this.elapsed ?? performance.now() },
      newId: () => `request-${++id}`,
      log: (event) => this.logged.push(event),
      address: () => ADDRESS,
    });
  }

  static async create(options: EdgeAppOptions = {}): Promise<EdgeApp> {
    const root = await TempRoot.create({ git: options.git ?? false });
    const program = await findProgram("git", { path: Deno.env.get("PATH") ?? "", outside: root.root });
    return new EdgeApp(root, {
      env: options.env ?? {},
      tools: options.tools ?? TOOLS,
      program,
      keys: options.keys && digestsOf(options.keys),
    });
  }

  /** From now on these are the keys. */
  replaceKeys(keys: NonNullable<EdgeAppOptions["keys"]>): void {
    this.#app.replaceKeys(digestsOf(keys));
  }

  /** Sends a request as it is; `path` may be a whole address. */
  async send(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await this.fetch(new Request(path.startsWith("/") ? ADDRESS + path : path, init));
    const secrets = { root: this.root.outside, keys: this.#keys };
    await assertErrorLeaksNothing(response, secrets, `${path} ${init.body}`);
    return response;
  }

  /** Answers a request, as `Deno.serve` hands it over; `from` is the address that it comes from. */
  fetch(request: Request, from?: string): Promise<Response> {
    return this.#app.fetch(request, from === undefined ? undefined : { remoteAddr: { hostname: from } });
  }

  /** Sends a body to `/mcp`: a text as it is, anything else as JSON. */
  post(message: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const body = typeof message === "string" ? message : JSON.stringify(message);
    return this.send("/mcp", {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
  }

  /** The answer to a request, parsed. */
  // deno-lint-ignore no-explicit-any -- the shape is what tests assert.
  async ask(method: string, params?: unknown, id: unknown = 1): Promise<any> {
    const response = await this.post({ jsonrpc: "2.0", id, method, params });
    return await response.json();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app.close();
    await this.root[Symbol.asyncDispose]();
  }
}

function digestsOf(keys: NonNullable<EdgeAppOptions["keys"]>): KeyDigest[] {
  return Object.entries(keys).map(([key, scopes]) => ({
    sha256: sha256Hex(key),
    ...(scopes !== undefined && { scopes }),
  }));
}
