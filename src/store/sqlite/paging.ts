/** Pages of a table, newest first: the cursor is the age and the id of the last row that was shown. */
import { ToolError } from "../../core/errors.ts";
import type { Page, PageRequest } from "../page.ts";

/** Where a page begins: below this row. */
export interface Below {
  readonly age: string;
  readonly id: string;
}

/**
 * Asks for one row more than the page has, to know whether there is another page.
 *
 * @throws {ToolError} `invalid_arguments` for a cursor that is none.
 */
export function pageOf<Row, Value>(
  { limit, cursor }: PageRequest,
  { select, key, toValue }: {
    /** The rows below that one, or the first. */
    readonly select: (below: { age: string | null; id: string | null; limit: number }) => readonly Row[];
    readonly key: (row: Row) => Below;
    readonly toValue: (row: Row) => Value;
  },
): Page<Value> {
  const below = cursor === undefined ? { age: null, id: null } : readCursor(cursor);
  const found = select({ ...below, limit: limit + 1 });
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return {
    rows: rows.map(toValue),
    ...(found.length > limit && last !== undefined && { nextCursor: writeCursor(key(last)) }),
  };
}

function writeCursor({ age, id }: Below): string {
  return new TextEncoder().encode(JSON.stringify([age, id])).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}

function readCursor(cursor: string): Below {
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    const [age, id, ...rest] = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof age === "string" && typeof id === "string" && rest.length === 0) return { age, id };
  } catch (error) {
    // Not base64, not UTF-8, not JSON, or no list: all the same to whoever sent it.
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new ToolError(
    "invalid_arguments",
    'Cannot read "cursor": it is not a nextCursor of this list; leave it out to begin at the newest',
    { cursor: cursor.slice(0, 100) },
  );
}
