/** The one place where text of files leaves the search: a few lines, none of them long. */

/** Lines of a file. They count from 1. */
export interface ShownLines {
  readonly text: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** Longest line that is shown, in UTF-16 code units. */
export const SHOWN_LINE_CHARS_MAX = 400;

/** What marks that a line goes on. */
const CUT = "…";

/** The offsets at which the lines of a text begin. */
export function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  if (starts.length > 1 && starts.at(-1) === text.length) starts.pop();
  return starts;
}

/** The line, counted from 1, that an offset lies in. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/**
 * Up to `count` lines from `startLine` on.
 *
 * @param focus An offset in the text that must be seen: a long line is cut around it.
 */
export function showLines(
  text: string,
  { startLine, count, focus }: { startLine: number; count: number; focus?: number | undefined },
): ShownLines {
  let start = 0;
  for (let line = 1; line < startLine; line++) start = text.indexOf("\n", start) + 1;
  const lines: string[] = [];
  for (let at = start; lines.length < count && (at < text.length || at === 0);) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    lines.push(cutLine(text, { at, end, focus }));
    at = end + 1;
  }
  return { text: lines.join("\n"), startLine, endLine: startLine + Math.max(0, lines.length - 1) };
}

function cutLine(
  text: string,
  { at, end, focus }: { at: number; end: number; focus?: number | undefined },
): string {
  const last = text[end - 1] === "\r" && end > at ? end - 1 : end;
  if (last - at <= SHOWN_LINE_CHARS_MAX) return text.slice(at, last);
  const room = SHOWN_LINE_CHARS_MAX - 2 * CUT.length;
  const isFocused = focus !== undefined && focus >= at && focus < last;
  const from = isFocused ? Math.max(at, Math.min(focus - room / 4, last - room)) : at;
  const to = Math.min(last, from + room);
  return `${from > at ? CUT : ""}${text.slice(from, to).toWellFormed()}${to < last ? CUT : ""}`;
}
