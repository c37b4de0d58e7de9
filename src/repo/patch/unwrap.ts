/** Takes a patch out of what models put around it: prose, fences, stray quotes, mail signatures. */

import type { Line } from "./lines.ts";
import { patchRefusal, plural, quote } from "./refusal.ts";

/** The two formats that are understood. */
export type PatchFormat = "unified" | "v4a";

/** The lines of a patch proper. */
export interface Unwrapped {
  readonly format: PatchFormat;
  readonly lines: readonly Line[];
  readonly repaired: readonly string[];
}

/** Headers are shorter; the limit keeps patterns away from megabytes of spaces. */
const HEADER_CHARS_MAX = 10_000;

const GLUED_QUOTE = /^\s{0,8}(["'`]{1,2})(?=---\s|\+\+\+\s|@@|diff --git |\*\*\* )/;

/** Finds the patch in a text, or refuses when there is none. */
export function unwrap(all: readonly Line[]): Unwrapped {
  const start = findStart(all);
  if (start === undefined) {
    throw patchRefusal(
      `Cannot read the patch: it has no hunk; send a unified diff ("--- a/file", "+++ b/file", "@@ -1,2 +1,3 @@") ` +
        `or the format that begins with "*** Begin Patch"`,
    );
  }
  const { at, quoted, format } = start;
  const repaired = noise(all.slice(0, at), "before the first header");
  let lines = all.slice(at);
  if (quoted !== "") {
    lines[0] = { ...lines[0]!, text: lines[0]!.text.trimStart().slice(quoted.length) };
    lines = withoutClosingQuote(lines, quoted, repaired);
  }
  lines = withoutFence(lines, openFence(all.slice(0, at)), repaired);
  if (format === "unified") lines = withoutSignature(lines, repaired);
  return { format, lines, repaired };
}

/** Says which lines are ignored; empty lines and fences are not worth a word. */
export function noise(lines: readonly { readonly text: string }[], where: string): string[] {
  const texts = lines.map((line) => line.text.trim()).filter((text) => text !== "" && fenceOf(text) === "");
  return texts.length === 0 ? [] : [`ignored ${plural(texts.length, "line")} ${where}: ${quote(texts[0]!)}`];
}

function findStart(lines: readonly Line[]) {
  for (const [at, line] of lines.entries()) {
    const text = line.text.slice(0, HEADER_CHARS_MAX);
    const quoted = GLUED_QUOTE.exec(text)?.[1] ?? "";
    const next = lines[at + 1]?.text ?? "";
    const format = formatOf(quoted === "" ? text : text.trimStart().slice(quoted.length), next);
    if (format !== undefined) return { at, quoted, format };
  }
  return undefined;
}

/** The format whose first line this is, if any. */
function formatOf(text: string, next: string): PatchFormat | undefined {
  if (/^\*\*\* (Begin Patch|(Update|Add|Delete) File:)/.test(text)) return "v4a";
  if (/^(diff --git |diff --cc |GIT binary patch|@@)/.test(text)) return "unified";
  if (/^Index: /.test(text)) return next.startsWith("=====") ? "unified" : undefined;
  if (/^={67}$/.test(text) && next.startsWith("--- ")) return "unified";
  if (/^--- \S/.test(text)) return /^(\+\+\+ |@@)/.test(next) ? "unified" : undefined;
  if (/^\+\+\+ \S/.test(text)) return next.startsWith("@@") ? "unified" : undefined;
  return text.startsWith("Binary files ") && text.trimEnd().endsWith(" differ") ? "unified" : undefined;
}

/** The fence at the start of a line, without its language, or nothing. */
function fenceOf(text: string): string {
  return /^\s{0,8}(`{3,}|~{3,})/.exec(text)?.[1] ?? "";
}

/** The fence that is open at the end of the lines, or nothing. */
function openFence(lines: readonly Line[]): string {
  let open = "";
  for (const { text } of lines) {
    const fence = fenceOf(text);
    if (fence === "") continue;
    if (open === "") open = fence;
    else if (fence.startsWith(open)) open = "";
  }
  return open;
}

/** Ends the patch at the closing fence: the first, or the last when lines of a patch follow the first. */
function withoutFence(lines: Line[], open: string, repaired: string[]): Line[] {
  if (open === "") return lines;
  repaired.push("took the patch out of its fenced block");
  const closes = (line: Line) => line.text.startsWith(open) && line.text.trim() === fenceOf(line.text);
  const first = lines.findIndex(closes);
  if (first === -1) return lines;
  const patchFollows = lines.slice(first).some((line) => /^(@@|[-+]|\*\*\* )/.test(line.text));
  const end = patchFollows ? lines.findLastIndex(closes) : first;
  repaired.push(...noise(lines.slice(end), "after the fenced block"));
  return lines.slice(0, end);
}

/** A quote glued to the first line wraps the patch; one glued to the last line may be the file's own. */
function withoutClosingQuote(lines: Line[], quoted: string, repaired: string[]): Line[] {
  const last = lines.findLastIndex((line) => line.text.trim() !== "");
  const text = lines[last]!.text.trim();
  if (text === quoted) {
    repaired.push(`ignored the stray quotes around the patch: ${quote(quoted)}`);
    return lines.slice(0, last);
  }
  if (last > 0 && text.endsWith(quoted)) {
    throw patchRefusal(
      `Cannot read the patch: a stray ${quote(quoted)} stands before its first line, and the ${
        quote(quoted)
      } ` +
        `at the end of its last line may belong to the patch or not; send the patch without quotes around it`,
      { found: text },
    );
  }
  repaired.push(`ignored a stray quote before the first header: ${quote(quoted)}`);
  return lines;
}

/** `git format-patch` ends a mail with "-- " and its version, which reads like a removed line. */
function withoutSignature(lines: Line[], repaired: string[]): Line[] {
  const last = lines.findLastIndex((line) => line.text.trim() !== "");
  const version = lines[last]?.text.slice(0, HEADER_CHARS_MAX) ?? "";
  if (last < 1 || !/^-- ?$/.test(lines[last - 1]!.text) || !/^\d+\.\d[\w.() -]*$/.test(version)) return lines;
  repaired.push(`ignored the mail signature after the patch: ${quote(version)}`);
  return lines.slice(0, last - 1);
}
