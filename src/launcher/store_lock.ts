/** One server has a store at a time, whatever their roots: two would void each other's leases, or replace each other's file. */
import type { Config } from "../config.ts";
import { isOtherThanFile, isUnwritable } from "./file_looks.ts";
import { EXIT, StartError } from "./launch_parts.ts";
import { placeProblem } from "../place_problem.ts";
import type { StorePlace } from "../sandbox.ts";

/** What stands behind the store's own name. The store itself will not do: a JSON file is replaced with every change. */
export const STORE_LOCK_SUFFIX = ".lock";

/** Permission bits of the file; there is nothing in it. */
const LOCK_MODE = 0o600;

/** Has the store until it is disposed of, or until the process ends. */
export type StoreLock = AsyncDisposable;

/**
 * Takes the store of a server whose operator has named its place. Where nobody has, it lies in the root or belongs to it,
 * and the lock on the root is enough.
 *
 * @throws {StartError} When another process has it, or it cannot be locked.
 */
export async function lockStore(
  { path }: StorePlace,
  { database, statePath }: Config["release"],
): Promise<StoreLock | undefined> {
  const variable = database !== undefined ? "LUKHAS_MCP_DB" : "MCP_STATE_PATH";
  const named = database ?? statePath;
  if (named === undefined) return undefined;
  const refused = (reason: string, exitCode: number) =>
    new StartError(`Cannot use ${variable}=${JSON.stringify(named)}: ${reason}`, exitCode);
  try {
    const lock = await tryLockFile(path + STORE_LOCK_SUFFIX);
    if (lock !== undefined) return lock;
  } catch (error) {
    throw refused(`${path}${STORE_LOCK_SUFFIX} cannot be locked: ${placeProblem(error)}`, EXIT.config);
  }
  throw refused("another server keeps its jobs there; give each root a file of its own", EXIT.rootInUse);
}

/** Undefined when another process has it. */
async function tryLockFile(path: string): Promise<StoreLock | undefined> {
  for (;;) {
    // A link in its place would have a file made where it leads.
    if (await isOtherThanFile(path)) throw new Error("it is not a file; remove it");
    const file = await Deno.open(path, { read: true, write: true, create: true, mode: LOCK_MODE });
    if (!(await file.tryLock(true))) {
      file.close();
      return undefined;
    }
    // Who had it may have removed the file between the two calls: then this is a lock on nothing.
    if (await isAt(path, file)) return held(path, file);
    file.close();
  }
}

function held(path: string, file: Deno.FsFile): StoreLock {
  return {
    async [Symbol.asyncDispose]() {
      try {
        // Before the lock goes; and not what another has put there, if somebody has removed ours.
        if (await isAt(path, file)) await Deno.remove(path);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound || isUnwritable(error))) throw error;
      } finally {
        file.close();
      }
    },
  };
}

async function isAt(path: string, file: Deno.FsFile): Promise<boolean> {
  // Windows removes no file that is open, and tells no number of it.
  if (Deno.build.os === "windows") return true;
  const [ours, there] = await Promise.all([file.stat(), Deno.stat(path).catch(() => undefined)]);
  return there !== undefined && there.ino === ours.ino && there.dev === ours.dev;
}
