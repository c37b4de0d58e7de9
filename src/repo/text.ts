/** Bytes as text, and the part of a text that one answer carries. */
import { ToolError } from "../core/errors.ts";

const encoder = new TextEncoder();

/**
 * The bytes as UTF-8 text, a byte order mark included; undefined when they are something else (a NUL, which no
 * text holds, or bytes that are not UTF-8).
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Where a part of a text begins and ends. Lines count from 1, columns from 0 in UTF-16 code units. */
export interface TextRange {
  readonly startLine?: number | undefined;
  readonly endLine?: number | undefined;
  readonly startColumn?: number | undefined;
}

/** A part of a text: whole lines, unless a single line is longer than the limit. */
export interface TextPart {
  readonly text: string;
  /** Lines in the whole text; a last line without a newline counts. */
  readonly lines: number;
  readonly startLine: number;
  /** The last line of which something is in `text`; `startLine - 1` when nothing is. */
  readonly endLine: number;
  /** Whether the limit, not the caller, ended the part. */
  readonly truncated: boolean;
  /** The arguments that read on where this part ended. */
  readonly next?: { readonly startLine: number; readonly startColumn?: number };
}

/**
 * The lines `startLine` to `endLine` of `text`, at most `bytesMax` bytes of UTF-8.
 *
 * @throws {ToolError} `invalid_arguments` when the range begins after the end of the text or of its line, inside a
 * character, or ends before it begins.
 */
export function sliceText(text: string, range: TextRange, bytesMax: number): TextPart {
  const starts = lineStarts(text);
  const lines = starts.length - 1;
  const startLine = range.startLine ?? 1;
  const endLine = Math.min(range.endLine ?? lines, lines);
  checkRange({ startLine, endLine, lines, asked: range });
  const from = (starts[startLine - 1] ?? 0) + (range.startColumn ?? 0);
  if (range.startColumn !== undefined) checkColumn(text, { from, starts, startLine });
  const to = starts[endLine] ?? 0;
  if (startLine > endLine || from >= to) return { text: "", lines, startLine, endLine, truncated: false };
  if (fits(text, { from, to, bytesMax })) {
    return { text: text.slice(from, to), lines, startLine, endLine, truncated: false };
  }
  return cut(text, { starts, from, startLine, endLine, bytesMax });
}

function cut(
  text: string,
  { starts, from, startLine, endLine, bytesMax }: {
    starts: readonly number[];
    from: number;
    startLine: number;
    endLine: number;
    bytesMax: number;
  },
): TextPart {
  const lines = starts.length - 1;
  let last = startLine - 1;
  let bytes = 0;
  while (last < endLine) {
    const lineEnd = starts[last + 1] ?? 0;
    bytes += encoder.encode(text.slice(last === startLine - 1 ? from : starts[last], lineEnd)).length;
    if (bytes > bytesMax) break;
    last++;
  }
  if (last >= startLine) {
    const part = text.slice(from, starts[last]);
    return { text: part, lines, startLine, endLine: last, truncated: true, next: { startLine: last + 1 } };
  }
  // One line is longer than an answer may be: it is read in pieces, by column.
  const piece = new Uint8Array(bytesMax);
  const { read } = encoder.encodeInto(text.slice(from, starts[startLine]), piece);
  const startColumn = from + read - (starts[startLine - 1] ?? 0);
  const part = text.slice(from, from + read);
  return {
    text: part,
    lines,
    startLine,
    endLine: startLine,
    truncated: true,
    next: { startLine, startColumn },
  };
}

/** The offset at which each line begins, and the end of the text behind them. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  if (starts[starts.length - 1] !== text.length) starts.push(text.length);
  return starts;
}

/** UTF-8 takes one to three bytes for a UTF-16 code unit, so most texts need not be encoded to be measured. */
function fits(text: string, { from, to, bytesMax }: { from: number; to: number; bytesMax: number }): boolean {
  if ((to - from) * 3 <= bytesMax) return true;
  return to - from <= bytesMax && encoder.encode(text.slice(from, to)).length <= bytesMax;
}

function checkRange(
  { startLine, endLine, lines, asked }: {
    startLine: number;
    endLine: number;
    lines: number;
    asked: TextRange;
  },
): void {
  if (asked.endLine !== undefined && asked.endLine < startLine) {
    const message = `Cannot read lines ${startLine} to ${asked.endLine}: the end lies before the start`;
    throw new ToolError("invalid_arguments", message, { startLine, endLine, lines });
  }
  if (startLine > Math.max(1, lines)) {
    const message = `Cannot read from line ${startLine}: the file has ${lines} ${
      lines === 1 ? "line" : "lines"
    }`;
    throw new ToolError("invalid_arguments", message, { startLine, lines });
  }
}

function checkColumn(
  text: string,
  { from, starts, startLine }: { from: number; starts: readonly number[]; startLine: number },
): void {
  const lineStart = starts[startLine - 1] ?? 0;
  const startColumn = from - lineStart;
  const columns = (starts[startLine] ?? 0) - lineStart;
  if (startColumn > 0 && startColumn >= columns) {
    const message = `Cannot read line ${startLine} from column ${startColumn}: it has ${columns} columns`;
    throw new ToolError("invalid_arguments", message, { startLine, startColumn, columns });
  }
  if (/^[\uDC00-\uDFFF]/.test(text.slice(from, from + 1))) {
    const message = `Cannot read line ${startLine} from column ${startColumn}: a character goes across it`;
    throw new ToolError("invalid_arguments", message, { startLine, startColumn });
  }
}
