/** All paths as one text, in which a piece of a path is found at once. */
import type { IndexedFile } from "../index_reader.ts";

/** See the module. Kept as long as the list of files is. */
const TEXTS = new WeakMap<readonly IndexedFile[], { readonly paths: string; readonly lower: string }>();

/** The paths that hold a piece in lower case, at most `max`, in their order. */
export function pathsHolding(files: readonly IndexedFile[], piece: string, max: number): string[] {
  const { paths, lower } = textOf(files);
  const found: string[] = [];
  for (let at = lower.indexOf(piece); at >= 0 && found.length < max;) {
    const newline = lower.indexOf("\n", at);
    const end = newline < 0 ? paths.length : newline;
    found.push(paths.slice(paths.lastIndexOf("\n", at) + 1, end));
    at = lower.indexOf(piece, end);
  }
  return found;
}

function textOf(files: readonly IndexedFile[]): { paths: string; lower: string } {
  const known = TEXTS.get(files);
  if (known !== undefined) return known;
  // A path with a newline would be two.
  const paths = files.map(({ path }) => path).filter((path) => !path.includes("\n")).join("\n");
  const lower = paths.toLowerCase();
  // `İ` becomes two code units, and moves all that follows: then only paths in lower case are found by their letters.
  const text = { paths, lower: lower.length === paths.length ? lower : paths };
  TEXTS.set(files, text);
  return text;
}
