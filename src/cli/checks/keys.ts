/** Who could use the server, by its keys and its address. */
import { type Check, type CheckContext, type Finding, note, ok } from "../check.ts";

/** Characters that a key needs to be more than a guess away: 16 of base64 are 96 bits. */
const KEY_CHARS_MIN = 16;

export const keysCheck: Check = {
  name: "keys",
  look({ config }) {
    const short = config.apiKeys.filter((key) => key.length < KEY_CHARS_MIN).length;
    const findings = [keyCount(config)];
    if (short > 0) {
      findings.push(
        note(`${short} shorter than ${KEY_CHARS_MIN} characters; make one: openssl rand -hex 32`),
      );
    }
    return Promise.resolve(findings);
  },
};

function keyCount({ apiKeys, host, insecure, publicUrl }: CheckContext["config"]): Finding {
  if (apiKeys.length > 0) return ok(`${apiKeys.length}; a request needs one of them`);
  if (insecure) {
    return note(`none, and MCP_INSECURE=1: whoever reaches ${publicUrl ?? host} may use every tool`);
  }
  if (publicUrl !== undefined) {
    return note(`none: requests for ${publicUrl} are refused; set LUKHAS_MCP_API_KEYS`);
  }
  return ok("none: every program of this machine may use the server, and nobody else");
}
