/** What HEAD holds at given paths, and the id that git would give to bytes. */

import { nodeCrypto } from "../../core/node_modules.ts";
import type { GitSession } from "./session.ts";

/** How a repository names its objects. */
export type OidAlgorithm = "sha1" | "sha256";

/** HEAD and the blobs that it has at the paths that were asked for. */
export interface HeadBlobs {
  /** `null`: no commit yet. */
  head: string | null;
  /** Root-relative path → object id. A path that HEAD does not have, or has as a folder, is absent. */
  blobs: Map<string, string>;
}

/** The id of `bytes` as a blob (gitformat-loose(5): the hash covers a header with the length). */
export function blobOid(bytes: Uint8Array, algorithm: OidAlgorithm): string {
  return nodeCrypto().createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

/** The algorithm that made an id: 40 hex digits are sha1, 64 are sha256. */
export function oidAlgorithm(oid: string): OidAlgorithm {
  return oid.length === 64 ? "sha256" : "sha1";
}

/** Looks paths up in HEAD with one process. A path with a line break cannot be asked for and is absent. */
export async function headBlobs(
  session: GitSession,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<HeadBlobs> {
  const asked = paths.filter((path) => path !== "" && !path.includes("\n"));
  const names = [
    "HEAD^{commit}",
    ...asked.map((path) => `HEAD:${session.location.prefix}${path}`),
    "HEAD^{commit}",
  ];
  const stdin = new TextEncoder().encode(names.map((name) => `${name}\n`).join(""));
  const output = await session.read(["cat-file", "--batch-check"], { signal, stdin });
  const lines = new TextDecoder().decode(output.stdout).split("\n");
  const head = objectOf(lines[0], "commit") ?? null;
  // HEAD moved in between: the blobs belong to no one commit.
  const isTorn = lines[0] !== lines[names.length - 1];
  const blobs = new Map<string, string>();
  for (const [index, path] of asked.entries()) {
    const oid = objectOf(lines[index + 1], "blob");
    if (oid !== undefined && !isTorn) blobs.set(path, oid);
  }
  return { head, blobs };
}

function objectOf(line: string | undefined, type: string): string | undefined {
  const [, oid, found] = /^([0-9a-f]{40,64}) (\w+) \d+$/.exec(line ?? "") ?? [];
  return found === type ? oid : undefined;
}
