/** Where a page ended, as a text that a caller hands back. Signed by nothing: it names a place, and opens nothing. */
import { nodeCrypto } from "../../core/node_modules.ts";
import { ToolError } from "../../core/errors.ts";

/** See the module. */
export interface Cursor {
  /** Of everything that the pages have in common. */
  readonly digest: string;
  /** Hits on the pages before. */
  readonly before: number;
  /** How many of an ordered list were gone through, or the line of the file after which to go on. */
  readonly after: number | { readonly path: string; readonly line: number };
}

/** More hits or lines than any repository has: a count that was made up would leave the whole numbers of JSON. */
const COUNT_MAX = 2 ** 40;

/** A digest that is the same for the pages of one query. */
export function digestOf(values: readonly unknown[]): string {
  return nodeCrypto().createHash("sha256").update(JSON.stringify(values)).digest("base64url").slice(0, 16);
}

/** The text of a cursor. */
export function encodeCursor({ digest, before, after }: Cursor): string {
  const place = typeof after === "number" ? [after] : [after.path, after.line];
  return new TextEncoder().encode(JSON.stringify([digest, before, ...place])).toBase64({
    alphabet: "base64url",
  });
}

/**
 * The cursor of a text.
 *
 * @throws {ToolError} `invalid_arguments` for a text that is no cursor, or one of another query.
 */
export function decodeCursor(text: string, digest: string): Cursor {
  const values = parse(text);
  if (!Array.isArray(values)) throw wrongCursor();
  const [owner, before, place, line] = values;
  if (owner !== digest || !isCount(before)) throw wrongCursor();
  if (isCount(place) && line === undefined) return { digest, before, after: place };
  if (typeof place === "string" && isCount(line)) return { digest, before, after: { path: place, line } };
  throw wrongCursor();
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= COUNT_MAX;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(text, { alphabet: "base64url" })));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** For a cursor that no page of this query ended with. */
export function wrongCursor(): ToolError {
  return new ToolError(
    "invalid_arguments",
    'Cannot go on from "cursor": no page of this query ended there; repeat the call with the same arguments, or leave it out',
  );
}
