/** The definitions of one file, as it is now. */
import { ANSWER_BYTES_MAX } from "../core/limits.ts";
import { ToolError } from "../core/errors.ts";
import type { FileStore } from "../repo/file_store.ts";
import { searchableText } from "./decode.ts";
import { type Language, languageOf } from "./language.ts";
import { type DocumentSymbol, symbolsIn } from "./symbols.ts";

/** What a file defines. */
export interface Outline {
  readonly path: string;
  /** Absent for a file of no language that is known. */
  readonly language?: Language;
  /** Lines of the file. */
  readonly lines: number;
  /** In the order of lines. */
  readonly symbols: readonly DocumentSymbol[];
  /** Definitions of the file, shown or not. */
  readonly total: number;
  readonly truncated: boolean;
}

/**
 * The outline of a file.
 *
 * @param options.startLine Definitions before it are left out.
 * @throws {ToolError} `binary_file`, and what reading throws.
 */
export async function outlineOf(
  files: FileStore,
  path: string,
  { startLine }: { startLine: number },
): Promise<Outline> {
  const { realPath } = files.root.resolve(path);
  const { bytes } = await files.read(path);
  const text = searchableText(bytes);
  if (text === undefined) throw new ToolError("binary_file", `Cannot outline "${realPath}": it is no text`);
  const language = languageOf(realPath);
  const symbols = symbolsIn(text, language, Infinity);
  const asked = symbols.filter(({ line }) => line >= startLine);
  const shown = asked.slice(0, fitting(asked));
  return {
    path: realPath,
    ...(language !== undefined && { language }),
    lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0),
    symbols: shown.map(({ name, kind, line }) => ({
      name: name.slice(0, NAME_CHARS_MAX).toWellFormed(),
      kind,
      line,
    })),
    total: symbols.length,
    truncated: shown.length < asked.length,
  };
}

/** Headings can be paragraphs. What is cut within a surrogate pair is no text: some clients could not read the answer. */
const NAME_CHARS_MAX = 200;

/** How many definitions one answer has room for: whole lines of them, so that the next answer can begin behind the last. */
function fitting(symbols: readonly DocumentSymbol[]): number {
  let bytes = 0;
  const count = symbols.findIndex(({ name }) => {
    bytes += 50 + 3 * Math.min(name.length, NAME_CHARS_MAX);
    return bytes > ANSWER_BYTES_MAX;
  });
  if (count < 0) return symbols.length;
  const lineStart = symbols.findIndex(({ line }) => line === symbols[count]?.line);
  // Of a line that has more than one answer has room for, nobody gets to the end.
  return lineStart > 0 ? lineStart : count;
}
