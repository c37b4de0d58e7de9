/** What the parts of a patch come to: the change of files that each asks for, and what is reported of it. */
import type { FileChange, PutChange } from "./change_set.ts";
import { versionOf } from "./file_version.ts";
import type { RepoPath } from "./root.ts";
import type { Snapshot } from "./snapshot.ts";

/** One file after a patch. */
export interface PatchedFile {
  readonly path: string;
  /** Null when the patch removed the file. */
  readonly sha256: string | null;
  readonly previousSha256: string | null;
  /** Bytes; 0 when the patch removed the file. */
  readonly size: number;
  readonly created: boolean;
  /** False when the file already held exactly what the patch makes of it. */
  readonly changed: boolean;
  readonly deleted: boolean;
  /** Where a moved file was. */
  readonly movedFrom?: string;
}

/** What one operation of a patch comes to. */
export interface PatchStep {
  readonly changes: readonly FileChange[];
  readonly file: PatchedFile;
  readonly hunks: number;
  readonly repaired: readonly string[];
}

/** A text that a patch made of a file. */
export interface PatchedText {
  readonly text: string;
  readonly hunks: number;
  readonly repaired: readonly string[];
}

/** The file at `at` gets a new text. `before` is undefined for a file that the patch creates. */
export function putStep(at: RepoPath, before: Snapshot | undefined, patched: PatchedText): PatchStep {
  const put: PutChange = { kind: "put", at, before, bytes: encode(patched.text) };
  const { hunks, repaired } = patched;
  return { changes: [put], file: { ...versionOf(put), deleted: false }, hunks, repaired };
}

/** The file gets a new text and another name; its permission bits go with it. */
export function moveStep(
  { from, to }: { from: RepoPath; to: RepoPath },
  before: Snapshot,
  { text, hunks, repaired }: PatchedText,
): PatchStep {
  const put: PutChange = { kind: "put", at: to, before: undefined, bytes: encode(text), mode: before.mode };
  return {
    changes: [put, { kind: "remove", at: from, before }],
    file: {
      ...versionOf(put),
      previousSha256: before.sha256,
      created: false,
      deleted: false,
      movedFrom: from.path,
    },
    hunks,
    repaired,
  };
}

/** The file is removed. */
export function removeStep(at: RepoPath, before: Snapshot): PatchStep {
  return {
    changes: [{ kind: "remove", at, before }],
    file: {
      path: at.path,
      sha256: null,
      previousSha256: before.sha256,
      size: 0,
      created: false,
      changed: true,
      deleted: true,
    },
    hunks: 0,
    repaired: [],
  };
}

/** What was repaired in the patch as a whole is said before what was repaired in its parts. */
export function withRepairs(
  [first, ...rest]: readonly PatchStep[],
  repaired: readonly string[],
): PatchStep[] {
  return first === undefined ? [] : [{ ...first, repaired: [...repaired, ...first.repaired] }, ...rest];
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
