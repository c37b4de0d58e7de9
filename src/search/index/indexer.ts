/**
 * Keeps the index as the disk is. Works in slices, so that what is urgent never waits for what is much: files that a tool
 * wrote, files that somebody was seen to change, and then the differences that a sweep over all files has found.
 */
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import { RealFolders } from "../../repo/real_folders.ts";
import type { ListedFiles } from "./differences.ts";
import type { IndexStore } from "./index_store.ts";
import type { IndexReport } from "./protocol.ts";
import { ReportBuilder } from "./report_builder.ts";
import { seeFile } from "./seen_file.ts";
import { Sweep } from "./sweep.ts";

/** How long one slice takes before others have their turn. */
const SLICE_MS = 15;

/** How long after it was quiet files are read again whose times prove nothing. */
const SETTLE_MS = 250;

/** During much work, what was done becomes visible as often as this, or after so much text. */
const COMMIT_MS = 1_000;
const COMMIT_BYTES = 16 * 1024 * 1024;

/** So many files may have come since the words of the index were gathered: they are looked through one by one. */
const NEWER_FILES_MAX = 300;

/** How many files must have been indexed in one go for it to be worth a line in the log. */
const NOTED_FILES_MIN = 1_000;

/** What an indexer is made of. */
export interface IndexerParts {
  /** Real path of the root. */
  readonly root: string;
  readonly store: IndexStore;
  /** The files that belong into the index; with `paths`, those among them. Undefined when they cannot be listed now. */
  readonly list: (paths?: readonly string[]) => Promise<ListedFiles | undefined>;
  readonly report: (report: IndexReport) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Files to look at before everything else. */
interface Urgent {
  readonly paths: readonly string[];
  /** These, and what does not belong into the index. */
  readonly asked: readonly string[];
  /** Called when the index has them. */
  readonly done: () => void;
}

/** See the module. */
export class Indexer {
  readonly #parts: IndexerParts;
  readonly #folders: RealFolders;
  readonly #sweep: Sweep;
  readonly #reports: ReportBuilder;
  readonly #urgent: Urgent[] = [];
  readonly #refreshing = new Set<string>();
  /** Files that differ, in the order in which they were found. */
  readonly #queue = new Set<string>();
  /** Files of the index that do not belong into it. */
  readonly #dropped = new Set<string>();
  /** Files whose times prove nothing yet. */
  readonly #unsettled = new Set<string>();
  /** Those of them for which it is time. */
  readonly #rechecks = new Set<string>();
  #gathering: Generator<undefined, void> | undefined;
  #isSwept = false;
  #isClosed = false;
  #wake: () => void = () => {};
  #uncommittedBytes = 0;
  #committedAt = 0;
  #burst = { files: 0, startedAt: 0 };
  /** Whether it began with an empty index, and whether that has become a large one. */
  readonly #isBuilding: boolean;
  #hasBuilt = false;

  constructor(parts: IndexerParts) {
    this.#parts = parts;
    this.#isBuilding = parts.store.files === 0;
    this.#folders = new RealFolders(parts.root);
    this.#sweep = new Sweep({
      ...parts,
      folders: this.#folders,
      elapsed: parts.clock.elapsed,
      wake: () => this.#wake(),
      onChanged: (path) => this.#queue.add(path),
      onDoubt: (path) => this.#unsettled.add(path),
      onDropped: (path) => this.#dropped.add(path),
      onEnd: () => this.#endSweep(),
    });
    this.#reports = new ReportBuilder(parts.report);
  }

  /**
   * Works until {@linkcode close}, or until a large first build is over. Rejects with what SQLite says of a damaged index.
   *
   * @param options.untilBuilt Whether it is over with that build.
   */
  async run({ untilBuilt }: { untilBuilt: boolean }): Promise<"closed" | "spent"> {
    this.#report();
    while (!this.#isClosed) {
      if (this.#step()) await setImmediate();
      else if (untilBuilt && this.#hasBuilt && this.#refreshing.size === 0) return "spent";
      else await this.#rest();
    }
    return "closed";
  }

  /**
   * Looks at these files now, whether the index has them or not. Resolves when the index has them as they are, or has
   * seen that they do not belong into it.
   */
  async refresh(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#refreshing.add(path);
    if (paths.some(isIgnoreFile)) this.sweepSoon();
    const { store, list } = this.#parts;
    const unknown = paths.filter((path) => !store.has(path));
    const listed = unknown.length > 0 ? await list(unknown) : undefined;
    // What could not be asked for by name is found by looking everywhere.
    if (unknown.length > 0 && listed === undefined) this.sweepSoon();
    const known = paths.filter((path) => store.has(path));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#urgent.push({ paths: [...known, ...listed?.paths ?? []], asked: paths, done: resolve });
    this.#wake();
    await promise;
  }

  /** Looks at every file soon: something has changed, and it is not known what. Resolves when what differs is reported. */
  sweepSoon(): Promise<void> {
    const swept = this.#sweep.hurry();
    this.#wake();
    return swept;
  }

  /** Nothing tells of changes any more, or again: sweeps have to find all of them. */
  set isWatched(isWatched: boolean) {
    this.#sweep.isWatched = isWatched;
    this.#wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Does one slice of the most urgent work; false when there is none. */
  #step(): boolean {
    const urgent = this.#urgent.shift();
    if (urgent !== undefined) {
      this.#serve(urgent);
      return true;
    }
    if (this.#sweep.step(this.#parts.clock.elapsed() + SLICE_MS)) return true;
    if (this.#dropped.size > 0) this.#drop();
    else if (this.#queue.size > 0) this.#work(this.#queue);
    else if (this.#rechecks.size > 0) this.#work(this.#rechecks);
    else return this.#gatherWords();
    return true;
  }

  #serve({ paths, asked, done }: Urgent): void {
    this.#folders.forget();
    for (const path of new Set(paths)) this.#index(path);
    for (const path of asked) this.#refreshing.delete(path);
    this.#commit();
    done();
  }

  /** Gathers the words of the index, when it is whole and enough has changed; false when that is not so. */
  #gatherWords(): boolean {
    if (this.#gathering === undefined) {
      if (!this.#isSwept || this.#parts.store.newerThanWords < NEWER_FILES_MAX) return false;
      this.#gathering = this.#parts.store.gatherWords();
    }
    if (this.#gathering.next().done !== true) return true;
    this.#gathering = undefined;
    this.#report();
    return true;
  }

  /** Waits for work. */
  async #rest(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const ms = Math.min(this.#sweep.dueInMs(), this.#unsettled.size > 0 ? SETTLE_MS : Infinity);
    const timer = ms === Infinity ? undefined : setTimeout(resolve, ms);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
    if (ms === SETTLE_MS) this.#requeueUnsettled();
  }

  /** What may have changed since without its times saying so is read again. It does not count as pending. */
  #requeueUnsettled(): void {
    for (const path of this.#unsettled) this.#rechecks.add(path);
    this.#unsettled.clear();
  }

  #endSweep(): void {
    this.#isSwept = true;
    this.#burst = { files: this.#queue.size, startedAt: this.#parts.clock.elapsed() };
    this.#report();
  }

  /** Forgets what does not belong into the index any more. */
  #drop(): void {
    for (const path of this.#dropped) this.#forget(path);
    this.#dropped.clear();
    this.#commit();
  }

  /** Indexes some files, for one slice. */
  #work(files: Set<string>): void {
    const { clock } = this.#parts;
    const until = clock.elapsed() + SLICE_MS;
    for (const path of files) {
      this.#index(path);
      if (clock.elapsed() >= until) break;
    }
    const isDue = clock.elapsed() - this.#committedAt > COMMIT_MS || this.#uncommittedBytes > COMMIT_BYTES;
    if (isDue || files.size === 0) this.#commit();
    if (files.size === 0) this.#noteBurst();
  }

  #index(path: string): void {
    for (const waiting of [this.#queue, this.#rechecks, this.#unsettled]) waiting.delete(path);
    const { root, store, clock } = this.#parts;
    const seen = seeFile(path, { root, folders: this.#folders, now: clock.now() });
    if (seen === undefined) return this.#forget(path);
    this.#reports.changed(store.put(seen.facts, seen.document));
    this.#uncommittedBytes += seen.document.columns.body.length;
    if (seen.settlingMs > 0) this.#unsettled.add(path);
  }

  #forget(path: string): void {
    if (!this.#parts.store.has(path)) return;
    this.#parts.store.remove(path);
    this.#reports.removed(path);
  }

  #commit(): void {
    this.#parts.store.commit();
    this.#uncommittedBytes = 0;
    this.#committedAt = this.#parts.clock.elapsed();
    this.#report();
  }

  #report(): void {
    const waiting = this.#refreshing.size === 0 ? this.#queue : this.#refreshing.union(this.#queue);
    const { files, wordsSequence } = this.#parts.store;
    this.#reports.send({ files, waiting, isSwept: this.#isSwept, wordsSequence });
  }

  /** Says once how long the first build, or a checkout, took. */
  #noteBurst(): void {
    const { files, startedAt } = this.#burst;
    this.#burst = { files: 0, startedAt: 0 };
    if (files < NOTED_FILES_MIN) return;
    this.#parts.store.relax();
    this.#hasBuilt = this.#isBuilding;
    const ms = Math.round(this.#parts.clock.elapsed() - startedAt);
    this.#parts.log({ msg: "note", text: `indexed ${files} files in ${ms} ms` });
  }
}

/** What decides which files belong into the index. */
function isIgnoreFile(path: string): boolean {
  return path === ".gitignore" || path.endsWith("/.gitignore");
}
