/** The keys that MCP reserves in `_meta`, and what a stateless request has to say there (2026-07-28, basic/index). */
import { isObject, isRequestId, type Params, type RequestId } from "./jsonrpc.ts";
import { isLogLevel, type LogLevel } from "./log_level.ts";
import { invalidParams } from "./protocol_error.ts";

const PREFIX = "io.modelcontextprotocol/";

/** Reserved keys. */
export const META = {
  protocolVersion: `${PREFIX}protocolVersion`,
  clientCapabilities: `${PREFIX}clientCapabilities`,
  clientInfo: `${PREFIX}clientInfo`,
  logLevel: `${PREFIX}logLevel`,
  serverInfo: `${PREFIX}serverInfo`,
  subscriptionId: `${PREFIX}subscriptionId`,
} as const;

/** The extension that turns calls into tasks. */
export const TASKS_EXTENSION = `${PREFIX}tasks`;

/** What a client can do, as it declares it. */
export type ClientCapabilities = Readonly<Record<string, unknown>>;

/** What a stateless request says of itself. */
export interface RequestMeta {
  readonly protocolVersion: string;
  readonly capabilities: ClientCapabilities;
  /** The least severe message that the client wants; undefined for none. */
  readonly logLevel: LogLevel | undefined;
}

/** Names progress notifications after the request that asked for them. */
export type ProgressToken = RequestId;

/** Whether parameters claim a stateless revision: the key is there, whatever its value. */
export function hasClaim(params: unknown): boolean {
  return isObject(params) && isObject(params._meta) && Object.hasOwn(params._meta, META.protocolVersion);
}

/**
 * Reads what every stateless request must carry. `clientInfo` may be left out.
 *
 * @throws {ProtocolError} `INVALID_PARAMS`, naming the key.
 */
export function readRequestMeta({ _meta: meta }: Params): RequestMeta {
  if (!isObject(meta)) {
    throw invalidParams(`"_meta" must hold "${META.protocolVersion}" and "${META.clientCapabilities}"`);
  }
  const version = meta[META.protocolVersion];
  const capabilities = meta[META.clientCapabilities];
  const info = meta[META.clientInfo];
  const logLevel = meta[META.logLevel];
  if (typeof version !== "string") throw wrongMeta("protocolVersion", "a string");
  if (!isObject(capabilities)) throw wrongMeta("clientCapabilities", "an object");
  if (info !== undefined && !isImplementation(info)) throw wrongMeta("clientInfo", "a name and a version");
  if (logLevel !== undefined && !isLogLevel(logLevel)) throw wrongMeta("logLevel", "a level of syslog");
  return { protocolVersion: version, capabilities, logLevel };
}

/** The token under which a request wants to hear of its progress. */
export function progressToken({ _meta: meta }: Params): ProgressToken | undefined {
  const token = isObject(meta) ? meta.progressToken : undefined;
  return isRequestId(token) ? token : undefined;
}

function isImplementation(value: unknown): boolean {
  return isObject(value) && typeof value.name === "string" && typeof value.version === "string";
}

function wrongMeta(key: keyof typeof META, expected: string) {
  return invalidParams(`"_meta" must hold "${META[key]}", ${expected}`);
}
