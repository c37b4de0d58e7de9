/** A zip that is written as it is read: no file of it is ever in memory as a whole. */
import { Zip, ZipDeflate } from "fflate";

/** A file of the zip. `pieces` are asked for one after the other, and only when there is room for the next. */
export interface ZipFile {
  readonly name: string;
  readonly pieces: AsyncIterable<string>;
}

/** What fits into a zip without the extension for large ones, which the library does not write. */
const FILE_BYTES_MAX = 0xffff_ffff;

/**
 * The bytes of a zip.
 *
 * @param options.modified What the files' date is, in milliseconds since 1970.
 * @throws {RangeError} While it is read, when a file would be larger than 4 GiB.
 */
export async function* zipBytes(
  files: AsyncIterable<ZipFile>,
  { modified }: { readonly modified: number },
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let written: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    written.push(chunk as Uint8Array<ArrayBuffer>);
  });
  const encoder = new TextEncoder();
  for await (const { name, pieces } of files) {
    const file = new ZipDeflate(name, { level: 6 });
    file.mtime = modified;
    zip.add(file);
    let size = 0;
    for await (const piece of pieces) {
      const bytes = encoder.encode(piece);
      size += bytes.length;
      if (size > FILE_BYTES_MAX) throw new RangeError(`Cannot write ${name}: it has more than 4 GiB`);
      file.push(bytes);
      yield* written;
      written = [];
    }
    file.push(new Uint8Array(), true);
  }
  zip.end();
  yield* written;
}
