/** `tools/list` and `tools/call`: what a tool is to the protocol, and how its outcome looks on the wire. */
import type { ToolError } from "../core/errors.ts";

/** A tool as the protocol sees it. `Context` is whatever the server hands to its tools. */
export interface McpTool<Context> {
  readonly name: string;
  /** The tool's entry in `tools/list`. Called once. */
  describe(): Readonly<Record<string, unknown>>;
  /** Runs the tool and returns its structured value, a JSON object; throws {@linkcode ToolError} to fail. */
  call(args: Readonly<Record<string, unknown>>, context: Context): Promise<unknown>;
}

/** The tools of one server, in the order in which `tools/list` shows them. */
export class ToolRegistry<Context> {
  readonly #byName = new Map<string, McpTool<Context>>();
  #listJson: string | undefined;

  /** @throws {TypeError} When two tools have one name. */
  constructor(tools: readonly McpTool<Context>[]) {
    for (const tool of tools) {
      if (this.#byName.has(tool.name)) throw new TypeError(`Cannot register two tools named "${tool.name}"`);
      this.#byName.set(tool.name, tool);
    }
  }

  /** The tool of that name. */
  get(name: string): McpTool<Context> | undefined {
    return this.#byName.get(name);
  }

  /** Every name, in order. */
  names(): string[] {
    return [...this.#byName.keys()];
  }

  /** The result of `tools/list`, serialised once. */
  listJson(): string {
    this.#listJson ??= JSON.stringify({
      tools: Array.from(this.#byName.values(), (tool) => tool.describe()),
    });
    return this.#listJson;
  }
}

/** The result of a tool that succeeded: the value serialised once, and embedded as text and as it is. */
export function successResult(value: unknown): string {
  const json = JSON.stringify(value);
  return `{"content":[{"type":"text","text":${JSON.stringify(json)}}],"structuredContent":${json}}`;
}

/**
 * The result of a tool that failed. There is no `structuredContent`: the official client checks it against the
 * output schema and throws, so that the model would never see the error.
 */
export function failureResult({ code, message, details }: ToolError): string {
  const text = JSON.stringify({ error: { code, message, details } });
  return JSON.stringify({ content: [{ type: "text", text }], isError: true });
}
