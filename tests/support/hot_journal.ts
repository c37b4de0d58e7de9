/** A journal as somebody may plant it beside a database of SQLite: opening the database deletes the file that it names. */

/** A rollback journal of no pages that belongs to a transaction over several files (SQLite's file format, 3). */
export function hotJournal(superJournal: string): Uint8Array {
  const name = new TextEncoder().encode(superJournal);
  const bytes = new Uint8Array(512 + 4 + name.length + 16);
  const view = new DataView(bytes.buffer);
  const magic = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
  bytes.set(magic);
  // No page, no salt, a database of two pages, sectors of 512 bytes, pages of 4,096.
  for (const [at, value] of [0, 0, 2, 512, 4096].entries()) view.setUint32(8 + 4 * at, value);
  // The lock page's number, then the name, its length and its sum.
  view.setUint32(512, 0x40000000 / 4096 + 1);
  bytes.set(name, 516);
  view.setUint32(516 + name.length, name.length);
  view.setUint32(520 + name.length, name.reduce((sum, byte) => sum + byte, 0));
  bytes.set(magic, 524 + name.length);
  return bytes;
}
