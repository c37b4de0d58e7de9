/** A server of `src/mcp` and `src/http` alone, with everything that the conformance suite asks for. */
import { LISTEN_STREAMS_MAX } from "../../src/core/limits.ts";
import type { LogEvent } from "../../src/core/log.ts";
import { edgeLimits } from "../../src/http/edge_limits.ts";
import { KeyRing } from "../../src/http/auth.ts";
import { FileLinks } from "../../src/http/file_links.ts";
import { createHttpHandler, stackOf } from "../../src/http/handler.ts";
import { Changes } from "../../src/mcp/changes.ts";
import { Dispatcher } from "../../src/mcp/dispatch.ts";
import { ToolRegistry } from "../../src/mcp/tools.ts";
import type { FixtureContext, FixtureTool } from "./fixture_tool.ts";
import { MemoryTasks } from "./memory_tasks.ts";
import { fixtureCompletions, fixturePrompts, FixtureResources } from "./providers.ts";
import { NEW_TOOLS } from "./round_trip_fixtures.ts";
import { SHARED_TOOLS } from "./shared_fixtures.ts";

/** How a fixture differs from the default. */
export interface FixtureOptions {
  /** Tools beside the suite's. */
  readonly tools?: readonly FixtureTool[];
  /** The SHA-256 of the keys that are let in; none lets everybody in. */
  readonly keys?: readonly string[];
}

/** A server without a socket, and what a test may turn or look at. */
export class Fixture implements AsyncDisposable {
  readonly logged: LogEvent[] = [];
  readonly changes = new Changes();
  readonly resources = new FixtureResources();
  readonly tasks: MemoryTasks;
  readonly fetch: (request: Request) => Promise<Response>;
  /** Added to both clocks, in milliseconds. */
  ahead = 0;
  readonly #dispatcher: Dispatcher<FixtureContext>;

  constructor({ tools = [], keys = [] }: FixtureOptions = {}) {
    const clock = { now: () => Date.now() + this.ahead, elapsed: () => performance.now() + this.ahead };
    const secret = new Uint8Array(32).fill(5);
    this.tasks = new MemoryTasks(clock.now);
    this.#dispatcher = new Dispatcher<FixtureContext>({
      server: {
        name: "fixture",
        title: "Fixture",
        version: "1.0.0",
        instructions: "For the conformance suite.",
      },
      tools: new ToolRegistry([...SHARED_TOOLS, ...NEW_TOOLS, ...tools]),
      resources: this.resources,
      prompts: fixturePrompts,
      completions: fixtureCompletions,
      tasks: this.tasks,
      logging: true,
      changes: { source: this.changes, lists: ["tools", "prompts", "resources"] },
      createContext: (call) => ({ call, changes: this.changes }),
      onBug: (error, { requestId }) => this.logged.push({ msg: "bug", requestId, stack: stackOf(error) }),
      clock,
      newId: () => crypto.randomUUID(),
      stateSecret: secret,
    });
    this.fetch = createHttpHandler({
      guard: { allowedHosts: [], allowedOrigins: [] },
      keys: new KeyRing({
        keys: keys.map((sha256) => ({ sha256 })),
        localKey: { sha256: "00".repeat(32) },
        isOpen: keys.length === 0,
      }),
      ...edgeLimits({
        rateBucket: 0,
        rateWindowMs: 1,
        concurrencyMax: 100,
        streamsMax: 2 * LISTEN_STREAMS_MAX,
        trustedProxies: [],
        elapsed: clock.elapsed,
      }),
      insecure: false,
      readOnly: false,
      bodyBytesMax: 1_000_000,
      protocol: this.#dispatcher,
      files: {
        links: new FileLinks({ secret, now: clock.now, signed: false }),
        readText: () => Promise.reject(new Error("There are no files")),
      },
      routes: new Map(),
      meter: { count: () => {} },
      readiness: () => Promise.resolve({}),
      description: { name: "fixture" },
      clock,
      newId: () => crypto.randomUUID(),
      log: (event) => this.logged.push(event),
      logsRequests: true,
    });
  }

  /** The protocol itself, for a transport that is not HTTP. */
  get protocol(): Dispatcher<FixtureContext> {
    return this.#dispatcher;
  }

  get bugs(): LogEvent[] {
    return this.logged.filter(({ msg }) => msg === "bug");
  }

  endStreams(): void {
    this.#dispatcher.endStreams();
  }

  close(): void {
    this.#dispatcher.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}
