/** Opens what is kept of jobs, models and canaries. */
import type { Later, NewId, Now } from "./core/clock.ts";
import type { Log } from "./core/log.ts";
import type { StorePlace } from "./sandbox.ts";
import { JsonStore } from "./store/json/json_store.ts";
import { SqliteStore } from "./store/sqlite/sqlite_store.ts";
import type { Store } from "./store/store.ts";
import { systemReason } from "./core/system_reason.ts";

/** What a store is opened with. */
export interface OpenStoreParts {
  readonly place: StorePlace;
  /** The folder that is served. */
  readonly root: string;
  /** When the process began: the launcher lets a file that cannot be used be moved to this moment's name. */
  readonly startedAt: number;
  readonly now: Now;
  readonly newId: NewId;
  readonly later: Later;
  readonly log: Log;
}

/** What an older server called its database, when it was told to have one. */
const OLD_DATABASE = ".mcp-state.db";

/** @throws {Error} When the file cannot be used; the message is for the operator. */
export async function openStore(parts: OpenStoreParts): Promise<Store> {
  const { place: { kind, path }, root, startedAt, now, newId, later, log } = parts;
  try {
    if (kind === "sqlite") return new SqliteStore({ path, now, newId });
    const note = (text: string) => log({ msg: "note", text });
    const store = await JsonStore.open({ path, asideAt: startedAt, now, newId, later, onNote: note });
    if (await Deno.stat(`${root}/${OLD_DATABASE}`).then(({ isFile }) => isFile, () => false)) {
      note(`there is a database ${OLD_DATABASE} in the root, which is not used: set LUKHAS_MCP_DB to use it`);
    }
    return store;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // The operator knows the folder, and the log may be read by others.
    const name = path.replace(/^.*\//, "");
    throw new Error(`Cannot open ${name}, where jobs and models are kept: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** What the system says, without the path that it repeats. */
function reasonOf(error: Error): string {
  return systemReason(error);
}
