/** What a key may be good for, and what each tool asks for. */

/** `read`: search, files and git's views; `write`: files, patches and commits; `ops`: jobs, gates and canaries. */
export const SCOPES = ["read", "write", "ops"] as const;

/** One of {@linkcode SCOPES}. */
export type Scope = (typeof SCOPES)[number];
