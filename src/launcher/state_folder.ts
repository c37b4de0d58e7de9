/** A folder of this server's own, outside of the root: for what is kept of a root that must not be written to. */
import { digestKey } from "./digest_key.ts";
import { EXIT, type LaunchParts, StartError } from "./launch_parts.ts";
import { systemReason } from "../core/system_reason.ts";

/** Digits of the hash of a root's path that name its folder. */
const NAME_DIGITS = 16;

/**
 * The folder for one root, in the user's cache; it is made when it is not there, for this user alone.
 *
 * @throws {StartError} When there is no place for it.
 */
export async function stateFolder(root: string, env: LaunchParts["env"]): Promise<string> {
  const home = env("HOME");
  if (home === undefined) {
    throw new StartError("Cannot find a place for the index: set HOME, or MCP_INDEX_PATH", EXIT.config);
  }
  const { sha256 } = await digestKey(root);
  const folder = `${home}/.cache/lukhas-mcp/${sha256.slice(0, NAME_DIGITS)}`;
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    return await Deno.realPath(folder);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = systemReason(error);
    throw new StartError(`Cannot use ${folder} for the index (set MCP_INDEX_PATH): ${reason}`, EXIT.config);
  }
}
