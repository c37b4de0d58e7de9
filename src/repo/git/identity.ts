/** Who commits: git's configuration first, then what the server was started with. */

import { ToolError } from "../../core/errors.ts";
import { type ConfigEntry, lastValue } from "./config_entries.ts";

const FIELDS = ["name", "email"] as const;
const ROLES = ["author", "committer"] as const;

/**
 * The `GIT_AUTHOR_*` and `GIT_COMMITTER_*` that fill the gaps of the configuration (git-commit(1), "Commit
 * information"). Throws `unavailable` that names what is missing and both remedies.
 */
export function identityEnvironment(
  config: readonly ConfigEntry[],
  fallback: { readonly name?: string; readonly email?: string },
): Record<string, string> {
  const env: Record<string, string> = {};
  const missing = new Set<(typeof FIELDS)[number]>();
  for (const role of ROLES) {
    for (const field of FIELDS) {
      if (lastValue(config, `${role}.${field}`) ?? lastValue(config, `user.${field}`)) continue;
      const value = fallback[field];
      if (value) env[`GIT_${role.toUpperCase()}_${field.toUpperCase()}`] = value;
      else missing.add(field);
    }
  }
  if (missing.size > 0) throw noIdentity([...missing]);
  return env;
}

function noIdentity(missing: readonly ("name" | "email")[]): ToolError {
  const examples = { name: "Ada Lovelace", email: "ada@example.com" };
  const commands = missing.map((field) => `git config user.${field} "${examples[field]}"`).join(" and ");
  const variables = missing.map((field) => `LUKHAS_GIT_${field.toUpperCase()}`).join(" and ");
  const message = `Cannot commit: git has no ${missing.join(" and no ")} to commit with; ` +
    `run ${commands} in the repository, or start the server with ${variables}`;
  return new ToolError("unavailable", message, { missing });
}
