/**
 * The indexer's end of the port: opens the index, keeps it up, watches the root, and begins anew when the file turns out to
 * be damaged. It may run in a worker of its own, or beside the app.
 */
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import type { ListedFiles } from "./differences.ts";
import { gitMarks } from "../../repo/git/marks.ts";
import { Indexer } from "./indexer.ts";
import { IndexPlaceError, isCorrupt, openIndex, removeIndex } from "./index_file.ts";
import { IndexStore } from "./index_store.ts";
import type { FromIndexer, IndexReport, ToIndexer } from "./protocol.ts";
import { lstat } from "../../repo/real_folders.ts";
import { type SeenChanges, TreeWatch } from "./tree_watch.ts";
import { planWatch } from "./watch_plan.ts";

/** How often git's folder is looked at: seven files. */
const GIT_LOOK_MS = 250;

/** Paths of one group of seen changes that are looked at by name; with more of them everything is. */
const NAMED_CHANGES_MAX = 200;

/** So often may an index be damaged before it is given up. */
const REBUILDS_MAX = 3;

/** What the service is made of. */
export interface IndexServiceParts {
  /** Real path of the root. */
  readonly root: string;
  /** Absolute path of the index. */
  readonly path: string;
  /** The app is at its other end. */
  readonly port: MessagePort;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether another one goes on when this one is spent. @default false */
  readonly isReplaced?: boolean;
}

/** See the module. */
export class IndexService {
  readonly #parts: IndexServiceParts;
  readonly #lists = new Map<number, (listed: ListedFiles | undefined) => void>();
  #lastList = 0;
  #indexer: Indexer | undefined;
  #store: IndexStore | undefined;
  #watch: TreeWatch | undefined;
  #isWatchPlanned = false;
  /** Whether changes are told of everywhere; until it is known, they are taken to be. */
  #isWatched = true;
  #marks: string | undefined;
  #brokenBecause: string | undefined;
  #isClosed = false;
  #isSpent = false;
  /** The changes that were seen last are being looked at. */
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: IndexServiceParts) {
    this.#parts = parts;
    parts.port.onmessage = ({ data }: MessageEvent<ToIndexer>) => this.#hear(data);
  }

  /**
   * Works until the app says that it is enough, or until it is spent: what a first build takes of memory, only
   * the end of the worker gives back. Rejects with a bug, and with what the system says
   * of a full disk.
   */
  async run(): Promise<"ended" | "spent"> {
    const { root } = this.#parts;
    this.#marks = gitMarks(root);
    const timer = this.#marks === undefined ? undefined : setInterval(() => this.#lookAtGit(), GIT_LOOK_MS);
    try {
      for (let opened = 0; !this.#isClosed && opened <= REBUILDS_MAX; opened++) await this.#serve();
      if (!this.#isClosed) {
        throw new IndexPlaceError(`The index was damaged ${REBUILDS_MAX + 1} times, and is given up`);
      }
    } catch (error) {
      if (!(error instanceof IndexPlaceError)) throw error;
      this.#parts.log({ msg: "note", text: error.message });
      this.#tell({ type: "unusable", reason: error.message });
    } finally {
      clearInterval(timer);
      this.#watch?.[Symbol.dispose]();
      this.#tell({ type: "closed", isSpent: this.#isSpent });
      this.#parts.port.close();
    }
    return this.#isSpent ? "spent" : "ended";
  }

  /** Serves with one file, until the app says that it is enough or the file is found to be damaged. */
  async #serve(): Promise<void> {
    const { root, path, log, clock } = this.#parts;
    // Git lists while the index is read.
    let first: Promise<ListedFiles | undefined> | undefined = this.#list();
    const list = (paths?: readonly string[]) => {
      if (paths !== undefined || first === undefined) return this.#list(paths);
      const listed = first;
      first = undefined;
      return listed;
    };
    const { database, discardedBecause } = openIndex(path, root);
    if (discardedBecause !== undefined) {
      log({ msg: "note", text: `the index is built anew: ${discardedBecause}` });
    }
    try {
      using store = new IndexStore(database);
      const indexer = new Indexer({
        root,
        store,
        clock,
        log,
        list,
        report: (report) => this.#report(report),
      });
      indexer.isWatched = this.#isWatched;
      [this.#store, this.#indexer] = [store, indexer];
      this.#tell({ type: "opened" });
      this.#isSpent = await indexer.run({ untilBuilt: this.#parts.isReplaced ?? false }) === "spent";
      if (this.#isSpent) this.#isClosed = true;
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      this.#brokenBecause = error.message;
    } finally {
      this.#indexer = undefined;
    }
    if (this.#brokenBecause === undefined) return;
    log({ msg: "note", text: `the index is built anew: it is damaged (${this.#brokenBecause})` });
    this.#brokenBecause = undefined;
    removeIndex(path);
  }

  #hear(message: ToIndexer): void {
    switch (message.type) {
      case "refresh": {
        const answer = () => this.#tell({ type: "refreshed", ticket: message.ticket });
        this.#indexer?.refresh(message.paths).then(answer);
        return;
      }
      case "listed":
        this.#lists.get(message.ticket)?.(message.listed ?? undefined);
        this.#lists.delete(message.ticket);
        return;
      case "sweep": {
        const answer = () => this.#tell({ type: "swept", ticket: message.ticket });
        this.#indexer?.sweepSoon().then(answer);
        return;
      }
      case "broken":
        this.#brokenBecause = message.reason;
        return this.#indexer?.close();
      case "close":
        this.#isClosed = true;
        return this.#indexer?.close();
      default:
        message satisfies never;
    }
  }

  #tell(message: FromIndexer): void {
    this.#parts.port.postMessage(message);
  }

  #list(paths?: readonly string[]): Promise<ListedFiles | undefined> {
    const { promise, resolve } = Promise.withResolvers<ListedFiles | undefined>();
    const ticket = ++this.#lastList;
    this.#lists.set(ticket, resolve);
    this.#tell({ type: "list", ticket, ...(paths !== undefined && { paths }) });
    return promise;
  }

  #report(report: IndexReport): void {
    this.#tell({ type: "report", report });
    // The first build is not to share the disk with a walk; what changes meanwhile, the sweep after this finds.
    if (!report.isSwept || report.pending > 0 || this.#isWatchPlanned) return;
    this.#isWatchPlanned = true;
    this.#startWatch();
  }

  async #startWatch(): Promise<void> {
    const { root, log } = this.#parts;
    const plan = await planWatch(root, (folder) => this.#holdsFiles(folder));
    if (this.#isClosed) return;
    try {
      this.#watch = new TreeWatch(root, plan, (changes) => this.#see(changes));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      log({
        msg: "note",
        text: `cannot watch the files, and looks at them every few seconds: ${error.message}`,
      });
    }
    this.#isWatched = this.#watch !== undefined && !plan.isPartial;
    if (this.#indexer === undefined) return;
    this.#indexer.isWatched = this.#isWatched;
    this.#indexer.sweepSoon();
  }

  #lookAtGit(): void {
    const marks = gitMarks(this.#parts.root);
    if (marks === this.#marks) return;
    this.#marks = marks;
    this.#indexer?.sweepSoon();
  }

  /** One group of changes after the other: while one is looked at, the next may become so large that a sweep is cheaper. */
  #see({ paths, isIncomplete }: SeenChanges): void {
    const { root } = this.#parts;
    const infos = paths.map((path) => lstat(`${root}/${path}`));
    const files = paths.filter((path, index) => infos[index]?.isFile === true || this.#store?.has(path));
    const hasFolder = paths.some((path, index) =>
      infos[index] === undefined ? this.#holdsFiles(path) : infos[index].isDirectory
    );
    if (isIncomplete || hasFolder || paths.length > NAMED_CHANGES_MAX) this.#indexer?.sweepSoon();
    if (files.length === 0 || files.length > NAMED_CHANGES_MAX) return;
    this.#looking = this.#looking.then(() => this.#indexer?.refresh(files));
  }

  /** Whether a file of the index lies below the folder. */
  #holdsFiles(folder: string): boolean {
    const prefix = `${folder}/`;
    return this.#store?.paths().some((path) => path.startsWith(prefix)) ?? false;
  }
}
