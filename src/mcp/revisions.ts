/** The revisions of the Model Context Protocol that are served. */

/** Revisions that a client agrees on with `initialize`, newest first. */
export const HANDSHAKE_REVISIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;

/** One of {@linkcode HANDSHAKE_REVISIONS}. */
export type Revision = (typeof HANDSHAKE_REVISIONS)[number];

/**
 * Revisions in which every request names its own, newest first. `server/discover` and error -32022 list these and no
 * others: a client that reads a handshake revision there would claim it in `_meta`, where it does not exist.
 */
export const STATELESS_REVISIONS = ["2026-07-28"] as const;

/** What a request without `MCP-Protocol-Version` is taken for (2025-11-25, basic/transports, protocol version header). */
export const ASSUMED_REVISION: Revision = "2025-03-26";

/** The one revision with batches (2025-03-26, basic, batching). */
export const BATCH_REVISION: Revision = "2025-03-26";

/**
 * The revision to answer `initialize` with: the client's own where it is served, else the newest (MCP 2025-11-25,
 * basic/lifecycle, version negotiation).
 */
export function negotiateRevision(requested: unknown): Revision {
  return handshakeRevision(requested) ?? HANDSHAKE_REVISIONS[0];
}

/** The handshake revision that a value names. */
export function handshakeRevision(value: unknown): Revision | undefined {
  return HANDSHAKE_REVISIONS.find((revision) => revision === value);
}

/**
 * Whether an `MCP-Protocol-Version` header speaks of a stateless revision. A comparison of text, on purpose: revisions
 * to come, and names like `v999.0.0`, are to meet the errors that tell a client which revisions there are.
 */
export function isStatelessVersion(header: string | undefined): boolean {
  return header !== undefined && header >= "2026-07-28";
}
