/** What the git layer is given from outside: it reads no environment and finds no program by itself. */

/** Everything that {@linkcode Git} depends on. */
export interface GitOptions {
  /** Absolute path of the git program. `undefined`: this machine has none, and every call is `unavailable`. */
  program: string | undefined;
  /** Real path of the served root, without a trailing slash. */
  root: string;
  /** The operator's `PATH HOME LANG XDG_CONFIG_HOME SSH_AUTH_SOCK GNUPGHOME`: all that a child may see. */
  env: Readonly<Record<string, string>>;
  /** `MCP_GIT_HOOKS=1`: the hooks and the configuration of the repository are trusted and run. */
  trustHooks: boolean;
  /** `LUKHAS_GIT_NAME`, `LUKHAS_GIT_EMAIL`: who commits where git's configuration names nobody. */
  identity: { readonly name?: string; readonly email?: string };
  /** Whether a path, relative to the root, is out of every tool's reach: never listed, shown or committed. */
  isHidden(relativePath: string): boolean;
  /** Throws for a commit that the repository's policy refuses. `branch` is undefined when HEAD is detached. */
  checkCommit?(commit: { branch: string | undefined; files: number }): void;
  /** Whether git may only be asked, and never told to change anything. @default false */
  readOnly?: boolean;
  /** Whether a commit may bring secrets in. @default false */
  allowSecrets?: boolean;
  /** Told which paths, relative to the root, hold the repository itself, whatever they are called: no tool may write there. */
  onGitFolders?(relativePaths: readonly string[]): void;
  /** Milliseconds since the epoch. */
  now(): number;
}
