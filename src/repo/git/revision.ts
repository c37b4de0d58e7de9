/** Turns a caller's name of a commit into its object id, so that no name is ever read as an option or a range. */

import { ToolError } from "../../core/errors.ts";
import type { GitSession } from "./session.ts";

const REVISION_CHARS_MAX = 1000;

/** Names by what a message says (gitrevisions(7)): they would tell, letter by letter, a secret that is masked in it. */
const BY_MESSAGE = /^:|\^\{\//;

/** The full id of the one commit that `name` means. Throws `not_found`. */
export async function commitId(session: GitSession, name: string, signal?: AbortSignal): Promise<string> {
  const isName = name.length <= REVISION_CHARS_MAX && !name.includes("\0") && name !== "";
  const id = isName && !BY_MESSAGE.test(name) ? await verify(session, name, signal) : "";
  // rev-parse also accepts "^name" and prints it negated: only a bare id is one commit.
  if (/^[0-9a-f]{40,64}$/.test(id)) return id;
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  throw new ToolError(
    "not_found",
    `Cannot find revision "${shown}": no such commit, branch or tag; git_log shows the commits that there are`,
  );
}

async function verify(session: GitSession, name: string, signal: AbortSignal | undefined): Promise<string> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const result = await session.run(args, { signal, stdoutBytesMax: 1024 });
  return result.code === 0 ? new TextDecoder().decode(result.stdout).trim() : "";
}
