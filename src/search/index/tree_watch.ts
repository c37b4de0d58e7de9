/**
 * Tells of changes below the root as the system tells of them. Some are lost: the runtime drops what comes in a burst, and
 * misses files that are made right after their folder. So it is a hint to look, and says when to look everywhere.
 */
import { isOwnName } from "../../core/own_files.ts";
import type { WatchPlan } from "./watch_plan.ts";

/** Changes that come together are told together. */
const GATHER_MS = 40;

/** So many events within that time may have had companions that were dropped (the runtime keeps 16). */
const BURST_EVENTS = 12;

/** What was seen. */
export interface SeenChanges {
  /** Relative to the root, without git's own and the server's own files. */
  readonly paths: readonly string[];
  /** Whether more may have changed than these. */
  readonly isIncomplete: boolean;
}

/** See the module. */
export class TreeWatch implements Disposable {
  readonly #root: string;
  readonly #tell: (changes: SeenChanges) => void;
  readonly #watchers: Deno.FsWatcher[] = [];
  #paths = new Set<string>();
  #events = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param tell Told of changes, until this is disposed of.
   * @throws {Error} When the system has no more watches.
   */
  constructor(root: string, plan: WatchPlan, tell: (changes: SeenChanges) => void) {
    this.#root = root;
    this.#tell = tell;
    try {
      // Flat ones first: an event is compared with the folders of every watcher, up to the first that fits.
      if (plan.flat.length > 0) this.#watch(plan.flat, { recursive: false });
      if (plan.deep.length > 0) this.#watch(plan.deep, { recursive: true });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }

  #watch(folders: readonly string[], options: { recursive: boolean }): void {
    const paths = folders.map((folder) => folder === "" ? this.#root : `${this.#root}/${folder}`);
    const watcher = Deno.watchFs(paths, options);
    this.#watchers.push(watcher);
    this.#listen(watcher);
  }

  async #listen(watcher: Deno.FsWatcher): Promise<void> {
    for await (const { kind, paths, flag } of watcher) {
      if (kind === "access") continue;
      this.#events += flag === "rescan" ? BURST_EVENTS : 1;
      for (const path of paths) this.#take(path.slice(this.#root.length + 1));
      this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
    }
  }

  #take(path: string): void {
    const first = path.split("/", 1)[0] ?? "";
    if (path !== "" && first !== ".git" && !isOwnName(first)) this.#paths.add(path);
  }

  #flush(): void {
    const changes = { paths: [...this.#paths], isIncomplete: this.#events >= BURST_EVENTS };
    this.#timer = undefined;
    this.#paths = new Set();
    this.#events = 0;
    if (changes.paths.length > 0 || changes.isIncomplete) this.#tell(changes);
  }
}
