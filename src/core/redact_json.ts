/** Masks private keys and tokens in a JSON value, wherever a text stands in it. */
import type { Json } from "./json.ts";
import { redact } from "./secrets.ts";

/**
 * The value with the secrets of its texts and of its property names masked: its shape stays, but that of properties which
 * are named alike by then the last one holds. A secret that is parted over several texts is not seen.
 *
 * @param value Of few levels: it is walked through by recursion.
 */
export function redactJson(value: Json): Json {
  if (typeof value === "string") return redact(value).text;
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(redactJson);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [redact(name).text, each && redactJson(each)]),
  );
}

// `Array.isArray` does not narrow to a list that is read-only.
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
