/** What the tools of the fixture are made of. */
import type { McpCall } from "../../src/mcp/call.ts";
import type { Changes } from "../../src/mcp/changes.ts";
import type { InputRequest } from "../../src/mcp/input_request.ts";
import { type McpTool, ToolContent } from "../../src/mcp/tools.ts";

/** What a tool of the fixture can reach. */
export interface FixtureContext {
  readonly call: McpCall;
  readonly changes: Changes;
}

/** A tool of the fixture. */
export type FixtureTool = McpTool<FixtureContext>;

type Args = Readonly<Record<string, unknown>>;

/** A tool by its name, its arguments' schema and what it does. */
export function tool(
  name: string,
  properties: Args,
  run: (args: Args, context: FixtureContext) => unknown,
): FixtureTool {
  return {
    name,
    describe: () => ({
      name,
      description: `The conformance suite's ${name}`,
      inputSchema: { type: "object", properties },
    }),
    call: async (args, context) => await run(args, context),
  };
}

/** A result that says one thing. */
export function say(text: string): ToolContent {
  return new ToolContent({ content: [{ type: "text", text }] });
}

/** Lets so many milliseconds pass; ends early with the call. */
export async function pause(ms: number, { call }: FixtureContext): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = () => reject(call.signal.reason);
  call.signal.throwIfAborted();
  call.signal.addEventListener("abort", stop);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener("abort", stop);
  }
}

/** A form to fill in. */
export function form(message: string, properties: Args, required: string[] = []): InputRequest {
  const requestedSchema = { type: "object", properties, required };
  return { method: "elicitation/create", params: { message, requestedSchema } };
}

/** A form with one text. */
export function textForm(message: string, key: string): InputRequest {
  return form(message, { [key]: { type: "string" } }, [key]);
}

/** A prompt for the client's model. */
export function sampling(text: string): InputRequest {
  const messages = [{ role: "user", content: { type: "text", text } }];
  return { method: "sampling/createMessage", params: { messages, maxTokens: 100 } };
}

export const ROOTS: InputRequest = { method: "roots/list" };

/** A field of an accepted form. */
export function field(response: Readonly<Record<string, unknown>>, key: string): string {
  const content = response.content as Record<string, unknown> | undefined;
  return String(content?.[key] ?? "");
}
