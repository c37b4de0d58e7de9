/** What the journal says of a change, one line of JSON for each thing that happens to it. */

/** The permissions that are kept of a file: a journal that somebody else wrote makes no program run as its owner. */
export const MODE_BITS = 0o777;

/** A file as it was. */
export interface Image {
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string;
  /** Permission bits, of {@linkcode MODE_BITS}. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
}

/** One file's part of a change. */
export interface ChangedFile {
  /** Where it really is, relative to the root. */
  readonly path: string;
  /** Null when nothing stood there. */
  readonly before: Image | null;
  /** SHA-256 of what the change left; null when it left nothing. */
  readonly after: string | null;
}

/** One change: all of its files, or none. */
export interface ChangeRecord {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly files: readonly ChangedFile[];
  /** Whether it moved the first file to the place of the second, as whatever it was. */
  readonly moved?: true;
  /** Why it cannot be undone, as a clause; undefined when it can. */
  readonly final?: string;
  /** The change that it takes back. */
  readonly undoes?: string;
}

/** A line of the log. */
export type LogLine =
  | { readonly begin: ChangeRecord }
  /** The change was carried out. */
  | { readonly done: string }
  /** It was not, or is forgotten. */
  | { readonly gone: string };

/** What the lines come to. */
export interface LogState {
  /** Changes that were carried out, oldest first. */
  readonly done: ChangeRecord[];
  /** Changes that were begun, and of which nothing more is said. */
  readonly pending: ChangeRecord[];
}

/** Reads the text of a log. The last line may be torn, and any line may be somebody else's: what is none is passed over. */
export function readLog(text: string): LogState {
  const begun = new Map<string, ChangeRecord>();
  const done = new Map<string, ChangeRecord>();
  for (const line of text.split("\n")) {
    const read = readLine(line);
    if (read === undefined) continue;
    if ("begin" in read) begun.set(read.begin.id, read.begin);
    else if ("done" in read) {
      const record = begun.get(read.done);
      if (record !== undefined) done.set(record.id, record);
      begun.delete(read.done);
    } else {
      begun.delete(read.gone);
      done.delete(read.gone);
    }
  }
  return { done: [...done.values()], pending: [...begun.values()] };
}

/** The fewest lines that say the same. */
export function logLines({ done, pending }: LogState): LogLine[] {
  return [
    ...done.flatMap((record): LogLine[] => [{ begin: record }, { done: record.id }]),
    ...pending.map((record) => ({ begin: record })),
  ];
}

function readLine(line: string): LogLine | undefined {
  if (line === "") return undefined;
  try {
    const value = JSON.parse(line) as Record<string, unknown> | null;
    if (typeof value?.done === "string") return { done: value.done };
    if (typeof value?.gone === "string") return { gone: value.gone };
    return isRecord(value?.begin) ? { begin: value.begin } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is ChangeRecord {
  const { id, at, files } = (value ?? {}) as Partial<ChangeRecord>;
  return typeof id === "string" && Number.isFinite(at) && Array.isArray(files) && files.length > 0 &&
    files.every(isChangedFile);
}

function isChangedFile(value: unknown): value is ChangedFile {
  const { path, before, after } = (value ?? {}) as Partial<ChangedFile>;
  return typeof path === "string" && (after === null || isDigest(after)) &&
    (before === null ||
      (isDigest(before?.sha256) && isMode(before?.mode) && Number.isSafeInteger(before?.size)));
}

function isMode(value: unknown): value is number {
  return Number.isSafeInteger(value) && ((value as number) & MODE_BITS) === value;
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}
