/** Writes placed hunks as a strict unified diff in the file's own bytes, and lets jsdiff apply it. */

import { applyPatch } from "diff";
import type { HunkLine, PlacedHunk } from "./hunk.ts";
import type { Eol, FileText } from "./lines.ts";

/**
 * The text of `file` with the hunks applied. Context and removed lines are written as they stand in the
 * file, added lines with the line ending that belongs there; so jsdiff has nothing left to guess.
 */
export function render(file: FileText, hunks: readonly PlacedHunk[], repaired: string[]): string {
  const tail = file.lines.length > 0 && !file.finalNewline
    ? endingFor(file, file.lines.length - 1, "\n")
    : "";
  const source = file.lines.map((line) => line.text + line.eol).join("") + tail;
  let shift = 0;
  const strict = hunks.map((hunk) => {
    const eols = addedEndings(file, hunk, repaired);
    const { text, growth } = strictHunk(file, hunk, { tail, eols, shift });
    shift += growth;
    return text;
  });
  const text = applyPatch(source, strict.join(""), { fuzzFactor: 0, autoConvertLineEndings: false });
  if (text === false || text.split("\n").length - 1 !== file.lines.length + shift) {
    throw new Error("The patch engine placed a hunk where it does not stand");
  }
  return file.bom + withFinalNewline(text, { file, last: hunks.at(-1), tail, repaired });
}

interface Endings {
  /** The ending that the file's last line lacks. */
  readonly tail: Eol;
}

function strictHunk(
  file: FileText,
  hunk: PlacedHunk,
  { tail, eols, shift }: Endings & { eols: readonly Eol[]; shift: number },
): { text: string; growth: number } {
  const body: string[] = [];
  let at = hunk.at;
  let added = 0;
  for (const line of hunk.lines) {
    if (line.op === "+") body.push(`+${line.text}${eols[added++]}`);
    else {
      const own = file.lines[at++]!;
      body.push(`${line.op}${own.text}${own.eol || tail}`);
    }
  }
  const oldLines = at - hunk.at;
  const newLines = hunk.lines.filter((line) => line.op !== "-").length;
  const oldStart = oldLines === 0 ? hunk.at : hunk.at + 1;
  const newStart = newLines === 0 ? hunk.at + shift : hunk.at + shift + 1;
  const header = `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@\n`;
  return { text: header + body.join(""), growth: newLines - oldLines };
}

/**
 * The line endings of the added lines. Where the patch's own endings agree with the file's around them,
 * they are meant (a diff made by a tool may even change them); else the neighbouring line decides.
 */
function addedEndings(file: FileText, hunk: PlacedHunk, repaired: string[]): Eol[] {
  const agree = agreesWithFile(file, hunk);
  const endings: Eol[] = [];
  let converted = false;
  let at = hunk.at;
  for (const line of hunk.lines) {
    if (line.op !== "+") {
      at++;
      continue;
    }
    const near = endingFor(file, at - 1, line.eol);
    const ending = agree && line.eol !== "" ? line.eol : near;
    converted ||= line.eol !== "" && ending !== line.eol;
    endings.push(ending);
  }
  if (converted) repaired.push(`gave the added lines of ${hunk.label} the line endings of the file`);
  return endings;
}

function agreesWithFile(file: FileText, hunk: PlacedHunk): boolean {
  let at = hunk.at;
  let compared = 0;
  for (const line of hunk.lines) {
    if (line.op === "+") continue;
    const own = file.lines[at++]!.eol;
    if (own === "" || line.eol === "") continue;
    if (own !== line.eol) return false;
    compared++;
  }
  return compared > 0;
}

/** How lines at 0-based line `at` end: like that line, else the one above it; else as the patch has it. */
function endingFor(file: FileText, at: number, own: Eol): Eol {
  return file.lines[Math.max(0, at)]?.eol || file.lines[at - 1]?.eol || own || "\n";
}

interface FinalNewline extends Endings {
  readonly file: FileText;
  readonly last: PlacedHunk | undefined;
  readonly repaired: string[];
}

/** Takes the last newline away again where the file has none, or where the patch says so. */
function withFinalNewline(text: string, { file, last, tail, repaired }: FinalNewline): string {
  const lines = last?.lines ?? [];
  const lastOld = lines.findLast((line) => line.op !== "+");
  const lastNew = lines.findLast((line) => line.op !== "-");
  const oldCount = lines.filter((line) => line.op !== "+").length;
  const touchesEnd = last !== undefined && last.at + oldCount === file.lines.length;
  const wanted = touchesEnd ? finalNewline({ file, lastOld, lastNew, repaired }) : file.finalNewline;
  if (wanted || text === "") return text;
  // A context line or an untouched one keeps its bytes: only what was lent to it is taken back.
  if (tail !== "" && (!touchesEnd || lastNew?.op === " ")) return text.slice(0, -tail.length);
  return text.slice(0, text.endsWith("\r\n") ? -2 : -1);
}

interface EndOfFile {
  readonly file: FileText;
  readonly lastOld: HunkLine | undefined;
  readonly lastNew: HunkLine | undefined;
  readonly repaired: string[];
}

/** Whether a file whose end is changed ends with a newline afterwards. */
function finalNewline({ file, lastOld, lastNew, repaired }: EndOfFile): boolean {
  const without = { old: lastOld?.noNewline ?? false, new: lastNew?.noNewline ?? false };
  if (file.lines.length === 0) return !without.new;
  if (without.old !== without.new) return without.old;
  if (without.old === file.finalNewline) {
    repaired.push(
      file.finalNewline
        ? "kept the newline at the end of the file"
        : "kept the file without a newline at its end",
    );
  }
  return file.finalNewline;
}
