/** How long to wait before something that failed is tried again. */
import { nodeCrypto } from "../../core/node_modules.ts";
import { EVAL_RETRY_FIRST_MS, EVAL_RETRY_LONGEST_MS } from "../../core/release_limits.ts";

/**
 * Milliseconds before the next try, after so many failures: twice as long each time, and up to a quarter longer or
 * shorter, so that jobs that failed together do not come back together.
 *
 * @param seed What tells this job from others.
 */
export function backoffMs(failures: number, seed: string): number {
  const pause = Math.min(EVAL_RETRY_FIRST_MS * 2 ** (failures - 1), EVAL_RETRY_LONGEST_MS);
  const fraction = nodeCrypto().hash("sha256", `${seed}:${failures}`, "buffer").readUInt16BE(0) / 0x10000;
  return Math.round(pause * (0.75 + fraction / 2));
}
