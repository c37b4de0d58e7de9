/** The store in one JSON file: a database in memory that is written to the file some seconds after each change. */
import type { Later, NewId, Now } from "../../core/clock.ts";
import { ToolError } from "../../core/errors.ts";
import {
  EVENT_LEAP_IDS,
  STATE_AUDITS_MAX,
  STATE_EVENTS_MAX,
  STATE_SAVE_DELAY_MS,
} from "../../core/release_limits.ts";
import { SqliteStore } from "../sqlite/sqlite_store.ts";
import { StateText } from "../sqlite/state_text.ts";
import type { Store, StoreSizes } from "../store.ts";
import { listsOf, readDocument, type StateDocument } from "./state_document.ts";
import { StateFile } from "./state_file.ts";
import { UnknownFields } from "./unknown_fields.ts";
import { systemReason } from "../../core/system_reason.ts";

/** What the file is opened with. */
export interface JsonStoreOptions {
  /** Absolute. */
  readonly path: string;
  readonly now: Now;
  readonly newId: NewId;
  readonly later: Later;
  /** The moment in the name of a file that is moved aside, in milliseconds since 1970. @default now() */
  readonly asideAt?: number;
  /** Told what the operator should know. */
  readonly onNote: (text: string) => void;
}

/** See the module. */
export class JsonStore implements Store {
  readonly kind = "json";
  readonly jobs: Store["jobs"];
  readonly models: Store["models"];
  readonly canaries: Store["canaries"];
  readonly audits: Store["audits"];
  readonly events: Store["events"];
  readonly #memory: SqliteStore;
  readonly #state: StateText;
  readonly #file: StateFile;
  readonly #unknown: UnknownFields;
  readonly #options: JsonStoreOptions;
  #isChanged = false;
  /** Whether the last save came to nothing. */
  #hasFailed = false;
  #cancelSave: (() => void) | undefined;
  #saving = Promise.resolve();

  /**
   * Reads the file. One that cannot be understood is moved aside, and the store begins empty.
   *
   * @throws {Error} When the file cannot be read for another reason: its rights, a folder of that name.
   */
  static async open(options: JsonStoreOptions): Promise<JsonStore> {
    const file = new StateFile(options.path);
    const found = await file.read();
    if (found.kind === "absent") return new JsonStore(options, { file, read: readDocument("{}") });
    try {
      return new JsonStore(options, { file, read: readDocument(found.text) });
    } catch (error) {
      if (!isUnusable(error)) throw error;
      const aside = await file.moveAside(options.asideAt ?? options.now());
      options.onNote(
        `the state file could not be understood, and is now ${
          aside.slice(aside.lastIndexOf("/") + 1)
        } beside it: the server begins without it`,
      );
      return new JsonStore(options, { file, read: readDocument("{}") });
    }
  }

  /** @throws {Error} When what was read does not fit the tables. */
  private constructor(options: JsonStoreOptions, { file, read }: { file: StateFile; read: StateDocument }) {
    const memory = new SqliteStore({ path: ":memory:", now: options.now, newId: options.newId });
    this.jobs = memory.jobs;
    this.models = memory.models;
    this.canaries = memory.canaries;
    this.audits = memory.audits;
    this.events = memory.events;
    this.#memory = memory;
    this.#state = new StateText(memory.database);
    this.#file = file;
    this.#unknown = new UnknownFields(read);
    this.#options = options;
    // A crash may have cost events that somebody has seen: their ids are left out.
    const lastEventId = read.lastEventId + EVENT_LEAP_IDS;
    const { lastAuditId, auditAnchor } = read;
    this.#state.write(listsOf(read, options.now), {
      lastAuditId,
      lastEventId,
      auditAnchor: auditAnchor ?? null,
    });
    memory.journal.onChange = () => this.#saveLater();
  }

  sizes(): Promise<StoreSizes> {
    return this.#memory.sizes();
  }

  async flush(): Promise<void> {
    this.#cancelSave?.();
    await this.#save();
    if (!this.#hasFailed) return;
    const message = "The state file cannot be written, so nothing is done that must be known after a crash";
    throw new ToolError("unavailable", message, { retryable: true, reason: "state_not_written" });
  }

  async close(): Promise<void> {
    this.#cancelSave?.();
    await this.#save();
    this.#memory.journal.onChange = () => {};
    // What could not be saved would be tried again, with a database that is closed.
    this.#cancelSave?.();
    await this.#memory.close();
  }

  #saveLater(): void {
    this.#isChanged = true;
    this.#cancelSave ??= this.#options.later(() => this.#save(), STATE_SAVE_DELAY_MS);
  }

  /** Saves one after the other. Never rejects: what could not be saved is tried again. */
  #save(): Promise<void> {
    this.#cancelSave = undefined;
    return this.#saving = this.#saving.then(async () => {
      if (!this.#isChanged) return;
      this.#isChanged = false;
      try {
        await this.#file.write(this.#text());
        this.#hasFailed = false;
      } catch (error) {
        this.#hasFailed = true;
        // The system repeats the path.
        const reason = error instanceof Error ? systemReason(error) : String(error);
        this.#options.onNote(`the state file could not be written, and will be tried again: ${reason}`);
        this.#saveLater();
      }
    });
  }

  #text(): string {
    this.#state.prune({ auditsMax: STATE_AUDITS_MAX, eventsMax: STATE_EVENTS_MAX });
    const members = Object.entries({ ...this.#unknown.top, ...this.#state.readFacts() }).map((
      [name, value],
    ) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
    for (const [list, records] of this.#state.read()) {
      const lines = this.#unknown.addTo(list, records).map((record) => `\n    ${record}`).join(",");
      members.push(`${JSON.stringify(list)}: [${lines}${lines === "" ? "" : "\n  "}]`);
    }
    return `{\n  ${members.join(",\n  ")}\n}\n`;
  }
}

/** Whether it is the file's text that is wrong: no JSON, another shape, or values that no column takes. */
function isUnusable(error: unknown): boolean {
  return error instanceof SyntaxError ||
    error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
}
