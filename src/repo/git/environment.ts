/** The environment of every git process: an allowlist of the operator's, and what keeps git quiet and offline. */

const QUIET: Readonly<Record<string, string>> = {
  LC_ALL: "C",
  GIT_TERMINAL_PROMPT: "0",
  // Empty, not absent: git would go on to core.askPass and SSH_ASKPASS.
  GIT_ASKPASS: "",
  SSH_ASKPASS: "",
  GIT_EDITOR: ":",
  GIT_SEQUENCE_EDITOR: ":",
  GIT_PAGER: "cat",
  // What a served repository's refs/replace says is not what a forge shows under the same commit.
  GIT_NO_REPLACE_OBJECTS: "1",
  // Configuration may name files for git to append its trace to, even when it is read only to be judged.
  GIT_TRACE2: "0",
  GIT_TRACE2_EVENT: "0",
  GIT_TRACE2_PERF: "0",
};

// No transport has the name "none": even a git that does not know GIT_NO_LAZY_FETCH (before 2.39.4) then
// reaches no remote, and so runs no ssh, no credential helper and no upload-pack.
const OFFLINE: Readonly<Record<string, string>> = { GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none" };

/** What one git process may do. */
export interface EnvironmentOptions {
  /** It may take locks that only save time (writing back a refreshed index). */
  locks: boolean;
  /** It may reach remotes: only for the hooks of a repository that the operator trusts. */
  online: boolean;
}

/** The whole environment of a git process, from the operator's allowlisted variables. */
export function gitEnvironment(
  operator: Readonly<Record<string, string>>,
  { locks, online }: EnvironmentOptions,
): Record<string, string> {
  const env: Record<string, string> = { ...operator, ...QUIET, ...(online ? {} : OFFLINE) };
  if (!locks) env.GIT_OPTIONAL_LOCKS = "0";
  if (env.PATH !== undefined) env.PATH = absoluteEntries(env.PATH);
  return env;
}

// A relative entry ("." or an empty one) would find programs, gpg for one, in the served folder.
function absoluteEntries(path: string): string {
  return path.split(":").filter((entry) => entry.startsWith("/")).join(":");
}
