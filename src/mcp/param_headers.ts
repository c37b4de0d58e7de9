/** `x-mcp-header` of a tool's input schema: arguments that a client repeats as `Mcp-Param-*` (SEP-2243). */
import type { ProtocolHeaders } from "./carrier.ts";
import { decodeHeaderValue } from "./header_value.ts";
import { isObject } from "./jsonrpc.ts";
import { headerMismatch } from "./standard_headers.ts";

/** One argument that is repeated in a header. */
export interface ParamHeader {
  /** Where the argument is: property names from the outside in. */
  readonly path: readonly string[];
  /** What follows `Mcp-Param-`. */
  readonly name: string;
  readonly type: "string" | "integer" | "boolean";
}

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * The arguments of a schema that are repeated in headers, through `properties` alone.
 *
 * @throws {TypeError} For a name that is no token or stands twice, and for a type that has no one spelling.
 */
export function paramHeaders(schema: unknown, path: readonly string[] = []): ParamHeader[] {
  if (!isObject(schema) || !isObject(schema.properties)) return [];
  const found: ParamHeader[] = [];
  for (const [key, property] of Object.entries(schema.properties)) {
    if (!isObject(property)) continue;
    const at = [...path, key];
    const name = property["x-mcp-header"];
    if (name !== undefined) found.push(paramHeader(at, { name, type: property.type }));
    found.push(...paramHeaders(property, at));
  }
  const names = found.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new TypeError(`Cannot use the header "Mcp-Param-${twice}" twice in one tool`);
  }
  return found;
}

function paramHeader(path: readonly string[], { name, type }: { name: unknown; type: unknown }): ParamHeader {
  const property = path.join(".");
  if (typeof name !== "string" || !TOKEN.test(name)) {
    throw new TypeError(`Cannot use the "x-mcp-header" of "${property}": it is not a token`);
  }
  if (type !== "string" && type !== "integer" && type !== "boolean") {
    throw new TypeError(
      `Cannot use the "x-mcp-header" of "${property}": its type is not string, integer or boolean`,
    );
  }
  return { path, name, type };
}

/** @throws {ProtocolError} `HEADER_MISMATCH` */
export function checkParamHeaders(
  expected: readonly ParamHeader[],
  args: Readonly<Record<string, unknown>>,
  headers: ProtocolHeaders,
): void {
  for (const { path, name, type } of expected) {
    const value = valueAt(args, path);
    if (value === undefined || value === null) continue;
    const header = headers.param(name);
    if (header === undefined) throw headerMismatch(`Mcp-Param-${name} is missing`);
    const text = decodeHeaderValue(header);
    if (text === undefined) throw headerMismatch(`Mcp-Param-${name} is not canonical Base64`);
    if (!isSame(text, value, type)) {
      throw headerMismatch(`Mcp-Param-${name} is not the "${path.join(".")}" of the arguments`);
    }
  }
}

function valueAt(args: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  let value: unknown = args;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** Integers are compared as numbers (`42.0` is `42`), everything else as it is written. */
function isSame(text: string, value: unknown, type: ParamHeader["type"]): boolean {
  if (type !== "integer" || typeof value !== "number") return text === String(value);
  return /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) && Number(text) === value;
}
