/** Where jobs and models are kept, and what a crash may cost there. */
import { lstat } from "../../launcher/file_looks.ts";
import { EXIT, StartError } from "../../launcher/launch_parts.ts";
import { rootOwner } from "../../launcher/root_owner.ts";
import { lockStore, STORE_LOCK_SUFFIX } from "../../launcher/store_lock.ts";
import { placeStore } from "../../launcher/store_place.ts";
import type { StorePlace } from "../../sandbox.ts";
import { type Check, type CheckContext, type Finding, note, ok, problem } from "../check.ts";
import { databaseState, mebibytes } from "./database.ts";
import { whyNoFile } from "./made_file.ts";

export const storeCheck: Check = {
  name: "store",
  async look({ config, root, parts: { env } }) {
    const place = await placeStore({ config, root, env });
    await refuseTaken(place, { config, root });
    const { kind, path } = place;
    if (kind === "sqlite") return await lookAtDatabase(path);
    const findings = [await lookAtJson(path)];
    if ((await databaseState(`${root}/.mcp-state.db`)).kind !== "absent") {
      findings.push(note(".mcp-state.db lies in the root and is not used: LUKHAS_MCP_DB is not set"));
    }
    return findings;
  },
};

/**
 * Where nobody has the store, it is not taken for the look either: a server that starts at that moment would be refused.
 *
 * @throws {StartError} Where the server of another root has it, or nobody could have it. The one of this root may.
 */
async function refuseTaken(
  place: StorePlace,
  { config: { release }, root }: Pick<CheckContext, "config" | "root">,
): Promise<void> {
  if (release.database === undefined && release.statePath === undefined) return;
  if ((await rootOwner(root)).kind !== "none") return;
  if (await lstat(place.path + STORE_LOCK_SUFFIX) === undefined) {
    const reason = await whyNoFile(`${place.path}.doctor-${Deno.pid}`);
    if (reason === undefined) return;
    throw new StartError(`no file can be made beside ${place.path} (${reason})`, EXIT.config);
  }
  await using _ = await lockStore(place, release);
}

async function lookAtDatabase(path: string): Promise<Finding> {
  const state = await databaseState(path);
  switch (state.kind) {
    case "absent":
      return ok(`${path}: the server makes it at its first start`);
    case "sound":
      return ok(`${path}: ${mebibytes(state.bytes)}, sound; every acknowledged change survives a crash`);
    case "damaged":
      return problem(`${path} is damaged (${state.reason}): restore it, or set LUKHAS_MCP_DB elsewhere`);
    case "folder":
      return problem(`${path} is a folder: name a file in LUKHAS_MCP_DB`);
    case "unreadable":
      return problem(`${path} cannot be opened (${state.reason}): start as a user who may write there`);
    default:
      return state satisfies never;
  }
}

async function lookAtJson(path: string): Promise<Finding> {
  const cost = "a crash may cost the last 3 s of jobs and models; LUKHAS_MCP_DB=state.db keeps every change";
  try {
    JSON.parse(await Deno.readTextFile(path));
    return note(`${path}: ${cost}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return note(`${path}, none yet: ${cost}`);
    if (!(error instanceof Error)) throw error;
    return problem(`${path} cannot be read (${error.message}); the server would set it aside and begin anew`);
  }
}
