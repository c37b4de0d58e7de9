/** The policy as it stands in the repository now: read again whenever it may have changed. */
import { POLICY_BYTES_MAX } from "../../core/limits.ts";
import { parsePolicy, POLICY_PATH } from "../../core/policy_document.ts";
import { isFileSystemError } from "../fs_error.ts";
import { type DenyList, FilePolicy } from "./file_policy.ts";

/** What stands at the policy's place. */
type Found =
  | { readonly kind: "none" }
  | { readonly kind: "text"; readonly text: string }
  /** Something that is there, and is no policy. */
  | { readonly kind: "unusable"; readonly problem: string };

/** See the module. */
export class PolicyFile {
  readonly #root: string;
  readonly #deny: DenyList;
  #found: Found = { kind: "none" };
  #current: FilePolicy;

  /** @param parts.root The root's real path. */
  constructor(parts: { root: string; deny: DenyList }) {
    this.#root = parts.root;
    this.#deny = parts.deny;
    this.#current = new FilePolicy({ deny: this.#deny });
    this.refresh();
  }

  /** The rules as they were when they were last looked at. */
  get current(): FilePolicy {
    return this.#current;
  }

  /** Looks at the file, and returns whether the rules are others now. */
  refresh(): boolean {
    const found = look(this.#root);
    if (isSame(found, this.#found)) return false;
    this.#found = found;
    this.#current = this.#judge(found);
    return true;
  }

  #judge(found: Found): FilePolicy {
    const deny = this.#deny;
    switch (found.kind) {
      case "none":
        return new FilePolicy({ deny });
      case "unusable":
        return new FilePolicy({ deny, problem: found.problem });
      case "text": {
        const parsed = parsePolicy(found.text);
        return new FilePolicy({
          deny,
          ...("problem" in parsed ? { problem: parsed.problem } : { document: parsed.policy }),
        });
      }
      default:
        return found satisfies never;
    }
  }
}

/** A link is not followed: what it leads to could be written by whom the policy is to hold back. */
function look(root: string): Found {
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

function isSame(a: Found, b: Found): boolean {
  return a.kind === b.kind && JSON.stringify(a) === JSON.stringify(b);
}
