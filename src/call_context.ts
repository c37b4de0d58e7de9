/** The context of one call of a tool: what is the server's, and what is the call's. */
import type { McpCall } from "./mcp/call.ts";
import type { ToolContext } from "./tool.ts";

/** What all calls share. */
export type SharedContext = Omit<ToolContext, "requestId" | "signal" | "call">;

/** Services of the release loop: they need nothing of the repository. */
type ReleaseServices = Pick<SharedContext, "jobs" | "models" | "canaries" | "why">;

/** Services of the repository. */
export type RepoServices = Omit<SharedContext, keyof ReleaseServices>;

/**
 * Makes the context of each call. `beforeRepo` is called once a call, when the first of the repository's services is
 * reached for: it looks at the disk, and a call that needs none of them is not to pay for that. What it throws, whoever
 * reaches for one gets. Services are on the prototype: copied beside a getter, they would give every context a hidden
 * class of its own.
 */
export function contextFactory(
  { repo, release }: { repo: RepoServices; release: ReleaseServices },
  { beforeRepo }: { beforeRepo: () => void },
): (call: McpCall) => ToolContext {
  class CallContext {
    readonly call: McpCall;
    #isPrepared = false;

    constructor(call: McpCall) {
      this.call = call;
    }

    get requestId(): string {
      return this.call.requestId;
    }

    get signal(): AbortSignal {
      return this.call.signal;
    }

    prepare(): void {
      if (!this.#isPrepared) beforeRepo();
      this.#isPrepared = true;
    }
  }
  for (const [key, value] of Object.entries(release)) {
    Object.defineProperty(CallContext.prototype, key, { value });
  }
  for (const [key, service] of Object.entries(repo)) {
    const get = function (this: CallContext): unknown {
      this.prepare();
      return service;
    };
    Object.defineProperty(CallContext.prototype, key, { get });
  }
  return (call) => new CallContext(call) as CallContext & SharedContext;
}
