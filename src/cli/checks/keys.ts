/** Who could use the server, by its keys and its address. */
import { KeysFileError, readKeysFile } from "../../launcher/keys_file.ts";
import { type Check, type CheckContext, type Finding, note, ok, problem } from "../check.ts";

/** Characters that a key needs to be more than a guess away: 16 of base64 are 96 bits. */
const KEY_CHARS_MIN = 16;

export const keysCheck: Check = {
  name: "keys",
  async look({ config }) {
    const { apiKeys, access: { apiKeysFile } } = config;
    if (apiKeys.length === 0 && apiKeysFile === undefined) return withoutKeys(config);
    const findings: Finding[] = [];
    if (apiKeys.length > 0) {
      findings.push(ok(`${apiKeys.length} in LUKHAS_MCP_API_KEYS, good for every tool`));
    }
    const short = apiKeys.filter((key) => key.length < KEY_CHARS_MIN).length;
    if (short > 0) {
      findings.push(
        note(`${short} shorter than ${KEY_CHARS_MIN} characters; make one: openssl rand -hex 32`),
      );
    }
    if (apiKeysFile !== undefined) findings.push(await lookAtFile(apiKeysFile));
    return findings;
  },
};

async function lookAtFile(path: string): Promise<Finding> {
  try {
    const keys = await readKeysFile(path);
    if (keys.length === 0) return problem(`${path} holds no key: add a line NAME:KEY:read,write`);
    const { mode } = await Deno.stat(path);
    // Windows has no such bits.
    if (((mode ?? 0) & 0o077) !== 0) {
      return note(
        `${keys.length} in ${path}, which other users of this machine may read or write: chmod 600`,
      );
    }
    return ok(`${keys.length} in ${path}`);
  } catch (error) {
    if (error instanceof KeysFileError) return problem(error.message);
    throw error;
  }
}

function withoutKeys({ host, insecure, publicUrl }: CheckContext["config"]): Finding {
  if (insecure) {
    return note(`none, and MCP_INSECURE=1: whoever reaches ${publicUrl ?? host} may use every tool`);
  }
  if (publicUrl !== undefined) {
    return note(`none: requests for ${publicUrl} are refused; set LUKHAS_MCP_API_KEYS`);
  }
  return ok("none: every program of this machine may use the server, and nobody else");
}
