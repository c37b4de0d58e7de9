/** The official SDK's clients, version 1 and version 2, over HTTP and stdio, behind one interface for the tests. */
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from "@modelcontextprotocol/client";
import { StdioClientTransport as StdioV2 } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client";
import { StdioClientTransport as StdioV1 } from "@modelcontextprotocol/sdk/client/stdio";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamable-http";
import type { Transport as TransportV1 } from "@modelcontextprotocol/sdk/shared/transport";

/** Which client, and what it is told to speak. */
export type ClientKind = "v1" | "v2, handshake" | "v2, stateless" | "v2, auto";

/** Every client, and the revision that it is to end up with. */
export const CLIENT_REVISIONS: Readonly<Record<ClientKind, string>> = {
  "v1": "2025-11-25",
  "v2, handshake": "2025-11-25",
  "v2, stateless": "2026-07-28",
  "v2, auto": "2026-07-28",
};

/** Every kind of client. */
export const CLIENT_KINDS = Object.keys(CLIENT_REVISIONS) as ClientKind[];

/** Where a server is: an address, or a command that is one. */
export type Target =
  | {
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly fetch?: (
      url: string | URL,
      init?: RequestInit,
    ) => Promise<Response>;
  }
  | {
    readonly command: string;
    readonly args: readonly string[];
    readonly env: Record<string, string>;
  };

/** What a tool answered. */
export interface ToolAnswer {
  readonly isError?: boolean | undefined;
  readonly structuredContent?: unknown;
  readonly content?: unknown;
}

/** A client that is connected. */
export interface ConnectedClient extends AsyncDisposable {
  readonly revision: string | undefined;
  readonly serverName: string | undefined;
  /** What it would name its session, while it has one. */
  sessionId(): string | undefined;
  ping(): Promise<unknown>;
  /** Reads every tool; from then on the client holds each answer against its output schema. */
  toolNames(): Promise<string[]>;
  call(name: string, args: Record<string, unknown>): Promise<ToolAnswer>;
  /** The text of a resource. */
  read(uri: string): Promise<string>;
  /** What a prompt says. */
  prompt(name: string, args: Record<string, string>): Promise<string>;
  /** Values for an argument of a prompt. */
  complete(prompt: string, argument: string): Promise<string[]>;
  /** Sends the DELETE, where there is a session. */
  endSession(): Promise<void>;
}

const CLIENT_INFO = { name: "lukhas-mcp-tests", version: "1.0.0" };

/** Connects a client; it is closed with the test. */
export async function connectClient(
  kind: ClientKind,
  target: Target,
): Promise<ConnectedClient> {
  return kind === "v1" ? await connectV1(target) : await connectV2(kind, target);
}

async function connectV1(target: Target): Promise<ConnectedClient> {
  const transport = "url" in target
    ? new HttpV1(endpoint(target), httpOptions(target))
    : new StdioV1(child(target));
  let revision: string | undefined;
  const client = new ClientV1(CLIENT_INFO);
  // Its declaration says `sessionId?: string` where the transport has `string | undefined`.
  const watched = transport as TransportV1;
  const passOn = watched.setProtocolVersion?.bind(watched);
  watched.setProtocolVersion = (version: string) => {
    revision = version;
    passOn?.(version);
  };
  await client.connect(watched);
  return {
    revision,
    serverName: client.getServerVersion()?.name,
    sessionId: () => watched.sessionId,
    ping: () => client.ping(),
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    // Its declaration also has the answer of 2024-10-07, `toolResult`, which a client of today never gets.
    call: async (name, args) => await client.callTool({ name, arguments: args }) as ToolAnswer,
    ...readers(client),
    endSession: async () => {
      if (transport instanceof HttpV1) await transport.terminateSession();
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

async function connectV2(
  kind: Exclude<ClientKind, "v1">,
  target: Target,
): Promise<ConnectedClient> {
  const transport = "url" in target
    ? new HttpV2(endpoint(target), httpOptions(target))
    : new StdioV2(child(target));
  const client = new ClientV2(CLIENT_INFO, {
    versionNegotiation: { mode: negotiation(kind) },
  });
  await client.connect(transport);
  return {
    revision: client.getNegotiatedProtocolVersion(),
    serverName: client.getServerVersion()?.name,
    sessionId: () => transport instanceof HttpV2 ? transport.sessionId : undefined,
    ping: () => client.ping(),
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, args) => client.callTool({ name, arguments: args }),
    ...readers(client),
    endSession: async () => {
      if (transport instanceof HttpV2) await transport.terminateSession();
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** What both versions do alike. */
function readers(client: ClientV1 | ClientV2): Pick<ConnectedClient, "read" | "prompt" | "complete"> {
  return {
    async read(uri) {
      const { contents: [content] } = await client.readResource({ uri });
      return content !== undefined && "text" in content ? content.text : "";
    },
    async prompt(name, args) {
      const { messages: [message] } = await client.getPrompt({ name, arguments: args });
      return message?.content.type === "text" ? message.content.text : "";
    },
    async complete(prompt, argument) {
      const ref = { type: "ref/prompt", name: prompt } as const;
      return (await client.complete({ ref, argument: { name: argument, value: "" } })).completion.values;
    },
  };
}

function negotiation(
  kind: Exclude<ClientKind, "v1">,
): "legacy" | "auto" | { pin: string } {
  switch (kind) {
    case "v2, handshake":
      return "legacy";
    case "v2, auto":
      return "auto";
    case "v2, stateless":
      return { pin: "2026-07-28" };
  }
}

function endpoint({ url }: Extract<Target, { url: string }>): URL {
  return new URL("/mcp", url);
}

function httpOptions({ headers, fetch }: Extract<Target, { url: string }>) {
  return {
    requestInit: { headers: { ...headers } },
    ...(fetch !== undefined && { fetch }),
  };
}

function child({ command, args, env }: Extract<Target, { command: string }>) {
  return { command, args: [...args], env, stderr: "ignore" as const };
}
