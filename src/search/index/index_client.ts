/**
 * The app's end of the indexer's port: tells it what tools have written, lists files for it, keeps the reader up to what it
 * reports, and knows how much of the disk the index has.
 */
import { INDEX_WAIT_MS } from "../../core/limits.ts";
import type { ListedFiles } from "./differences.ts";
import { type FromIndexer, type IndexReport, type ToIndexer, WAITING_MAX } from "./protocol.ts";

/** What the client is made of. */
export interface IndexClientParts {
  /** The files that belong into the index; with `paths`, those among them. Undefined when they cannot be listed. */
  readonly list: (paths: readonly string[] | undefined) => Promise<ListedFiles | undefined>;
  /** The index can be read, in place of the one before. */
  readonly onOpened: () => void;
  readonly onReport: (report: IndexReport) => void;
  /** How long a search waits for what was written before it. @default INDEX_WAIT_MS */
  readonly settleMs?: number;
}

const NOTHING: IndexReport = {
  files: 0,
  pending: 0,
  waiting: [],
  isSwept: false,
  changed: [],
  removed: [],
  wordsSequence: 0,
};

/** See the module. */
export class IndexClient {
  readonly #parts: IndexClientParts;
  /** Written files by ticket, until the indexer has them. */
  readonly #written = new Map<number, readonly string[]>();
  /** Files that the reader found changed, and the indexer has not taken in yet. */
  readonly #noticed = new Set<string>();
  #telling: ReturnType<typeof setTimeout> | undefined;
  #lastTicket = 0;
  #noticeTicket = 0;
  /** The sweep that was asked for last, until it is over. */
  #sweepTicket: number | undefined;
  /** Tickets up to this one were waited for in vain: an indexer that has crashed answers none. */
  #givenUpTicket = 0;
  #port: MessagePort | undefined;
  #report = NOTHING;
  /** Whether the last indexer has left a whole index to the next one. */
  #isHandedOver = false;
  #isUsable = true;
  /** Resolved and replaced whenever the indexer has taken something in. */
  #progress = Promise.withResolvers<void>();
  #closed = Promise.withResolvers<void>();

  constructor(parts: IndexClientParts) {
    this.#parts = parts;
  }

  get isConnected(): boolean {
    return this.#port !== undefined;
  }

  /** Whether every file was looked at, and those that the index does not have as they are can be named. */
  get namesAll(): boolean {
    return this.#isUsable && this.#isSwept && this.pending <= WAITING_MAX;
  }

  /** Files in the index. */
  get files(): number {
    return this.#report.files;
  }

  /** Files that the index does not have as they are; at least 1 until every file was looked at. 0 without an index. */
  get pending(): number {
    if (this.#port === undefined || !this.#isUsable) return 0;
    const { pending } = this.#report;
    const known = pending > WAITING_MAX ? pending : this.waiting().length;
    return this.#isSwept ? known : Math.max(1, known);
  }

  /** Whether every file was looked at since the last sign of a change anywhere. */
  get #isSwept(): boolean {
    return this.#report.isSwept && this.#sweepTicket === undefined;
  }

  /** The first of them by name. */
  waiting(): readonly string[] {
    return [...new Set([...this.#written.values()].flat().concat(this.#report.waiting))].slice(
      0,
      WAITING_MAX,
    );
  }

  /** Talks to this indexer from now on: to the first one, or to the one that took the place of one that crashed. */
  connect(port: MessagePort): void {
    this.#port?.close();
    this.#port = port;
    this.#isUsable = true;
    this.#closed = Promise.withResolvers();
    if (!this.#isHandedOver) this.#report = { ...NOTHING, files: this.#report.files };
    port.onmessage = ({ data }: MessageEvent<FromIndexer>) => this.#hear(port, data);
  }

  /** A tool has written these files. */
  written(paths: readonly string[]): void {
    if (this.#port === undefined) return;
    this.#written.set(++this.#lastTicket, paths);
    this.#tell({ type: "refresh", ticket: this.#lastTicket, paths });
  }

  /** The reader has found a file changed. What is found in one turn is told at once, and once. */
  noticed(path: string): void {
    if (this.#noticed.has(path) || this.#noticed.size >= WAITING_MAX) return;
    this.#noticed.add(path);
    this.#telling ??= setTimeout(() => this.#tellNoticed());
  }

  /** Something may have changed anywhere: until every file was looked at again, the index is not taken to be whole. */
  changedSomewhere(): void {
    if (this.#port === undefined) return;
    this.#sweepTicket = ++this.#lastTicket;
    this.#tellSweep();
  }

  /** The reader cannot read the index. */
  broken(reason: string): void {
    this.#isHandedOver = false;
    this.#report = { ...NOTHING };
    this.#tell({ type: "broken", reason });
  }

  /** Waits until the index has what was written so far, for at most `settleMs`. */
  async settle(signal: AbortSignal): Promise<void> {
    const last = this.#lastTicket;
    const isLate = (ticket: number) => ticket > this.#givenUpTicket && ticket <= last;
    const isSettled = () => !this.#isUsable || !this.#written.keys().some(isLate);
    if (isSettled()) return;
    const over = Promise.withResolvers<"late" | "gone">();
    const timer = setTimeout(() => over.resolve("late"), this.#parts.settleMs ?? INDEX_WAIT_MS);
    const abort = () => over.resolve("gone");
    signal.addEventListener("abort", abort, { once: true });
    while (!isSettled()) {
      const end = await Promise.race([this.#progress.promise, over.promise]);
      if (end === "late") this.#givenUpTicket = last;
      if (end === "gone") break;
    }
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }

  /** Lets the indexer finish, for at most {@linkcode INDEX_WAIT_MS}. */
  async close(): Promise<void> {
    clearTimeout(this.#telling);
    if (this.#port === undefined) return;
    this.#tell({ type: "close" });
    const timer = setTimeout(() => this.#closed.resolve(), INDEX_WAIT_MS);
    await this.#closed.promise;
    clearTimeout(timer);
    this.#port.close();
    this.#port = undefined;
  }

  #hear(port: MessagePort, message: FromIndexer): void {
    // The last words of an indexer that another one has taken the place of.
    if (port !== this.#port) return;
    switch (message.type) {
      case "opened":
        this.#parts.onOpened();
        // What was said before it could hear is said again.
        for (const [ticket, paths] of this.#written) this.#tell({ type: "refresh", ticket, paths });
        this.#tellSweep();
        this.#noticed.clear();
        return;
      case "unusable":
        this.#isUsable = false;
        this.#written.clear();
        return this.#tellProgress();
      case "refreshed":
        this.#written.delete(message.ticket);
        if (message.ticket === this.#noticeTicket) this.#noticed.clear();
        return this.#tellProgress();
      case "swept":
        if (message.ticket === this.#sweepTicket) this.#sweepTicket = undefined;
        return;
      case "report":
        this.#isHandedOver &&= !message.report.isSwept;
        // What it has not looked at yet, the one before it had.
        this.#report = { ...message.report, isSwept: message.report.isSwept || this.#isHandedOver };
        return this.#parts.onReport(message.report);
      case "list":
        this.#list(message);
        return;
      case "closed":
        this.#isHandedOver = message.isSpent && this.#report.isSwept;
        return this.#closed.resolve();
      default:
        message satisfies never;
    }
  }

  async #list({ ticket, paths }: FromIndexer & { type: "list" }): Promise<void> {
    const listed = await this.#parts.list(paths) ?? null;
    this.#tell({ type: "listed", ticket, listed });
  }

  #tellNoticed(): void {
    this.#telling = undefined;
    this.#noticeTicket = ++this.#lastTicket;
    this.#tell({ type: "refresh", ticket: this.#noticeTicket, paths: [...this.#noticed] });
  }

  #tellSweep(): void {
    if (this.#sweepTicket !== undefined) this.#tell({ type: "sweep", ticket: this.#sweepTicket });
  }

  #tell(message: ToIndexer): void {
    this.#port?.postMessage(message);
  }

  #tellProgress(): void {
    this.#progress.resolve();
    this.#progress = Promise.withResolvers();
  }
}
