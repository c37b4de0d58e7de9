/** Who serves a root: by the note in it, and by what answers where the note says. Nothing is locked or changed for that. */
import { BRIDGE_PROBE_MS } from "../core/limits.ts";
import { isObject } from "../mcp/jsonrpc.ts";
import { EXIT, StartError } from "./launch_parts.ts";
import { type LockOwner, readNote } from "./root_lock.ts";

/** Where the owner of a root listens, and the key that it accepts. */
export interface OwnerAddress {
  readonly url: string;
  readonly token: string;
}

/** What can be known of a root's owner by those who do not try to become it. */
export type RootOwner =
  /** Nobody has said so. */
  | { readonly kind: "none" }
  | { readonly kind: "serving"; readonly pid: number | undefined; readonly url: string }
  /** Somebody has, and does not answer: it is starting, busy, or gone. */
  | { readonly kind: "silent"; readonly note: Partial<LockOwner> };

/**
 * Looks for the owner.
 *
 * @throws {StartError} When something else than a file stands in the note's place.
 */
export async function rootOwner(root: string): Promise<RootOwner> {
  const note = await readNote(root).catch(({ message }) => {
    throw new StartError(`Cannot own the root: ${message}`, EXIT.config);
  });
  if (note === undefined) return { kind: "none" };
  const address = addressOf(note);
  if (address === undefined || !await answers(address)) return { kind: "silent", note };
  return { kind: "serving", pid: note.pid, url: address.url };
}

/** Where the owner is. A note could be somebody else's words, so nothing is sent anywhere but to this machine. */
export function addressOf({ url, token }: Partial<LockOwner>): OwnerAddress | undefined {
  if (typeof url !== "string" || typeof token !== "string" || !/^[0-9a-f]{64}$/.test(token)) return undefined;
  return /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/.test(url) ? { url, token } : undefined;
}

/** Whether the process behind a note is there, and accepts its key. */
export async function answers({ url, token }: OwnerAddress): Promise<boolean> {
  try {
    const response = await fetch(`${url}/mcp`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: `{"jsonrpc":"2.0","id":0,"method":"ping"}`,
      redirect: "error",
      signal: AbortSignal.timeout(BRIDGE_PROBE_MS),
    });
    const answer: unknown = await response.json();
    // Whatever else listens there may answer 200 too. An owner that has no time for more requests is an owner.
    const isResult = isObject(answer) && answer.jsonrpc === "2.0" && answer.id === 0 &&
      isObject(answer.result);
    return response.status === 429 || response.ok && isResult;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
