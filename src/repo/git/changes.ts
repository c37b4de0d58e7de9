/** Reads `--raw --numstat -z` of diff and log: what happened to each file, and how many lines. */

/** What happened to a path. */
export type ChangeStatus =
  | "modified"
  | "added"
  | "deleted"
  | "renamed"
  | "copied"
  | "untracked"
  | "conflicted"
  | "typechanged";

/** One changed file; paths as git printed them. */
export interface FileChange {
  path: string;
  status: ChangeStatus;
  /** Where a rename or a copy came from. */
  from?: string;
  /** Lines; 0 for a binary file. */
  insertions: number;
  deletions: number;
  binary: boolean;
}

const STATUSES: Readonly<Record<string, ChangeStatus>> = {
  A: "added",
  C: "copied",
  D: "deleted",
  M: "modified",
  R: "renamed",
  T: "typechanged",
  U: "conflicted",
};

/** The word for one of git's status letters. */
export function statusOf(letter: string): ChangeStatus {
  return STATUSES[letter] ?? "modified";
}

/** Reads raw records, then numstat records. What a cut-off output ends in is left out. */
export function parseChanges(fields: readonly string[]): FileChange[] {
  const changes = new Map<string, FileChange>();
  const cursor = { fields, index: 0 };
  while (cursor.index < fields.length) {
    const field = (fields[cursor.index++] ?? "").replace(/^\n/, "");
    if (field.startsWith(":")) readRaw(changes, { field, cursor });
    else if (field !== "") readNumstat(changes, { field, cursor });
  }
  return [...changes.values()];
}

interface RecordStart {
  field: string;
  cursor: { readonly fields: readonly string[]; index: number };
}

// ":mode mode oid oid M" NUL path, and a second path for a rename or a copy.
function readRaw(changes: Map<string, FileChange>, { field, cursor }: RecordStart): void {
  const letter = field.slice(field.lastIndexOf(" ") + 1).charAt(0);
  const from = letter === "R" || letter === "C" ? cursor.fields[cursor.index++] : undefined;
  const path = cursor.fields[cursor.index++];
  // An unmerged path is printed twice: once as such, once against the work tree.
  if (path === undefined || changes.get(path)?.status === "conflicted") return;
  const change = { path, status: statusOf(letter), insertions: 0, deletions: 0, binary: false };
  changes.set(path, from === undefined ? change : { ...change, from });
}

// "3 TAB 1 TAB path", or "3 TAB 1 TAB" NUL from NUL to; "-" for both counts of a binary file.
function readNumstat(changes: Map<string, FileChange>, { field, cursor }: RecordStart): void {
  const [, added, removed, named] = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(field) ?? [];
  if (added === undefined) return;
  if (named === "") cursor.index++;
  const path = named === "" ? cursor.fields[cursor.index++] : named;
  const change = changes.get(path ?? "");
  if (!change) return;
  if (added === "-") change.binary = true;
  else {
    change.insertions += Number(added);
    change.deletions += Number(removed);
  }
}
