/** Finishes or takes back what a killed process has left half done: a change of several files is all of it, or none. */
import { ToolError } from "../../core/errors.ts";
import type { FileChange } from "../change_set.ts";
import type { FileStore } from "../file_store.ts";
import type { Journal } from "./journal.ts";
import type { ChangeRecord } from "./record.ts";

/** What was found, for the log. */
export interface Recovered {
  readonly takenBack: number;
  readonly finished: number;
  /** Changes of which a file is neither as it was nor as it was to be: somebody else's now, and left alone. */
  readonly left: number;
}

/** What was found, in words; undefined when it was nothing. */
export function describeRecovery({ takenBack, finished, left }: Recovered): string | undefined {
  if (takenBack + finished + left === 0) return undefined;
  return `the process before was ended in the middle of changes of several files: ${takenBack} taken back, ${finished} ` +
    `found whole, ${left} left as they are because their files are others by now`;
}

/** Settles every change that a process before this one began. */
export async function recoverChanges(journal: Journal, files: FileStore): Promise<Recovered> {
  const counts = { takenBack: 0, finished: 0, left: 0 };
  if (!await journal.exists()) return counts;
  for (const record of await journal.unfinished()) counts[await recover(record, { journal, files })]++;
  return counts;
}

async function recover(
  record: ChangeRecord,
  { journal, files }: { journal: Journal; files: FileStore },
): Promise<keyof Recovered> {
  try {
    const found = await Promise.all(record.files.map(({ path }) => hashAt(files, path)));
    if (record.files.every(({ after }, index) => found[index] === after)) {
      await journal.settle(record, "done");
      return "finished";
    }
    const isHalfDone = record.moved !== true &&
      record.files.every(({ before, after }, index) =>
        found[index] === after || found[index] === (before?.sha256 ?? null)
      );
    if (isHalfDone) await takeBack(record, { journal, files });
    await journal.settle(record, "gone");
    return isHalfDone ? "takenBack" : "left";
  } catch (error) {
    // A path that may not be written, an image that is lost: there is nothing that could be done about it.
    if (!(error instanceof ToolError)) throw error;
    await journal.settle(record, "gone");
    return "left";
  }
}

async function takeBack(
  record: ChangeRecord,
  { journal, files }: { journal: Journal; files: FileStore },
): Promise<void> {
  const paths = record.files.map(({ path }) => path);
  await files.change(paths, async (at) => {
    const changes: FileChange[] = [];
    for (const [index, { before, after }] of record.files.entries()) {
      const target = at[index] as (typeof at)[number];
      const current = await files.current(target, undefined);
      if ((current?.sha256 ?? null) !== after || (before?.sha256 ?? null) === after) continue;
      if (before === null && current !== undefined) {
        changes.push({ kind: "remove", at: target, before: current });
      }
      if (before === null) continue;
      changes.push({
        kind: "put",
        at: target,
        before: current,
        bytes: await journal.image(before),
        mode: before.mode,
      });
    }
    return changes;
  }, { restores: true });
}

async function hashAt(files: FileStore, path: string): Promise<string | null> {
  const at = files.root.resolve(path, { access: "write" });
  return (await files.current(at, undefined))?.sha256 ?? null;
}
