/** Where jobs and models are kept, and what a crash may cost there. */
import { claimRoot } from "../../launcher/app_process.ts";
import { lockStore } from "../../launcher/store_lock.ts";
import { placeStore } from "../../launcher/store_place.ts";
import type { StorePlace } from "../../sandbox.ts";
import { type Check, type CheckContext, type Finding, note, ok, problem } from "../check.ts";
import { databaseState, mebibytes } from "./database.ts";

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

/** @throws {StartError} Where the server of another root has it. The one of this root may. */
async function refuseTaken(
  place: StorePlace,
  { config: { release }, root }: Pick<CheckContext, "config" | "root">,
): Promise<void> {
  if (release.database === undefined && release.statePath === undefined) return;
  const claim = await claimRoot(root);
  if (claim.kind === "held") return;
  try {
    await using _ = await lockStore(place, release);
  } finally {
    await claim.lock.release();
  }
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
