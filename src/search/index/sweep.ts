/** Sweeps: every file is looked at, in slices, while git lists those that belong into the index. */
import type { RealFolders } from "../../repo/real_folders.ts";
import { compareLists, type ListedFiles, lookAtFiles } from "./differences.ts";
import type { IndexStore } from "./index_store.ts";
import { SweepSchedule } from "./sweep_schedule.ts";

/** What a sweep is made of. */
export interface SweepParts {
  /** Real path of the root. */
  readonly root: string;
  readonly store: IndexStore;
  readonly folders: RealFolders;
  /** The files that belong into the index; with `paths`, those among them. Undefined when they cannot be listed now. */
  readonly list: (paths?: readonly string[]) => Promise<ListedFiles | undefined>;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number;
  /** There is something to do again. */
  readonly wake: () => void;
  /** A file differs from what the index has. */
  readonly onChanged: (path: string) => void;
  /** A file may differ, without its times saying so. */
  readonly onDoubt: (path: string) => void;
  /** A file of the index does not belong into it. */
  readonly onDropped: (path: string) => void;
  /** Every file was looked at. */
  readonly onEnd: () => void;
}

/** See the module. */
export class Sweep {
  readonly #parts: SweepParts;
  readonly #schedule: SweepSchedule;
  #isRunning = false;
  #isListing = false;
  /** The files of the index that are still to be looked at. */
  #looking: ReturnType<typeof lookAtFiles> | undefined;
  #listed: ListedFiles | undefined;
  /** Over with the next sweep, and with the one that runs. */
  #nextEnd = Promise.withResolvers<void>();
  #runningEnd = this.#nextEnd;

  constructor(parts: SweepParts) {
    this.#parts = parts;
    this.#schedule = new SweepSchedule(parts.elapsed);
  }

  /** Nothing tells of changes any more, or again: sweeps have to find all of them. */
  set isWatched(isWatched: boolean) {
    this.#schedule.isWatched = isWatched;
  }

  /** Milliseconds until there is something to do. */
  dueInMs(): number {
    return this.#isListing ? Infinity : Math.max(0, this.#schedule.dueInMs());
  }

  /** Something has changed, and it is not known what: the next sweep is to come soon. Resolves when one that begins later is over. */
  hurry(): Promise<void> {
    this.#schedule.hurry();
    return this.#nextEnd.promise;
  }

  /** Works until a moment of the clock, if there is anything to do; begins a sweep that is due. */
  step(until: number): boolean {
    if (this.#schedule.isDue() && !this.#isListing && !this.#isRunning) this.#begin();
    if (this.#looking !== undefined) this.#look(this.#looking, until);
    else if (this.#isRunning && !this.#isListing) this.#end();
    else return false;
    return true;
  }

  #begin(): void {
    const { folders, list, wake } = this.#parts;
    this.#isRunning = true;
    this.#isListing = true;
    this.#schedule.began();
    [this.#runningEnd, this.#nextEnd] = [this.#nextEnd, Promise.withResolvers()];
    folders.forget();
    this.#looking = lookAtFiles(this.#parts);
    list().then((listed) => {
      this.#isListing = false;
      this.#listed = listed;
      wake();
    });
  }

  #look(looking: ReturnType<typeof lookAtFiles>, until: number): void {
    const { elapsed, onChanged, onDoubt } = this.#parts;
    do {
      const { done, value } = looking.next();
      if (done === true) {
        this.#looking = undefined;
        return;
      }
      if (value.held === "no") onChanged(value.path);
      if (value.held === "perhaps") onDoubt(value.path);
    } while (elapsed() < until);
  }

  #end(): void {
    const { store, onChanged, onEnd } = this.#parts;
    const listed = this.#listed;
    this.#listed = undefined;
    this.#isRunning = false;
    if (listed === undefined) {
      this.#nextEnd.promise.then(this.#runningEnd.resolve);
      return this.#schedule.failed();
    }
    this.#schedule.ended();
    const { missing, unlisted } = compareLists(listed, store);
    for (const path of missing) onChanged(path);
    if (unlisted.length > 0) this.#relist(unlisted);
    onEnd();
    this.#runningEnd.resolve();
  }

  /** What the list lacked was removed, is ignored by now, or is newer than the list: asked for by name, that is told apart. */
  async #relist(paths: readonly string[]): Promise<void> {
    const { list, onChanged, onDropped, wake } = this.#parts;
    this.#isListing = true;
    const listed = await list(paths);
    this.#isListing = false;
    const belongs = new Set(listed?.paths);
    for (const path of paths) {
      if (belongs.has(path)) onChanged(path);
      else if (listed !== undefined) onDropped(path);
    }
    wake();
  }
}
