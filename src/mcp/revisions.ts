/** The revisions of the Model Context Protocol that a client may agree on with `initialize`. */

/** Newest first. */
export const HANDSHAKE_REVISIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;

/** One of {@linkcode HANDSHAKE_REVISIONS}. */
export type Revision = (typeof HANDSHAKE_REVISIONS)[number];

/**
 * The revision to answer `initialize` with: the client's own where it is served, else the newest (MCP 2025-11-25,
 * basic/lifecycle, version negotiation).
 */
export function negotiateRevision(requested: unknown): Revision {
  return HANDSHAKE_REVISIONS.find((revision) => revision === requested) ?? HANDSHAKE_REVISIONS[0];
}
