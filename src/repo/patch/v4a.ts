/** Parses the format that begins with `*** Begin Patch`, which GPT models are trained on. */

import { isDebris, readBodyLine } from "./hunk.ts";
import type { Line } from "./lines.ts";
import { patchRefusal, quote } from "./refusal.ts";
import { noise } from "./unwrap.ts";
import { MARKER, readChunks, type V4aChunk } from "./v4a_chunks.ts";

/** `*** Update File`: changes a file, and moves it when `moveTo` is there. */
export interface V4aUpdate {
  readonly kind: "update";
  readonly path: string;
  readonly moveTo?: string;
  readonly chunks: readonly V4aChunk[];
}

/** One file's part of the patch; paths are as the patch has them. */
export type V4aOperation =
  | V4aUpdate
  | { readonly kind: "add"; readonly path: string; readonly contents: string }
  | { readonly kind: "delete"; readonly path: string };

/** A patch over any number of files. */
export interface V4aPatch {
  readonly format: "v4a";
  readonly operations: readonly V4aOperation[];
  readonly repaired: readonly string[];
}

const KNOWN_OPERATION = /^\*\*\* (?:(?:Update|Add|Delete) File|Move to):/;

/** A file's part before its lines are read. */
interface Part {
  readonly kind: string;
  readonly path: string;
  readonly lines: readonly Line[];
}

/** Reads the lines of a patch, or refuses. */
export function parseV4a(lines: readonly Line[], unwrapped: readonly string[]): V4aPatch {
  const repaired = [...unwrapped];
  const body = withoutFrame(lines, repaired);
  refuseUnknownOperations(body);
  const operations = splitParts(body, repaired).map((part) => readPart(part, repaired));
  if (operations.length === 0) throw patchRefusal(`Cannot apply the patch: it names no file`);
  refuseRepeatedPaths(operations);
  return { format: "v4a", operations, repaired };
}

/** The lines between `*** Begin Patch` and `*** End Patch`. */
function withoutFrame(lines: readonly Line[], repaired: string[]): readonly Line[] {
  const begins = (line: Line) => line.text.startsWith("*** Begin Patch");
  const hasBegin = lines[0] !== undefined && begins(lines[0]);
  if (!hasBegin) repaired.push(`did without the missing "*** Begin Patch"`);
  const inner = hasBegin ? lines.slice(1) : lines;
  if (inner.some(begins)) {
    throw patchRefusal(`Cannot read the patch: it has "*** Begin Patch" twice; join the patches`);
  }
  const end = inner.findIndex((line) => line.text.trimEnd() === "*** End Patch");
  if (end === -1) {
    repaired.push(`did without the missing "*** End Patch"`);
    const last = inner.findLastIndex((line) => !isDebris(readBodyLine(line)) && line.text !== "EOF");
    repaired.push(...noise(inner.slice(last + 1), "after the patch"));
    return inner.slice(0, last + 1);
  }
  const after = inner.slice(end + 1);
  const stray = after.find((line) => MARKER.test(line.text));
  if (stray !== undefined) {
    throw patchRefusal(`Cannot read the patch: ${quote(stray.text)} stands after "*** End Patch"`);
  }
  repaired.push(...noise(after, `after "*** End Patch"`));
  return inner.slice(0, end);
}

/** An operation that is not known must not pass for noise: the rest of the patch would be applied without it. */
function refuseUnknownOperations(lines: readonly Line[]): void {
  const unknown = lines.find(({ text }) => /^\*\*\* [A-Z][\w ]*:/.test(text) && !KNOWN_OPERATION.test(text));
  if (unknown === undefined) return;
  const known = "*** Update File:, *** Add File:, *** Delete File:, and *** Move to: below an Update";
  throw patchRefusal(`Cannot read the patch: ${quote(unknown.text)} is no operation; there are ${known}`);
}

function splitParts(lines: readonly Line[], repaired: string[]): Part[] {
  const starts = [...lines.keys()].filter((at) => /^\*\*\* (Update|Add|Delete) File:/.test(lines[at]!.text));
  repaired.push(...noise(lines.slice(0, starts[0]), "before the first file"));
  return starts.map((start, index) => {
    const [, kind = "", path = ""] = /^\*\*\* (\w+) File:(.*)$/.exec(lines[start]!.text) ?? [];
    if (path.trim() === "") {
      throw patchRefusal(`Cannot read the patch: ${quote(lines[start]!.text)} names no file`);
    }
    return { kind, path: path.trim(), lines: lines.slice(start + 1, starts[index + 1]) };
  });
}

function readPart({ kind, path, lines }: Part, repaired: string[]): V4aOperation {
  switch (kind) {
    case "Add":
      return { kind: "add", path, contents: readContents(path, lines) };
    case "Delete":
      repaired.push(...noise(lines, `after "*** Delete File: ${path}"`));
      return { kind: "delete", path };
    default:
      return readUpdate(path, lines, repaired);
  }
}

/** The contents of a new file: every line begins with `+`; an empty line can only be an empty one. */
function readContents(path: string, lines: readonly Line[]): string {
  const last = lines.findLastIndex((line) => line.text !== "");
  return lines.slice(0, last + 1).map((line) => {
    if (line.text !== "" && !line.text.startsWith("+")) {
      throw patchRefusal(
        `Cannot add ${quote(path)}: every line of a new file should begin with "+", found ${
          quote(line.text)
        }`,
        { path, expected: "+", found: line.text },
      );
    }
    return line.text.slice(1) + (line.eol || "\n");
  }).join("");
}

function readUpdate(path: string, lines: readonly Line[], repaired: string[]): V4aUpdate {
  const first = lines.findIndex((line) => line.text !== "");
  const moveTo = /^\*\*\* Move to:(.*)$/.exec(lines[first]?.text ?? "")?.[1]?.trim();
  if (moveTo === "") throw patchRefusal(`Cannot move ${quote(path)}: "*** Move to:" names no file`, { path });
  const chunks = readChunks(path, moveTo === undefined ? lines : lines.slice(first + 1), repaired);
  if (chunks.length === 0 && moveTo === undefined) {
    throw patchRefusal(`Cannot update ${quote(path)}: no line of it changes`, { path });
  }
  return { kind: "update", path, ...(moveTo === undefined ? {} : { moveTo }), chunks };
}

/** A file may be changed, added, deleted or moved to once: the parts have no order among themselves. */
function refuseRepeatedPaths(operations: readonly V4aOperation[]): void {
  const seen = new Set<string>();
  for (const operation of operations) {
    const moveTo = operation.kind === "update" ? operation.moveTo : undefined;
    for (const path of moveTo === undefined ? [operation.path] : [operation.path, moveTo]) {
      const key = path.split("/").filter((name) => name !== "" && name !== ".").join("/");
      if (seen.has(key)) {
        throw patchRefusal(
          `Cannot apply the patch: it names ${quote(path)} twice; put all changes of a file in one part`,
          {
            path,
          },
        );
      }
      seen.add(key);
    }
  }
}
