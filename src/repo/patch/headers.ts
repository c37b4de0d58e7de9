/** What the file headers of a unified diff say, and whether they mean the file that is to be patched. */

import { parsePatch as parseWithJsdiff } from "diff";
import { patchRefusal, quote, type Target } from "./refusal.ts";

/** The names in the headers, as written; undefined where there is none. */
export interface FileNames {
  readonly old: string | undefined;
  readonly new: string | undefined;
}

/** Timestamps and names stay far below; longer header lines are not searched for a timestamp. */
const HEADER_CHARS_MAX = 10_000;

const NOTHING = "/dev/null";

/** Reads the header lines of one file. Refuses what is not a change of one file's text. */
export function readFileHeaders(
  headers: readonly string[],
  repaired: string[],
): { names: FileNames; path?: string } {
  refuseOtherThanText(headers);
  const mode = headers.find((line) => line.startsWith("new mode "));
  if (mode !== undefined) repaired.push(`ignored the change of the file's mode: ${quote(mode)}`);
  const names = readNames(headers, repaired);
  if (names.new === NOTHING) {
    throw patchRefusal(`Cannot delete a file with a unified diff: use delete_file`, {
      found: `+++ ${NOTHING}`,
    });
  }
  const paths = [withoutPrefix(names.old, OLD_PREFIX), withoutPrefix(names.new, NEW_PREFIX)];
  const [path, other = path] = paths.filter((name) => name !== undefined && name !== NOTHING);
  return path === undefined || path !== other ? { names } : { names, path };
}

/** Git's own prefixes: a/ b/, and with diff.mnemonicPrefix i/ (index), w/ (work tree), c/ (commit), o/ (object). */
const OLD_PREFIX = /^[aicow]\//;
const NEW_PREFIX = /^[biwco]\//;

/**
 * Checks that the headers mean `target`. A name of another file that exists is refused; a name of nothing
 * is a slip, and is answered with what was repaired.
 */
export function checkNames(
  names: FileNames,
  target: Target,
  fileExists: (path: string) => boolean,
): string[] {
  const repaired: string[] = [];
  const wrong: string[] = [];
  for (const [name, prefix] of [[names.old, OLD_PREFIX], [names.new, NEW_PREFIX]] as const) {
    if (name === undefined || name === NOTHING) continue;
    const readings = [...new Set([name, withoutPrefix(name, prefix) ?? name].map(normalized))];
    if (readings.includes(normalized(target.path))) continue;
    const other = readings.find((path) => fileExists(path));
    if (other !== undefined) {
      throw patchRefusal(
        `Cannot apply the patch to ${quote(target.path)}: its header names ${
          quote(other)
        }, another file that exists; ` +
          `pass that path, or correct the header`,
        { path: target.path, expected: target.path, found: other, sha256: target.sha256 },
      );
    }
    wrong.push(quote(name));
  }
  if (names.old === undefined && names.new === undefined) {
    repaired.push(`took the patch for ${quote(target.path)}: it has no file headers`);
  }
  if (wrong.length > 0) {
    const which = [...new Set(wrong)].join(" and ");
    repaired.push(
      `took the patch for ${quote(target.path)}: its headers name ${which}, and no such file exists`,
    );
  }
  return repaired;
}

/** Whether the headers say that the file is created. */
export function createsFile(names: FileNames): boolean {
  return names.old === NOTHING;
}

function withoutPrefix(name: string | undefined, prefix: RegExp): string | undefined {
  return name?.replace(prefix, "");
}

function normalized(path: string): string {
  return path.replace(/^(\.?\/)+/, "");
}

function refuseOtherThanText(headers: readonly string[]): void {
  const find = (pattern: RegExp) => headers.find((line) => pattern.test(line));
  const binary = find(/^(GIT binary patch|Binary files )/);
  if (binary !== undefined) {
    throw patchRefusal(`Cannot apply a binary patch: write the file with write_file and encoding "base64"`, {
      found: binary,
    });
  }
  const moved = find(/^(rename|copy) (from|to) /);
  if (moved !== undefined) {
    throw patchRefusal(
      `Cannot rename or copy a file with a unified diff: use rename_file, or "*** Update File: old" with ` +
        `"*** Move to: new" in the format that begins with "*** Begin Patch"`,
      { found: moved },
    );
  }
  const deleted = find(/^deleted file mode /);
  if (deleted !== undefined) {
    throw patchRefusal(`Cannot delete a file with a unified diff: use delete_file`, { found: deleted });
  }
  if (find(/^diff --cc /) !== undefined) {
    throw patchRefusal(
      `Cannot apply the combined diff of a merge: send a diff against the file as it is now`,
    );
  }
}

/** jsdiff reads the names: it knows git's quoting and tabs. It wants both headers or none. */
function readNames(headers: readonly string[], repaired: string[]): FileNames {
  const oldHeader = headers.find((line) => line.startsWith("--- "));
  const newHeader = headers.find((line) => line.startsWith("+++ "));
  if (oldHeader === undefined && newHeader === undefined) {
    const git = headers.find((line) => line.startsWith("diff --git "));
    const [parsed] = git === undefined ? [] : parseWithJsdiff(git);
    return { old: parsed?.oldFileName, new: parsed?.newFileName };
  }
  const missing = oldHeader === undefined ? "---" : newHeader === undefined ? "+++" : undefined;
  if (missing !== undefined) repaired.push(`did without the missing file header ${quote(missing)}`);
  const pair = [oldHeader ?? `--- ${newHeader!.slice(4)}`, newHeader ?? `+++ ${oldHeader!.slice(4)}`];
  const [parsed] = parseWithJsdiff(pair.map(withoutTimestamp).join("\n"));
  return {
    old: oldHeader === undefined ? undefined : parsed?.oldFileName,
    new: newHeader === undefined ? undefined : parsed?.newFileName,
  };
}

/** GNU diff puts a tab in front of the time; models put spaces. */
function withoutTimestamp(header: string): string {
  if (header.length > HEADER_CHARS_MAX) return header;
  const time = /\s(\d{4}-\d\d-\d\d[ T]\d\d:\d\d|(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d\d:)/
    .exec(header);
  return time === null ? header : header.slice(0, time.index);
}
