/** Who could use the server, by its keys and its address. */
import { KEY_CHARS_MIN } from "../../core/limits.ts";
import { KeysFileError, type KeysFilePlace, readKeysFile } from "../../launcher/keys_file.ts";
import { type Check, type CheckContext, type Finding, note, ok, problem } from "../check.ts";

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
    if (short > 0) findings.push(tooShort(short));
    if (apiKeysFile !== undefined) findings.push(...await lookAtFile({ path: apiKeysFile, apiKeys }));
    return findings;
  },
};

function tooShort(count: number, where = ""): Finding {
  return note(
    `${count}${where} shorter than ${KEY_CHARS_MIN} characters, which can be guessed; make others: openssl rand -hex 32`,
  );
}

async function lookAtFile(place: KeysFilePlace): Promise<Finding[]> {
  const { path } = place;
  try {
    const { digests, short } = await readKeysFile(place);
    if (digests.length === 0) return [problem(`${path} holds no key: add a line NAME:KEY:read,write`)];
    const { mode } = await Deno.stat(path);
    const kept = `${digests.length} in ${path}`;
    // Windows has no such bits.
    const isOpen = ((mode ?? 0) & 0o077) !== 0;
    const findings = [
      isOpen
        ? note(`${kept}, which other users of this machine may read or write: chmod 600 ${path}`)
        : ok(kept),
    ];
    if (short > 0) findings.push(tooShort(short, " of them"));
    return findings;
  } catch (error) {
    if (error instanceof KeysFileError) return [problem(error.message)];
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
