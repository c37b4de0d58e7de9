/** The chunks of one `*** Update File`: anchors, lines, and the end of the file. */

import { type BodyLine, readBodyLine } from "./hunk.ts";
import type { Line } from "./lines.ts";
import { patchRefusal, quote } from "./refusal.ts";

/** One place of a file that changes. It has no line numbers: anchors and context say where. */
export interface V4aChunk {
  /** Lines (`@@ line`) above the chunk, from the outermost. */
  readonly anchors: readonly string[];
  readonly body: readonly BodyLine[];
  /** The chunk ends at the end of the file (`*** End of File`). */
  readonly endsFile: boolean;
}

/** A line that belongs to the format, not to a file. */
export const MARKER =
  /^\*\*\* (Begin Patch|End Patch|Update File:|Add File:|Delete File:|Move to:|End of File)/;

interface ChunkDraft {
  readonly anchors: string[];
  readonly body: BodyLine[];
  endsFile: boolean;
}

/** Reads the lines below `*** Update File`. */
export function readChunks(path: string, lines: readonly Line[], repaired: string[]): V4aChunk[] {
  const drafts: ChunkDraft[] = [{ anchors: [], body: [], endsFile: false }];
  for (const line of lines) {
    const draft = drafts.at(-1)!;
    if (line.text.startsWith("@@")) {
      const anchor = readAnchor(line.text, repaired);
      // Only empty lines so far: the anchors of one chunk go on.
      if (trimmed(draft.body, false).length === 0) {
        draft.anchors.push(...anchor);
        draft.body.length = 0;
      } else drafts.push({ anchors: anchor, body: [], endsFile: false });
    } else if (line.text.trimEnd() === "*** End of File") draft.endsFile = true;
    else if (MARKER.test(line.text)) {
      throw patchRefusal(
        `Cannot read the patch: ${quote(line.text)} stands in the middle of ${quote(path)}`,
        { path },
      );
    } else if (draft.endsFile && line.text !== "") {
      throw patchRefusal(`Cannot read the patch: ${quote(line.text)} stands after "*** End of File"`, {
        path,
      });
    } else if (!draft.endsFile) draft.body.push(readBodyLine(line));
  }
  const chunks = drafts.map(({ anchors, body, endsFile }) => ({
    anchors,
    body: trimmed(body, endsFile),
    endsFile,
  }));
  const idle = chunks.findIndex(({ anchors, body }) => anchors.length > 0 && body.length === 0);
  if (idle !== -1) {
    const message = `Cannot apply chunk ${idle + 1} of ${quote(path)}: no lines follow ${
      quote(chunks[idle]!.anchors[0]!)
    }`;
    throw patchRefusal(message, { path, hunk: idle + 1 });
  }
  return chunks.filter(({ body }) => body.length > 0);
}

/** Empty lines around a chunk set it apart from what follows; they are no context. */
function trimmed(body: readonly BodyLine[], endsFile: boolean): BodyLine[] {
  const blank = (line: BodyLine) => line.op === "?" && line.text === "";
  const start = body.findIndex((line) => !blank(line));
  if (start === -1) return [];
  return body.slice(start, endsFile ? undefined : body.findLastIndex((line) => !blank(line)) + 1);
}

/** The text of `@@ anchor`, or nothing for a bare `@@` and for the line numbers of a unified diff. */
function readAnchor(text: string, repaired: string[]): string[] {
  const anchor = text.slice(2).replace(/^ /, "").trimEnd();
  const numbers = /^-\d+(,\d+)? \+\d+(,\d+)? @@/.exec(anchor);
  if (numbers !== null) {
    repaired.push(`ignored line numbers, which this format does not have: ${quote(text)}`);
    return [];
  }
  const bare = anchor.endsWith(" @@") ? anchor.slice(0, -3) : anchor;
  return bare.trim() === "" || bare === "@@" ? [] : [bare];
}
