/** Whether a caller could run programs: one that writes files, and starts what runs them. */
import { readKeysFile } from "../../launcher/keys_file.ts";
import { type Check, type CheckContext, type Finding, note, ok } from "../check.ts";

export const executionCheck: Check = {
  name: "execution",
  async look(context) {
    const { config: { evals: { backend }, access, trustGitHooks } } = context;
    const findings: Finding[] = [];
    if (trustGitHooks && !access.readOnly) {
      findings.push(
        note(
          "MCP_GIT_HOOKS=1: hooks and filters of the repository run with every commit, outside of the cage",
        ),
      );
    }
    if (backend.kind === "command" && !access.readOnly && await anyKeyHasBoth(context)) {
      findings.push(
        note(
          'a key with the scopes "write" and "ops" runs programs by design: it writes a file that the eval command runs; ' +
            "give the two scopes to different keys (LUKHAS_MCP_API_KEYS_FILE)",
        ),
      );
    }
    return findings.length > 0
      ? findings
      : ok("no caller can make the server run a program of the repository");
  },
};

/** A key without scopes, and nobody's key, are good for everything. */
async function anyKeyHasBoth(
  { config: { apiKeys, access: { apiKeysFile } } }: CheckContext,
): Promise<boolean> {
  if (apiKeys.length > 0 || apiKeysFile === undefined) return true;
  const { digests } = await readKeysFile({ path: apiKeysFile, apiKeys }).catch(() => ({ digests: [] }));
  return digests.some(({ scopes }) =>
    scopes === undefined || (scopes.includes("write") && scopes.includes("ops"))
  );
}
