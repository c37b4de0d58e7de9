/** Text as lines that remember how they ended, so that an untouched line keeps its bytes. */

/** How a line ends; empty only for a last line without a newline. A lone CR is part of the text. */
export type Eol = "\n" | "\r\n" | "";

/** One line of a file or of a patch, without its line ending. */
export interface Line {
  readonly text: string;
  readonly eol: Eol;
}

/** A file's text, taken apart. `finalNewline` is false for an empty file. */
export interface FileText {
  readonly bom: string;
  readonly lines: readonly Line[];
  readonly finalNewline: boolean;
}

/** U+FEFF, the byte order mark as it looks after decoding. */
export const BOM = "\uFEFF";

/** Splits at LF and CRLF. `splitLines("a\r\nb")` has two lines, `splitLines("")` none. */
export function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf("\n", start);
    if (end === -1) {
      lines.push({ text: text.slice(start), eol: "" });
      break;
    }
    const crlf = end > start && text[end - 1] === "\r";
    lines.push({ text: text.slice(start, crlf ? end - 1 : end), eol: crlf ? "\r\n" : "\n" });
    start = end + 1;
  }
  return lines;
}

/** Reads a file's text. With `keepBom` the byte order mark stays in line 1, for a patch that names it. */
export function readFileText(text: string, { keepBom = false } = {}): FileText {
  const bom = !keepBom && text.startsWith(BOM) ? BOM : "";
  const lines = splitLines(text.slice(bom.length));
  return { bom, lines, finalNewline: (lines.at(-1)?.eol ?? "") !== "" };
}
