/** Reads `git status --porcelain=v2 --branch -z` (git-status(1), "Porcelain Format Version 2"). */

/** One entry; paths are relative to the top of the work tree. */
export interface PorcelainEntry {
  kind: "changed" | "unmerged" | "untracked";
  /** Index against HEAD: one of `.MTADRC`, `.` for no change. */
  staged: string;
  /** Work tree against index, the same letters. */
  unstaged: string;
  path: string;
  /** Where a rename or a copy came from. */
  from?: string;
  /** Mode and object of the index's entry, to put it back. */
  indexMode: string;
  indexOid: string;
}

/** A whole status. */
export interface Porcelain {
  /** `undefined`: no commit yet. */
  head: string | undefined;
  /** `undefined`: detached. */
  branch: string | undefined;
  upstream?: string;
  ahead?: number;
  behind?: number;
  entries: PorcelainEntry[];
}

/** Reads the fields of the output. A record that a cut-off output ends in is left out. */
export function parsePorcelain(fields: readonly string[]): Porcelain {
  const status: Porcelain = { head: undefined, branch: undefined, entries: [] };
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] ?? "";
    if (field.startsWith("# ")) {
      readHeader(status, field);
      continue;
    }
    const entry = readEntry(field);
    if (field.startsWith("2 ")) {
      const from = fields[++index];
      if (from === undefined) break;
      entry.from = from;
    }
    status.entries.push(entry);
  }
  return status;
}

function readHeader(status: Porcelain, header: string): void {
  const [, name, ...rest] = header.split(" ");
  const value = rest.join(" ");
  if (name === "branch.oid" && value !== "(initial)") status.head = value;
  if (name === "branch.head" && value !== "(detached)") status.branch = value;
  if (name === "branch.upstream") status.upstream = value;
  const [, ahead, behind] = (name === "branch.ab" && /^\+(\d+) -(\d+)$/.exec(value)) || [];
  if (ahead === undefined) return;
  status.ahead = Number(ahead);
  status.behind = Number(behind);
}

// Fields before the path: "1 XY sub mH mI mW hH hI", "2 … score", "u XY sub m1 m2 m3 mW h1 h2 h3", "?".
const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { "1": 8, "2": 9, u: 10, "?": 1, "!": 1 };

function readEntry(record: string): PorcelainEntry {
  const type = record.charAt(0);
  const count = FIELDS_BEFORE_PATH[type] ?? 1;
  const parts = record.split(" ");
  const path = parts.slice(count).join(" ");
  if (type === "?" || type === "!") {
    return { kind: "untracked", staged: ".", unstaged: "?", path, indexMode: "0", indexOid: "" };
  }
  const [, letters = "..", , , indexMode = "0", , , indexOid = ""] = parts;
  const kind = type === "u" ? "unmerged" : "changed";
  return { kind, staged: letters.charAt(0), unstaged: letters.charAt(1), path, indexMode, indexOid };
}
