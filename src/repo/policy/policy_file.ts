/** The policy as it stands in the repository now: read again whenever it may have changed. */
import { parsePolicy } from "../../core/policy_document.ts";
import { type DenyList, FilePolicy } from "./file_policy.ts";
import { findPolicy, type FoundPolicy } from "./policy_place.ts";

/** See the module. */
export class PolicyFile {
  readonly #root: string;
  readonly #deny: DenyList;
  #found: FoundPolicy = { kind: "none" };
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
    const found = findPolicy(this.#root);
    if (isSame(found, this.#found)) return false;
    this.#found = found;
    this.#current = this.#judge(found);
    return true;
  }

  #judge(found: FoundPolicy): FilePolicy {
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

function isSame(a: FoundPolicy, b: FoundPolicy): boolean {
  return a.kind === b.kind && JSON.stringify(a) === JSON.stringify(b);
}
