/** The rules that hold in every repository, before its operator or itself has said anything. */

/** Patterns of files that hold nothing but secrets, or hold them beside settings. `MCP_DENY_DEFAULTS=0` clears the list. */
export const SECRET_FILES = [
  ".env",
  ".env.*",
  ".envrc",
  "*.pem",
  "*.key",
  "*.ppk",
  "*.p12",
  "*.pfx",
  "*.jks",
  "*.keystore",
  "*.kdbx",
  "id_rsa*",
  "id_dsa*",
  "id_ecdsa*",
  "id_ed25519*",
  ".ssh/",
  ".gnupg/",
  ".npmrc",
  ".yarnrc.yml",
  ".pypirc",
  ".netrc",
  "_netrc",
  ".git-credentials",
  ".pgpass",
  ".my.cnf",
  ".htpasswd",
  ".dockercfg",
  "**/.docker/config.json",
  "**/.aws/credentials",
  "**/.kube/config",
  ".terraformrc",
  ".vault-token",
  "*.tfstate",
  "*.tfstate.*",
] as const;

/** Names that look like secret files, and are there to be shown. */
export const EXAMPLE_FILES: ReadonlySet<string> = new Set([
  ".env.example",
  ".env.sample",
  ".env.template",
  ".env.dist",
]);

/**
 * Patterns of what a developer's own tools execute, or what rules this server: read, and never written. Attributes choose
 * programs of the operator's for files, and what git shows of them: in another encoding a secret looks like none.
 */
export const PROTECTED_FILES = [
  ".gitattributes",
  ".mcp.json",
  ".claude/",
  ".codex/",
  ".cursor/",
  ".gemini/",
  ".windsurf/",
  ".devcontainer/",
  ".devcontainer.json",
  ".zed/",
  ".vscode/",
  ".idea/",
  ".husky/",
  ".github/workflows/",
  ".lukhas/",
] as const;
