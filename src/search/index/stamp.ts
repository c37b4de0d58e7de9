/** When a file was last seen to change, precisely enough to notice the next change. */

/**
 * Milliseconds that must lie between a change and the moment it is read, before the time of the change is proof that
 * nothing has changed since: two writes within a tick of the kernel's clock leave the same time behind (the "racy" entries
 * of git's `Documentation/technical/racy-git.txt`).
 */
const SETTLING_MS = 100;

/** A file as `lstat` shows it. Times are milliseconds since 1970. */
export interface Stamp {
  /** Bytes. */
  readonly size: number;
  /** When the contents changed, as far as programs do not set it back (`cp -p`, `tar`, `touch -d`). */
  readonly modifiedAt: number;
  /** When contents or attributes changed: no program sets it, but the runtime tells it in whole seconds. */
  readonly changedAt: number;
}

/** Whether the index holds a file as it is. */
export type Held = "yes" | "perhaps" | "no";

/** The stamp of what `lstat` found. */
export function stampOf({ size, mtime, ctime }: Deno.FileInfo): Stamp {
  const modifiedAt = mtime?.getTime() ?? 0;
  // Windows has no time of change.
  return { size, modifiedAt, changedAt: ctime?.getTime() ?? modifiedAt };
}

/** Whether two looks show no change. */
export function isSameStamp(a: Stamp, b: Stamp): boolean {
  return a.size === b.size && a.modifiedAt === b.modifiedAt && a.changedAt === b.changedAt;
}

/**
 * Whether a file that is looked at, and then read, at `now` cannot change any more without its stamp showing that, even if
 * somebody sets the time of the text back within the second of the change: the second is over. Never so on Windows.
 */
export function isProof({ changedAt }: Stamp, now: number): boolean {
  return TELLS_CHANGES && changedAt + 1_000 + SETTLING_MS <= now;
}

const TELLS_CHANGES = Deno.build.os !== "windows";

/**
 * How long it takes until a later change is sure to show in the stamp of a file that is read at `now`; 0 when it is sure
 * already. A time in the future, of a file server with another clock, says nothing for long.
 */
export function settlingMs({ modifiedAt, changedAt }: Stamp, now: number): number {
  const isSetBack = Math.abs(modifiedAt - changedAt) > 2_000;
  const lastChange = isSetBack ? changedAt + 1_000 : modifiedAt;
  return Math.max(0, lastChange + SETTLING_MS - now);
}
