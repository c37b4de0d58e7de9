/** The context of one call of a tool: what is the server's, and what is the call's. */
import type { McpCall } from "./mcp/call.ts";
import type { ToolContext } from "./tool.ts";

/** What all calls share. */
export type SharedContext = Omit<ToolContext, "requestId" | "signal" | "call">;

/**
 * Makes the context of each call. `beforeUse` is called once a call, when the first of the services is reached for: it
 * looks at the disk, and a call that needs no service is not to pay for that. Services are on the prototype: copied
 * beside a getter, they would give every context a hidden class of its own.
 */
export function contextFactory(
  services: SharedContext,
  { beforeUse }: { beforeUse: () => void },
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
      if (!this.#isPrepared) beforeUse();
      this.#isPrepared = true;
    }
  }
  for (const [key, service] of Object.entries(services)) {
    const get = function (this: CallContext): unknown {
      this.prepare();
      return service;
    };
    Object.defineProperty(CallContext.prototype, key, { get });
  }
  return (call) => new CallContext(call) as CallContext & SharedContext;
}
