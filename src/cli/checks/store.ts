/** Where jobs and models are kept, and what a crash may cost there. */
import { placeStore } from "../../launcher/store_place.ts";
import { type Check, type Finding, note, ok, problem } from "../check.ts";
import { databaseState, mebibytes } from "./database.ts";

export const storeCheck: Check = {
  name: "store",
  async look({ config, root, parts: { env } }) {
    const { kind, path } = await placeStore({ config, root, env });
    if (kind === "sqlite") return await lookAtDatabase(path);
    const findings = [await lookAtJson(path)];
    if ((await databaseState(`${root}/.mcp-state.db`)).kind !== "absent") {
      findings.push(note(".mcp-state.db lies in the root and is not used: LUKHAS_MCP_DB is not set"));
    }
    return findings;
  },
};

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
