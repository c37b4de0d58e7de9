/** The one place where text of files leaves the search: a few lines, none of them long. */
import { ANSWER_BYTES_MAX } from "../core/limits.ts";

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

/** The line, counted from 1, that an offset lies in. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** Where a line, counted from 1, begins; the length of the text for one that it does not have. */
export function lineStart(text: string, line: number): number {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const newline = text.indexOf("\n", start);
    if (newline < 0) return text.length;
    start = newline + 1;
  }
  return start;
}

/**
 * Up to `count` lines from `startLine` on. Where they are too many bytes together, the long ones are shorter.
 *
 * @param foci Offsets in the text that must be seen: a long line is cut around the first that lies in it.
 */
export function showLines(
  text: string,
  { startLine, count, foci = [] }: { startLine: number; count: number; foci?: readonly number[] },
): ShownLines {
  const lines: Line[] = [];
  for (let at = lineStart(text, startLine); lines.length < count && (at < text.length || at === 0);) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    const last = text[end - 1] === "\r" && end > at ? end - 1 : end;
    lines.push({ at, end: last, focus: foci.find((focus) => focus >= at && focus < last) });
    at = end + 1;
  }
  let charsMax = SHOWN_LINE_CHARS_MAX;
  let shown = cutLines(text, lines, charsMax);
  while (bytesOf(shown) > SHOWN_BYTES_MAX && charsMax > SHOWN_LINE_CHARS_MIN) {
    charsMax /= 2;
    shown = cutLines(text, lines, charsMax);
  }
  return { text: shown, startLine, endLine: startLine + Math.max(0, lines.length - 1) };
}

/** A line from `at` to `end`, without what ends it. */
interface Line {
  readonly at: number;
  readonly end: number;
  readonly focus: number | undefined;
}

/** Most bytes of JSON that the lines of one file take: of what an answer may hold, some is for what is said of them. */
const SHOWN_BYTES_MAX = ANSWER_BYTES_MAX / 2;

/** No line is cut shorter than this. */
const SHOWN_LINE_CHARS_MIN = 50;

/** Bytes in JSON of a UTF-16 code unit at most: a control character is `\u0001`. */
const UNIT_BYTES_MAX = 6;

function bytesOf(text: string): number {
  return text.length * UNIT_BYTES_MAX <= SHOWN_BYTES_MAX
    ? text.length
    : encoder.encode(JSON.stringify(text)).length;
}

const encoder = new TextEncoder();

function cutLines(text: string, lines: readonly Line[], charsMax: number): string {
  return lines.map((line) => cutLine(text, line, charsMax)).join("\n");
}

function cutLine(text: string, { at, end, focus }: Line, charsMax: number): string {
  if (end - at <= charsMax) return text.slice(at, end);
  const room = charsMax - 2 * CUT.length;
  const wanted = focus === undefined ? at : Math.floor(Math.min(focus - room / 4, end - room));
  const from = wanted <= at ? at : wanted + (isInsideCharacter(text, wanted) ? 1 : 0);
  const to = Math.min(end, from + room);
  const last = to < end && isInsideCharacter(text, to) ? to - 1 : to;
  return `${from > at ? CUT : ""}${text.slice(from, last)}${last < end ? CUT : ""}`;
}

/** Whether an offset lies between the two halves of a character. */
function isInsideCharacter(text: string, offset: number): boolean {
  return (text.codePointAt(offset - 1) ?? 0) > 0xffff;
}
