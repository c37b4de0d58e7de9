/** Rollback journals that nobody made who uses this database alone: a repository may have brought one along. */

/** The end of a journal that names a super-journal (SQLite's file format, 3). */
const MAGIC = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7] as const;

/**
 * Removes a journal of a transaction over several databases from beside the one at `path`, and whatever is no file there.
 * SQLite would play it back, and then delete the file that it names as its super-journal, wherever that lies.
 */
export function removeForeignJournal(path: string): void {
  const journal = `${path}-journal`;
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(journal);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  if (!info.isFile || namesAnother(journal, info.size)) Deno.removeSync(journal);
}

function namesAnother(journal: string, size: number): boolean {
  if (size < MAGIC.length) return false;
  using file = Deno.openSync(journal, { read: true });
  const end = new Uint8Array(MAGIC.length);
  file.seekSync(-MAGIC.length, Deno.SeekMode.End);
  file.readSync(end);
  return MAGIC.every((byte, at) => end[at] === byte);
}
