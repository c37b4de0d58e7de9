/** Reads parameters. Every reader throws `INVALID_PARAMS` in words that name the parameter. */
import { isObject, type Params } from "./jsonrpc.ts";
import { isLogLevel, type LogLevel } from "./log_level.ts";
import { invalidParams } from "./protocol_error.ts";
import type { CompletionRequest } from "./providers.ts";

/** Longest address of a resource that is kept, in UTF-16 code units. */
const URI_CHARS_MAX = 8_192;

/** A parameter that must be a text. */
export function textParam(params: Params, key: string): string {
  const value = params[key];
  if (typeof value !== "string") throw invalidParams(`"${key}" must be a string`);
  return value;
}

/** The address of a resource. */
export function uriParam(params: Params): string {
  const uri = textParam(params, "uri");
  if (uri.length > URI_CHARS_MAX) throw invalidParams(`"uri" is longer than ${URI_CHARS_MAX} characters`);
  return uri;
}

/** Where a list goes on. */
export function cursorParam(params: Params): string | undefined {
  return params.cursor === undefined ? undefined : textParam(params, "cursor");
}

/** The level of `logging/setLevel`. */
export function levelParam({ level }: Params): LogLevel {
  if (!isLogLevel(level)) throw invalidParams(`"level" must be a level of syslog, from debug to emergency`);
  return level;
}

/** Arguments of a prompt, and chosen arguments of a completion: texts by name. */
export function textsParam(params: Params, key: string): Readonly<Record<string, string>> {
  const value = params[key] ?? {};
  if (!isObject(value) || !Object.values(value).every((text) => typeof text === "string")) {
    throw invalidParams(`"${key}" must be an object of strings`);
  }
  return value as Record<string, string>;
}

/** What `completion/complete` asks for. */
export function completionParams(params: Params): CompletionRequest {
  const { ref, argument, context = {} } = params;
  if (!isObject(ref)) throw invalidParams(`"ref" must be an object`);
  if (!isObject(argument)) throw invalidParams(`"argument" must be an object`);
  if (!isObject(context)) throw invalidParams(`"context" must be an object`);
  const asked = { name: textParam(argument, "name"), value: textParam(argument, "value") };
  const chosen = textsParam(context, "arguments");
  switch (ref.type) {
    case "ref/prompt":
      return { ref: { type: ref.type, name: textParam(ref, "name") }, argument: asked, chosen };
    case "ref/resource":
      return { ref: { type: ref.type, uri: textParam(ref, "uri") }, argument: asked, chosen };
    default:
      throw invalidParams(`"ref.type" must be "ref/prompt" or "ref/resource"`);
  }
}
