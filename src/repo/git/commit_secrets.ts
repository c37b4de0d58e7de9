/** Refuses a commit that brings a secret in: what its added lines hold, and its removed lines do not. */
import { ToolError } from "../../core/errors.ts";
import { secretValues } from "../../core/secrets.ts";
import { kindIn, newSecret } from "../secret_rules.ts";
import { argumentGroups } from "./paths.ts";
import type { GitSession } from "./session.ts";

/** What a commit takes. */
export interface CommitContents {
  /** Exactly these paths as they are in the work tree; undefined: the index. */
  readonly only: readonly string[] | undefined;
  /** The commit that it comes after; undefined: it is the first. */
  readonly head: string | undefined;
}

const DIFF = [
  "diff",
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--no-renames",
  "--ignore-submodules=dirty",
  "--unified=0",
  "--relative",
  "--src-prefix=a/",
  "--dst-prefix=b/",
];

/** What git says instead of lines. */
const BINARY = /^Binary files .* differ$/m;

/** How long is looked for secrets in what is no text. */
const BINARY_BUDGET_MS = 2_000;

/** Lines of one file that a commit adds and removes, as two texts. */
interface ChangedLines {
  readonly path: string;
  readonly added: string;
  readonly removed: string;
}

/** @throws {ToolError} `invalid_arguments` with the reason `new_secret`; `too_large` for more than can be looked at. */
export async function refuseNewSecrets(
  session: GitSession,
  { only, head }: CommitContents,
  signal?: AbortSignal,
): Promise<void> {
  if (session.options.allowSecrets === true) return;
  const base = head ?? await emptyTree(session, signal);
  const changed: ChangedLines[] = [];
  for (const paths of argumentGroups(only ?? [])) {
    const compared = only === undefined ? ["--cached", base] : [base];
    const output = await session.read([...DIFF, ...compared, "--", ...paths], { signal });
    if (output.truncated) {
      const message =
        "Cannot commit: it holds more than can be looked at for secrets; commit fewer files at once";
      throw new ToolError("too_large", message);
    }
    const text = new TextDecoder().decode(output.stdout);
    changed.push(...changedLines(text));
    if (!BINARY.test(text)) continue;
    // UTF-16, and whatever the attributes say is no text. Of what is large, as much as the time allows.
    const args = [...DIFF, "--text", ...compared, "--", ...paths];
    const whole = await session.read(args, { signal, budgetMs: BINARY_BUDGET_MS });
    changed.push(...changedLines(new TextDecoder().decode(whole.stdout).replaceAll("\0", "")));
  }
  // What has moved from one file to another was there before.
  const removed = new Set(changed.flatMap((file) => [...secretValues(file.removed)]));
  for (const { path, added } of changed) {
    const [fresh] = secretValues(added).difference(removed);
    if (fresh !== undefined) throw newSecret(`Cannot commit "${path}"`, path, kindIn(fresh));
  }
}

async function emptyTree(session: GitSession, signal: AbortSignal | undefined): Promise<string> {
  const output = await session.read(["hash-object", "-t", "tree", "--stdin"], {
    signal,
    stdin: new Uint8Array(),
  });
  return new TextDecoder().decode(output.stdout).trim();
}

function* changedLines(diff: string): Iterable<ChangedLines> {
  for (const part of diff.split(/^diff --git /m).slice(1)) {
    const hunks = part.indexOf("\n@@ ");
    if (hunks < 0) continue;
    const lines = part.slice(hunks + 1).split("\n");
    const withSign = (sign: string) =>
      lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(1)).join("\n");
    yield { path: pathIn(part.slice(0, hunks)), added: withSign("+"), removed: withSign("-") };
  }
}

/** The file's name in the header of its diff, for the message alone. */
function pathIn(header: string): string {
  return /^\+\+\+ "?b\/(.*?)"?\t?$/m.exec(header)?.[1] ?? /^--- "?a\/(.*?)"?\t?$/m.exec(header)?.[1] ??
    "a file";
}
