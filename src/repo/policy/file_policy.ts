/** Which files tools may read, and which of those they may write: by name alone, whether or not they exist. */
import { ToolError } from "../../core/errors.ts";
import { PATCH_BYTES_MAX } from "../../core/limits.ts";
import { NO_POLICY, POLICY_PATH, type PolicyDocument } from "../../core/policy_document.ts";
import { EXAMPLE_FILES, PROTECTED_FILES, SECRET_FILES } from "./default_rules.ts";
import { compileGlobFold } from "./path_pattern.ts";
import { RuleList } from "./rule_list.ts";

/** What is to be done with a file. */
export type Access = "read" | "write";

/** The operator's part of the rules. */
export interface DenyList {
  /** Patterns of `MCP_DENY`. */
  readonly patterns: readonly string[];
  /** Whether the list of well-known secret files holds. */
  readonly defaults: boolean;
}

/** The rule that keeps a path from a caller. */
export interface PolicyRefusal {
  /** The pattern, as it was written. */
  readonly rule: string;
  /** Why, and what would be allowed: a clause that follows "it ". */
  readonly reason: string;
  /** What may still be done with the path. */
  readonly allowed: readonly Access[];
}

/** The rules of one moment. */
export class FilePolicy {
  /** What the repository says; nothing, where it says nothing that can be read. */
  readonly document: PolicyDocument;
  /** What is wrong with the document; undefined where it can be used. */
  readonly problem: string | undefined;
  readonly #unreadable: readonly RuleList[];
  readonly #unwritable: readonly RuleList[];

  /** @param parts.problem What is wrong with the document: no file is read or written until it is mended. */
  constructor(
    { deny, document = NO_POLICY, problem }: {
      deny: DenyList;
      document?: PolicyDocument | undefined;
      problem?: string | undefined;
    },
  ) {
    this.document = document;
    this.problem = problem;
    this.#unreadable = unreadable(deny, document);
    this.#unwritable = [
      new RuleList(PROTECTED_FILES, {
        reason: (rule) =>
          `is protected (rule "${rule}" of the server's own list): it rules the tools of the people who work here, ` +
          "and only they change it; it can be read",
      }),
      new RuleList(document.protected, {
        reason: (rule) => `is protected (rule "${rule}" of ${POLICY_PATH}); it can be read`,
      }),
    ];
  }

  /**
   * Why `access` to the path is refused; undefined when it is not.
   *
   * @param path Relative to the root, as `foldedSegments` returned it.
   */
  refusal(path: readonly string[], access: Access): PolicyRefusal | undefined {
    const isRoot = path.length === 1 && path[0] === "";
    if (this.problem !== undefined && !isRoot) {
      const reason =
        `cannot be judged: ${POLICY_PATH} cannot be used (${this.problem}); once it is mended, ` +
        "files can be used again";
      return { rule: POLICY_PATH, reason, allowed: [] };
    }
    for (const list of this.#unreadable) {
      const rule = list.fitting(path);
      if (rule !== undefined) return { rule, reason: list.reason(rule), allowed: [] };
    }
    if (access === "read") return undefined;
    for (const list of [...this.#unwritable, ...this.#unreadable]) {
      const rule = list.fitting(path) ?? list.beyond(path);
      if (rule !== undefined) return { rule, reason: list.reason(rule), allowed: ["read"] };
    }
    return undefined;
  }

  /**
   * @throws {ToolError} `path_denied` where the document cannot be used: no file may be named then, and a search that
   * finds nothing, or a work tree without a change, would be taken for the truth.
   */
  checkUsable(): void {
    if (this.problem === undefined) return;
    const message =
      `Cannot use the repository: ${POLICY_PATH} cannot be used (${this.problem}); once it is mended, ` +
      "files can be used again";
    throw new ToolError("path_denied", message, { rule: POLICY_PATH });
  }

  /** @throws {ToolError} `too_large` for a patch of more bytes than this server or the repository takes. */
  checkPatch(bytes: number): void {
    const limit = this.document.maxPatchBytes ?? PATCH_BYTES_MAX;
    if (bytes <= limit) return;
    const source = limit === PATCH_BYTES_MAX ? "the limit" : `the limit of ${POLICY_PATH}`;
    const message = `Cannot apply a patch of ${bytes} bytes: ${source} is ${limit}`;
    throw new ToolError("too_large", message, { size: bytes, limit });
  }

  /** @throws {ToolError} `path_denied` or `too_large` for a commit that the policy refuses. */
  checkCommit({ branch, files }: { branch: string | undefined; files: number }): void {
    const { refusedBranches, maxFilesPerCommit: limit = Infinity } = this.document;
    const rule = branch && refusedBranches.find((pattern) => compileGlobFold(pattern)(branch));
    if (rule) {
      const reason =
        `${POLICY_PATH} refuses this branch (rule "${rule}"); other branches can be committed on`;
      throw new ToolError("path_denied", `Cannot commit on "${branch}": ${reason}`, { branch, rule });
    }
    if (files <= limit) return;
    const message =
      `Cannot commit ${files} files at once: ${POLICY_PATH} allows ${limit}; name fewer in "add"`;
    throw new ToolError("too_large", message, { files, limit });
  }
}

function unreadable(deny: DenyList, { hidden }: PolicyDocument): RuleList[] {
  return [
    new RuleList(deny.defaults ? SECRET_FILES : [], {
      except: EXAMPLE_FILES,
      reason: (rule) =>
        `may hold secrets (rule "${rule}" of the server's own list); what is to be known of them belongs into an ` +
        "example such as .env.example, which can be used",
    }),
    new RuleList(deny.patterns, {
      reason: (rule) => `is denied by the operator (rule "${rule}" of MCP_DENY); other paths can be used`,
    }),
    new RuleList(hidden, {
      reason: (rule) => `is hidden (rule "${rule}" of ${POLICY_PATH}); other paths can be used`,
    }),
  ];
}
