/**
 * The official SDK's server of the wire benchmark, as a process of its own; it lies here for this folder's packages.
 * Its tools are those of a `tools/list` result whose file is given, as zod schemas, and `look_up` answers.
 */
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import * as z from "zod";

/** What `tools/list` says of a tool, as far as it is needed. */
interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: Parameters<typeof z.fromJSONSchema>[0];
  readonly outputSchema: Parameters<typeof z.fromJSONSchema>[0];
  readonly annotations: Record<string, boolean>;
}

const [file = ""] = Deno.args;
const { tools: listed }: { tools: ListedTool[] } = JSON.parse(
  await Deno.readTextFile(file),
);

const store = new Map(
  Array.from(
    { length: 1000 },
    (_, index) => [`job-${index}`, { status: "RUNNING", index }],
  ),
);

/** Schemas are made once: the SDK asks for a server per request, not for schemas per request. */
const tools = listed.map(({ name, inputSchema, outputSchema, ...rest }) => ({
  name,
  config: {
    ...rest,
    inputSchema: z.fromJSONSchema(inputSchema),
    outputSchema: z.fromJSONSchema(outputSchema),
  },
}));

function lookUp(args: unknown) {
  const { id } = args as { id: string };
  const value = { id, ...(store.get(id) ?? { status: "UNKNOWN", index: -1 }) };
  return {
    content: [{ type: "text" as const, text: JSON.stringify(value) }],
    structuredContent: value,
  };
}

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: "sdk", version: "1.0.0" });
  for (const { name, config } of tools) {
    server.registerTool(
      name,
      config,
      name === "look_up" ? lookUp : () => ({ content: [] }),
    );
  }
  return server;
});

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) =>
    Deno.stdout.writeSync(
      new TextEncoder().encode(`http://127.0.0.1:${port}\n`),
    ),
}, (request) => handler.fetch(request));
