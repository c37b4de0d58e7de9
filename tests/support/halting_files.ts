/** A disk that stands still in the middle of a change, for as long as the process lives: to be killed just there. */
import { JOURNAL_FOLDER, TEMPORARY_FILE_PREFIX } from "../../src/core/own_files.ts";
import type { LineWriter } from "../../src/line_writer.ts";

/** What is said then. */
export const HALTED = "the disk stands still";

/**
 * From now on the files of a change are counted, when their new contents are to be written and when they are to get their
 * names. The one of that number does neither, says so, and is waited for without end.
 */
export function haltAt(step: number, stderr: LineWriter): void {
  const { open, rename } = Deno;
  let steps = 0;
  const halted = () => {
    if (++steps < step) return undefined;
    stderr.write(HALTED);
    return new Promise<never>(() => {});
  };
  // The journal writes in the same way, and is not counted.
  const isNew = (path: string | URL) =>
    String(path).includes(`/${TEMPORARY_FILE_PREFIX}`) && !String(path).includes(`/${JOURNAL_FOLDER}/`);
  Deno.open = (path, options) =>
    (options?.createNew && isNew(path) ? halted() : undefined) ?? open(path, options);
  Deno.rename = (from, to) => (isNew(from) ? halted() : undefined) ?? rename(from, to);
}
