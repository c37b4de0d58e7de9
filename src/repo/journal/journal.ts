/**
 * What tools have changed, so that it can be taken back: before a change its files are kept as they are, and the log says
 * what is to happen; after it the log says that it did. A change of several files that a killed process leaves half done is
 * found by that at the next start.
 */
import type { NewId, Now } from "../../core/clock.ts";
import { JOURNAL_CHANGES_MAX, JOURNAL_RECORDS_BYTES_MAX } from "../../core/limits.ts";
import { Images, makePrivateFolder } from "./images.ts";
import { LineFile } from "./line_file.ts";
import {
  type ChangedFile,
  type ChangeRecord,
  type Image,
  type LogLine,
  logLines,
  readLog,
} from "./record.ts";

/** A file that is about to change. `bytes` is what stands there; undefined for what is not kept. */
export interface Draft extends ChangedFile {
  readonly bytes?: Uint8Array;
}

/** A change that is about to be carried out. */
export interface ChangeDraft {
  readonly files: readonly Draft[];
  readonly moved?: true;
  readonly final?: string;
  readonly undoes?: string | undefined;
}

/** What a journal is made of. */
export interface JournalParts {
  /** Absolute path of its folder. */
  readonly folder: string;
  /** Most bytes of files that are kept; the oldest give way. */
  readonly bytesMax: number;
  /** Whether it is only looked at. @default false */
  readonly readOnly?: boolean;
  readonly newId: NewId;
  readonly now: Now;
}

/** See the module. */
export class Journal {
  readonly #parts: JournalParts;
  readonly #images: Images;
  readonly #log: LineFile<LogLine>;
  readonly #records = new Map<string, ChangeRecord>();
  /** What the records take on the disk, in bytes. */
  #recordsBytes = 0;
  /** Changes that are being carried out. */
  readonly #begun = new Set<ChangeRecord>();
  #pending: ChangeRecord[] = [];
  #opening: Promise<void> | undefined;

  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#images = new Images(`${parts.folder}/files`);
    this.#log = new LineFile<LogLine>({ path: `${parts.folder}/changes.jsonl`, newId: parts.newId });
  }

  /**
   * Carries out a change, and keeps what it takes to take it back.
   *
   * @returns The change's id.
   * @throws What `apply` throws, and what the file system says of the journal itself; nothing has changed then.
   */
  async record(draft: ChangeDraft, apply: () => Promise<void>): Promise<string> {
    await this.open();
    const record = this.#recordOf(draft);
    for (const { before, bytes } of holdsImages(record) ? draft.files : []) {
      if (before !== null && bytes !== undefined) await this.#images.keep(before, bytes);
    }
    // One file is changed whole or not at all by itself; only what could be left half done has to be known to the disk.
    this.#begun.add(record);
    try {
      await this.#log.append({ begin: record }, { isDurable: record.files.length > 1 });
      await apply();
    } catch (error) {
      this.#begun.delete(record);
      await this.#log.append({ gone: record.id }, { isDurable: false });
      await this.#release(record);
      throw error;
    }
    this.#begun.delete(record);
    this.#remember(record);
    await this.#log.append({ done: record.id }, { isDurable: false });
    await this.#makeRoom();
    return record.id;
  }

  /** The changes that can be told of, newest first. */
  async list(): Promise<ChangeRecord[]> {
    if (!await this.exists()) return [];
    await this.open();
    return [...this.#records.values()].reverse();
  }

  /** A change; undefined for one that never was, or is forgotten. */
  async find(id: string): Promise<ChangeRecord | undefined> {
    if (!await this.exists()) return undefined;
    await this.open();
    return this.#records.get(id);
  }

  /** The bytes of a file as it was before a change. */
  image(image: Image): Promise<Uint8Array<ArrayBuffer>> {
    return this.#images.read(image);
  }

  /** Changes that a process before this one began, and did not finish. */
  async unfinished(): Promise<readonly ChangeRecord[]> {
    await this.open();
    return this.#pending;
  }

  /** Says what has become of an unfinished change. */
  async settle(record: ChangeRecord, became: "done" | "gone"): Promise<void> {
    this.#pending = this.#pending.filter(({ id }) => id !== record.id);
    if (became === "done") this.#remember(record);
    await this.#log.append(became === "done" ? { done: record.id } : { gone: record.id }, {
      isDurable: true,
    });
    if (became === "gone") await this.#release(record);
  }

  /** Whether there is a journal yet: none is made before something is to be kept. */
  async exists(): Promise<boolean> {
    try {
      return (await Deno.lstat(this.#parts.folder)).isDirectory;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /** Reads what is there. Done once, by whoever needs it first. */
  open(): Promise<void> {
    return this.#opening ??= this.#load();
  }

  async #load(): Promise<void> {
    const { readOnly = false } = this.#parts;
    if (!readOnly) await makePrivateFolder(this.#parts.folder);
    if (!readOnly) await this.#images.open();
    const { done, pending } = readLog(await this.#log.read());
    for (const record of done) this.#remember(record);
    this.#pending = pending;
    for (const image of [...done, ...pending].flatMap(imagesOf)) this.#images.use(image);
    if (readOnly) return;
    await this.#log.begin(() => this.#lines());
    await this.#images.sweep();
  }

  #recordOf({ files, moved, final, undoes }: ChangeDraft): ChangeRecord {
    return {
      id: this.#parts.newId(),
      at: this.#parts.now(),
      files: files.map(({ path, before, after }) => ({ path, before, after })),
      ...(moved !== undefined && { moved }),
      ...(final !== undefined && { final }),
      ...(undoes !== undefined && { undoes }),
    };
  }

  #lines(): LogLine[] {
    return logLines({ done: [...this.#records.values()], pending: [...this.#pending, ...this.#begun] });
  }

  #remember(record: ChangeRecord): void {
    this.#records.set(record.id, record);
    this.#recordsBytes += sizeOf(record);
  }

  /** Whether there is more than is kept. */
  get #isOver(): boolean {
    return this.#images.bytes > this.#parts.bytesMax || this.#records.size > JOURNAL_CHANGES_MAX ||
      this.#recordsBytes > JOURNAL_RECORDS_BYTES_MAX;
  }

  async #makeRoom(): Promise<void> {
    for (const record of this.#records.values()) {
      if (!this.#isOver) break;
      this.#records.delete(record.id);
      this.#recordsBytes -= sizeOf(record);
      await this.#log.append({ gone: record.id }, { isDurable: false });
      await this.#release(record);
    }
    if (this.#log.isLong) await this.#log.begin(() => this.#lines());
  }

  async #release(record: ChangeRecord): Promise<void> {
    for (const image of imagesOf(record)) await this.#images.release(image);
  }
}

/** Bytes of a record on the disk. */
function sizeOf(record: ChangeRecord): number {
  return encoder.encode(JSON.stringify(record)).length;
}

const encoder = new TextEncoder();

/** What was moved is at its new place, and what cannot be undone needs nothing. */
function holdsImages({ moved, final }: ChangeRecord): boolean {
  return moved !== true && final === undefined;
}

function imagesOf(record: ChangeRecord): Image[] {
  return holdsImages(record) ? record.files.flatMap(({ before }) => before ?? []) : [];
}
