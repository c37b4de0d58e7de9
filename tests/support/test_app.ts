/** The whole app over a temporary root, entered through its front door: `fetch(Request)`. */
import assert from "node:assert/strict";
import { type App, createApp } from "../../src/app.ts";
import { type Config, type ConfigRecord, parseConfig } from "../../src/config.ts";
import type { Clock, Later } from "../../src/core/clock.ts";
import type { LogEvent } from "../../src/core/log.ts";
import { findProgram } from "../../src/launcher/find_program.ts";
import { openStore } from "../../src/open_store.ts";
import { IndexService } from "../../src/search/index/index_service.ts";
import { sha256Hex } from "../../src/repo/digest.ts";
import type { AppSettings, StorePlace } from "../../src/sandbox.ts";
import { storeFilesInRoot } from "../../src/launcher/store_place.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite_store.ts";
import type { Store } from "../../src/store/store.ts";
import { later } from "../../src/timers.ts";
import { TOOLS } from "../../tools/registry.ts";
import { assertErrorLeaksNothing } from "./leaks.ts";
import { TempRoot } from "./temp_repo.ts";

/** What an app knows of time. */
export interface TestTime {
  readonly clock: Clock;
  readonly later: Later;
}

const REAL_TIME: TestTime = { clock: { now: () => Date.now(), elapsed: () => performance.now() }, later };

/** How a test's app differs from the default. */
export interface TestAppOptions {
  /** Whether the root is a git repository. @default true */
  readonly git?: boolean;
  /** Environment variables. */
  readonly env?: ConfigRecord;
  /** An existing root; it is not removed with the app. */
  readonly root?: TempRoot;
  /** What jobs, models and canaries are kept in; closed with the app. @default one in memory, or at `place` */
  readonly store?: Store;
  /** Where the store is to be opened. @default nowhere: it is in memory */
  readonly place?: StorePlace;
  /** @default the machine's */
  readonly time?: TestTime;
  /** Where in the root's folder the served root is. @default "" */
  readonly subfolder?: string;
}

/** A result of `tools/call` that succeeded. */
// deno-lint-ignore no-explicit-any -- the value's shape is the tool's; tests read what they assert.
export type Structured = any;

/** The error of a tool that failed. */
export interface ToolFailure {
  readonly code: string;
  readonly message: string;
  readonly details: Record<string, unknown>;
}

/** An app, its root, and what it logged. */
export class TestApp implements AsyncDisposable {
  readonly root: TempRoot;
  readonly config: Config;
  readonly logged: LogEvent[] = [];
  readonly store: Store;
  readonly #app: App;
  readonly #served: string;
  readonly #ownsRoot: boolean;
  #indexing: Promise<unknown> | undefined;

  private constructor(parts: {
    root: TempRoot;
    config: Config;
    settings: AppSettings;
    store: Store;
    time: TestTime;
    ownsRoot: boolean;
  }) {
    this.root = parts.root;
    this.config = parts.config;
    this.store = parts.store;
    this.#served = parts.settings.root;
    this.#ownsRoot = parts.ownsRoot;
    const { clock, later } = parts.time;
    this.#app = createApp({
      settings: parts.settings,
      tools: TOOLS,
      store: parts.store,
      clock,
      later,
      newId: () => crypto.randomUUID(),
      log: (event) => this.logged.push(event),
      address: () => "http://127.0.0.1:8766",
      startIndexer: (path) => this.#startIndexer(path),
    });
    this.#app.begin();
  }

  /** The indexer of the server, beside the app instead of in a worker. */
  #startIndexer(path: string): MessagePort {
    const { port1, port2 } = new MessageChannel();
    const service = new IndexService({
      root: this.#served,
      path,
      port: port1,
      clock: { now: () => Date.now(), elapsed: () => performance.now() },
      log: (event) => this.logged.push(event),
    });
    this.#indexing = service.run();
    return port2;
  }

  static async create(options: TestAppOptions = {}): Promise<TestApp> {
    const root = options.root ?? await TempRoot.create({ git: options.git ?? true });
    // A search is cut short by no full machine, unless the test is about that.
    const config = parseConfig({ MCP_RL_BUCKET: "0", MCP_SEARCH_BUDGET_MS: "60000", ...options.env });
    const { apiKeys, root: _, ...appConfig } = config;
    const served = options.subfolder === undefined ? root.root : `${root.root}/${options.subfolder}`;
    const path = Deno.env.get("PATH") ?? "";
    const place: StorePlace = options.place ?? { kind: "json", path: `${served}/.mcp-state.json` };
    const settings: AppSettings = {
      config: appConfig,
      root: served,
      reach: { read: [], write: [], net: [] },
      denied: await storeFilesInRoot(place, { root: served, startedAt: 0 }),
      journal: `${served}/.mcp-journal`,
      isOpen: apiKeys.length === 0,
      keys: apiKeys.map((key) => ({ sha256: sha256Hex(key) })),
      localKey: { sha256: sha256Hex("local") },
      linkSecret: new Uint8Array(32),
      // No HOME: the developer's own git configuration is not part of the test.
      git: {
        program: await findProgram("git", { path, outside: served }),
        env: { PATH: path, HOME: root.outside },
      },
      store: place,
      version: "0.0.0-test",
      startedAt: Date.now(),
    };
    const time = options.time ?? REAL_TIME;
    const store = options.store ?? await openTestStore(options.place, { root: served, time });
    return new TestApp({ root, config, settings, store, time, ownsRoot: options.root === undefined });
  }

  /** Answers a request, as `Deno.serve` hands it over. */
  answer(request: Request, connection: unknown): Promise<Response> {
    return this.#app.fetch(request, connection);
  }

  /** Sends a request as it is. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await this.#app.fetch(new Request(`http://127.0.0.1:8766${path}`, init));
    const secrets = { root: this.root.outside, keys: this.config.apiKeys };
    await assertErrorLeaksNothing(response, secrets, `${path} ${init.body}`);
    return response;
  }

  /** Sends one message to `/mcp`, as curl would. */
  post(message: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const body = typeof message === "string" ? message : JSON.stringify(message);
    return this.fetch("/mcp", {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
  }

  /** The structured value of a tool; fails the test when the tool fails, or when its text says something else. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<Structured> {
    const result = await this.#callTool(name, args);
    assert.notEqual(result.isError, true, `${name} failed: ${result.content[0]?.text}`);
    const value = result.structuredContent as Structured;
    assert.deepEqual(JSON.parse(result.content[0]?.text ?? ""), value);
    TOOLS.find((tool) => tool.name === name)?.output.parse(value);
    return value;
  }

  /** The error of a tool; fails the test when the tool succeeds. */
  async callFailing(name: string, args: Record<string, unknown> = {}): Promise<ToolFailure> {
    const result = await this.#callTool(name, args);
    assert.equal(result.isError, true, `${name} succeeded: ${result.content[0]?.text}`);
    assert.equal(result.structuredContent, undefined);
    return JSON.parse(result.content[0]?.text ?? "").error;
  }

  async #callTool(name: string, args: Record<string, unknown>): Promise<{
    isError?: boolean;
    structuredContent?: unknown;
    content: { text: string }[];
  }> {
    const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } };
    const response = await this.post(message);
    const body = await response.json();
    assert.equal(response.status, 200, JSON.stringify(body));
    assert.ok(body.result, JSON.stringify(body));
    return body.result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app.close();
    await this.#indexing;
    if (this.#ownsRoot) await this.root[Symbol.asyncDispose]();
  }
}

async function openTestStore(
  place: StorePlace | undefined,
  { root, time: { clock: { now }, later } }: { root: string; time: TestTime },
): Promise<Store> {
  const newId = () => crypto.randomUUID();
  if (place === undefined) return new SqliteStore({ path: ":memory:", now, newId });
  return await openStore({ place, root, startedAt: now(), now, newId, later, log: () => {} });
}
