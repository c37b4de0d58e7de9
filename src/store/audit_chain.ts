/**
 * The chain of the audits. A row's hash is SHA-256 over the hash before it and the row itself, so that nobody can alter,
 * remove or insert a row without every later hash being wrong. Rows that have no hash (an older server's) are sealed as
 * a group: the next row with a hash follows a digest of theirs.
 */
import { nodeCrypto } from "../core/node_modules.ts";
import type { Audit } from "./audit.ts";

/** What the first row of all follows. */
export const CHAIN_START = "0".repeat(64);

/** The hash of a row that follows `previousHash`, in hexadecimal. */
export function auditHash(previousHash: string, row: Omit<Audit, "hash">): string {
  return sha256(previousHash, row);
}

/** What the row after a group of rows without hashes follows, in hexadecimal: fed with each of them in turn. */
export function unsealedDigest(previousDigest: string, row: Omit<Audit, "hash">): string {
  return sha256(`unsealed ${previousDigest}`, row);
}

function sha256(previous: string, { id, at, actor, action, subject, payload }: Omit<Audit, "hash">): string {
  return nodeCrypto().hash(
    "sha256",
    JSON.stringify([previous, id, at, actor, action, subject, payload]),
    "hex",
  );
}

/** A row that is not what was written, or does not follow the row before it. */
export interface ChainBreak {
  readonly id: number;
  readonly expected: string;
  readonly found: string;
}

/** Follows the rows in the order of their ids. */
export class ChainCheck {
  /** Rows whose hash was right. */
  sealed = 0;
  #previous: string | undefined;

  /** @param previousHash What the first row follows; unknown for a chain that begins in the middle without an anchor. */
  constructor(previousHash: string | undefined) {
    this.#previous = previousHash;
  }

  /** The hash that the next row follows. */
  get head(): string | undefined {
    return this.#previous;
  }

  /** Takes the next row; returns what is wrong with it. */
  next(row: Audit): ChainBreak | undefined {
    if (row.hash === null) {
      if (this.#previous !== undefined) this.#previous = unsealedDigest(this.#previous, row);
      return undefined;
    }
    const expected = this.#previous === undefined ? row.hash : auditHash(this.#previous, row);
    if (expected !== row.hash) return { id: row.id, expected, found: row.hash };
    this.#previous = row.hash;
    this.sealed++;
    return undefined;
  }
}
