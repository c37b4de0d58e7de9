/** The place of a repository's policy, and what stands there. */
import { POLICY_BYTES_MAX } from "../../core/limits.ts";
import { POLICY_PATH } from "../../core/policy_document.ts";
import { isFileSystemError } from "../fs_error.ts";

/** What stands at the policy's place. */
export type FoundPolicy =
  | { readonly kind: "none" }
  | { readonly kind: "text"; readonly text: string }
  /** Something that is there, and is no policy. */
  | { readonly kind: "unusable"; readonly problem: string };

/** A link is not followed: what it leads to could be written by whom the policy is to hold back. */
export function findPolicy(root: string): FoundPolicy {
  const folder = POLICY_PATH.slice(0, POLICY_PATH.indexOf("/"));
  try {
    if (!Deno.lstatSync(`${root}/${folder}`).isDirectory) {
      return { kind: "unusable", problem: `${folder} is not a folder` };
    }
    const info = Deno.lstatSync(`${root}/${POLICY_PATH}`);
    if (!info.isFile) return { kind: "unusable", problem: "it is not a file" };
    if (info.size > POLICY_BYTES_MAX) {
      return { kind: "unusable", problem: `it has more than ${POLICY_BYTES_MAX} bytes` };
    }
    return { kind: "text", text: Deno.readTextFileSync(`${root}/${POLICY_PATH}`) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { kind: "none" };
    if (!isFileSystemError(error)) throw error;
    return { kind: "unusable", problem: `the system answers ${error.code}` };
  }
}
