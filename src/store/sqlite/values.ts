/** How times and JSON stand in columns. */
import type { Json } from "../../core/json.ts";

/** Milliseconds as ISO 8601, which is how the tables that an older server made have times. */
export function toIso(ms: number): string {
  return new Date(ms).toISOString();
}

/** The milliseconds of a time in a column; 0 where it is none. SQLite's own `YYYY-MM-DD HH:MM:SS` is UTC. */
export function fromIso(text: string | null): number {
  if (text === null) return 0;
  const ms = Date.parse(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(text) ? `${text.replace(" ", "T")}Z` : text,
  );
  return Number.isNaN(ms) ? 0 : ms;
}

/** A JSON column. */
export function toJson(value: Json | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** The value of a JSON column; a text that is no JSON stands for itself, undefined for NULL. */
export function fromJson(text: string | null): Json | undefined {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}

/** `{key: value}`, or nothing where there is no value: for optional properties. */
export function optional<Key extends string, Value>(
  key: Key,
  value: Value | null | undefined,
): { readonly [K in Key]?: Value } {
  return (value === null || value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };
}
