/** The lines of a ranked file that show best why it fits. */
import type { RankedFile } from "./ranking/ranking.ts";
import { lineAt, showLines, type ShownLines } from "./shown_lines.ts";

/** A named definition from its line on; else the best window, with the line before it. */
export function bestLines({ file: { text }, offset, definedAt }: RankedFile, count: number): ShownLines {
  const startLine = definedAt ?? Math.max(1, lineAt(text, offset) - 1);
  return showLines(text, { startLine, count, foci: definedAt === undefined ? [offset] : [] });
}
