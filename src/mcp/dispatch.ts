/** From the text of one message to what is to be answered. Knows no transport and no tool by name. */
import { ToolError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import {
  errorResponse,
  INTERNAL_ERROR,
  INVALID_PARAMS,
  isObject,
  METHOD_NOT_FOUND,
  type Params,
  parseEnvelope,
  type RequestId,
  resultResponse,
  type RpcErrorObject,
} from "./jsonrpc.ts";
import { negotiateRevision } from "./revisions.ts";
import { failureResult, successResult, type ToolRegistry } from "./tools.ts";

/** What to do with a message; the transport alone turns it into statuses. */
export type Outcome =
  /** A response to a request, error or not. */
  | { readonly kind: "response"; readonly body: string; readonly facts: Facts }
  /** A notification or a client's response: nothing is to be said. */
  | { readonly kind: "accepted"; readonly facts: Facts }
  /** The message could not be read. */
  | { readonly kind: "malformed"; readonly body: string; readonly facts: Facts };

/** What a log line may say about a message. */
export interface Facts {
  readonly method?: string;
  readonly tool?: string;
  readonly error?: string | number;
}

/** What a server says of itself. */
export interface ServerDescription {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** How to work here, for a model: the first 512 characters count. */
  readonly instructions: string;
}

/** The parts of a {@linkcode Dispatcher}. */
export interface DispatcherParts<Context> {
  readonly server: ServerDescription;
  readonly tools: ToolRegistry<Context>;
  /** Told of every error that is no {@linkcode ToolError}: a bug. */
  readonly onBug: (error: unknown, context: Context) => void;
}

/** Answers protocol messages. */
export class Dispatcher<Context extends { readonly requestId: string }> {
  readonly #parts: DispatcherParts<Context>;

  constructor(parts: DispatcherParts<Context>) {
    this.#parts = parts;
  }

  /** Reads one message and answers it. Never rejects. */
  async dispatch(text: string, context: Context): Promise<Outcome> {
    const message = parseEnvelope(text);
    switch (message.kind) {
      case "malformed":
        return {
          kind: "malformed",
          body: errorResponse(message.id, message.error),
          facts: { error: message.error.code },
        };
      case "response":
        return { kind: "accepted", facts: {} };
      case "notification":
        return { kind: "accepted", facts: notificationFacts(message.method) };
      case "request":
        return await this.#answer(message, context);
      default:
        return message satisfies never;
    }
  }

  async #answer(
    { id, method, params }: { id: RequestId; method: string; params: Params },
    context: Context,
  ): Promise<Outcome> {
    switch (method) {
      case "initialize":
        return result(id, JSON.stringify(this.#initialize(params)), { method });
      case "ping":
        return result(id, "{}", { method });
      case "tools/list":
        return result(id, this.#parts.tools.listJson(), { method });
      case "tools/call":
        return await this.#callTool(id, params, context);
      default: {
        const message = `Method not found: "${method.slice(0, METHOD_CHARS_SHOWN)}"`;
        // The name is the caller's, so the log does not repeat it.
        return failure(id, { code: METHOD_NOT_FOUND, message }, {});
      }
    }
  }

  #initialize(params: Params): unknown {
    const { instructions, ...serverInfo } = this.#parts.server;
    return {
      protocolVersion: negotiateRevision(params.protocolVersion),
      capabilities: { tools: {} },
      serverInfo,
      instructions,
    };
  }

  async #callTool(id: RequestId, params: Params, context: Context): Promise<Outcome> {
    const method = "tools/call";
    const { name, arguments: args = {} } = params;
    if (typeof name !== "string") return invalidParams(id, `"name" must be a string`, { method });
    const tool = this.#parts.tools.get(name);
    if (tool === undefined) return invalidParams(id, this.#unknownTool(name), { method });
    const facts = { method, tool: name };
    if (!isObject(args)) return invalidParams(id, `"arguments" must be an object`, facts);
    try {
      return result(id, successResult(await tool.call(args, context)), facts);
    } catch (error) {
      if (error instanceof ToolError) {
        return result(id, failureResult(error), { ...facts, error: error.code });
      }
      this.#parts.onBug(error, context);
      const message = `Internal error: the server's log has it under request "${context.requestId}"`;
      return failure(id, { code: INTERNAL_ERROR, message }, facts);
    }
  }

  #unknownTool(name: string): string {
    const near = nearest(name, this.#parts.tools.names());
    const hint = near === undefined ? "tools/list has them all" : `did you mean "${near}"?`;
    return `unknown tool "${name.slice(0, METHOD_CHARS_SHOWN)}"; ${hint}`;
  }
}

/** The notifications of a client that the protocol knows. */
const NOTIFICATIONS = new Set([
  "notifications/initialized",
  "notifications/cancelled",
  "notifications/progress",
  "notifications/roots/list_changed",
]);

/** Another name is the caller's own words, which the log does not repeat. */
function notificationFacts(method: string): Facts {
  return NOTIFICATIONS.has(method) ? { method } : {};
}

/** Characters of an unknown name that an error repeats. */
const METHOD_CHARS_SHOWN = 100;

function result(id: RequestId, json: string, facts: Facts): Outcome {
  return { kind: "response", body: resultResponse(id, json), facts };
}

function failure(id: RequestId, error: RpcErrorObject, facts: Facts): Outcome {
  return { kind: "response", body: errorResponse(id, error), facts: { ...facts, error: error.code } };
}

function invalidParams(id: RequestId, reason: string, facts: Facts): Outcome {
  return failure(id, { code: INVALID_PARAMS, message: `Invalid params: ${reason}` }, facts);
}
