/** A whole database as the parts of one JSON document, and back. SQLite itself makes the texts, and reads them. */
import type { Database, Statement } from "./database.ts";
import { type Column, STATE_TABLES, type TableShape } from "./state_shape.ts";

/** Audits and events that are kept: the newest. */
export interface Retention {
  readonly auditsMax: number;
  readonly eventsMax: number;
}

/** See the module. */
export class StateText {
  readonly #db: Database;
  readonly #lists: ReadonlyMap<string, Statement<{ text: string }>>;
  readonly #counters: Statement<{ name: string; seq: number }>;
  readonly #anchor: Statement<{ first_id: number; previous_hash: string }>;
  readonly #prune: { readonly anchor: Statement; readonly audits: Statement; readonly events: Statement };

  constructor(db: Database) {
    this.#db = db;
    const written = STATE_TABLES.filter(({ rows }) => rows !== undefined);
    this.#lists = new Map(
      written.map((shape) => [shape.list, db.prepare<{ text: string }>(selectOf(shape))]),
    );
    this.#counters = db.prepare("SELECT name, seq FROM sqlite_sequence");
    this.#anchor = db.prepare("SELECT first_id, previous_hash FROM audit_anchor");
    const oldest = (table: string) => `(SELECT id FROM ${table} ORDER BY id DESC LIMIT 1 OFFSET :keep)`;
    this.#prune = {
      // The row that goes last is what the first row that stays is chained to.
      anchor: db.prepare(
        "INSERT OR REPLACE INTO audit_anchor (rowid, first_id, previous_hash) " +
          `SELECT 1, id + 1, hash FROM audits WHERE id = ${oldest("audits")} AND hash IS NOT NULL`,
      ),
      audits: db.prepare(
        `DELETE FROM audits WHERE id <= ${oldest("audits")} AND id < (SELECT first_id FROM audit_anchor)`,
      ),
      events: db.prepare(`DELETE FROM events WHERE id <= ${oldest("events")}`),
    };
  }

  /** Forgets the audits and events that are too many. */
  prune({ auditsMax, eventsMax }: Retention): void {
    this.#db.transaction(() => {
      this.#prune.anchor.run({ keep: auditsMax });
      this.#prune.audits.run({ keep: auditsMax });
      this.#prune.events.run({ keep: eventsMax });
    });
  }

  /** The lists of the document by name: each object as a JSON text. */
  read(): ReadonlyMap<string, readonly string[]> {
    return new Map(
      Array.from(this.#lists, ([list, select]) => [list, select.all().map(({ text }) => text)]),
    );
  }

  /** What no list says: the last ids that were given away, and what the first audit is chained to. */
  readFacts(): {
    lastAuditId: number;
    lastEventId: number;
    auditAnchor: { firstId: number; previousHash: string } | null;
  } {
    const counters = new Map(this.#counters.all().map(({ name, seq }) => [name, seq]));
    const anchor = this.#anchor.get();
    return {
      lastAuditId: counters.get("audits") ?? 0,
      lastEventId: counters.get("events") ?? 0,
      auditAnchor: anchor === undefined
        ? null
        : { firstId: anchor.first_id, previousHash: anchor.previous_hash },
    };
  }

  /** Fills an empty database. `lists` has the lists by name: each as one JSON text. */
  write(
    lists: ReadonlyMap<string, string>,
    facts: {
      readonly lastAuditId: number;
      readonly lastEventId: number;
      readonly auditAnchor: { readonly firstId: number; readonly previousHash: string } | null;
    },
  ): void {
    this.#db.transaction(() => {
      for (const shape of STATE_TABLES) {
        const list = lists.get(shape.list);
        if (list !== undefined) this.#db.prepare(insertOf(shape)).run({ list });
      }
      this.#setCounter("audits", facts.lastAuditId);
      this.#setCounter("events", facts.lastEventId);
      if (facts.auditAnchor !== null) {
        const { firstId, previousHash } = facts.auditAnchor;
        this.#db.prepare(
          "INSERT INTO audit_anchor (rowid, first_id, previous_hash) VALUES (1, :firstId, :previousHash)",
        )
          .run({ firstId, previousHash });
      }
    });
  }

  /** No id is given away twice, not even of a row that is gone. */
  #setCounter(table: string, atLeast: number): void {
    const last = this.#counters.all().find(({ name }) => name === table)?.seq;
    const sql = last === undefined
      ? "INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :seq)"
      : "UPDATE sqlite_sequence SET seq = :seq WHERE name = :table";
    this.#db.prepare(sql).run({ table, seq: Math.max(last ?? 0, atLeast) });
  }
}

function selectOf({ table, columns, rows = "" }: TableShape): string {
  const members = columns.map((each) => `'${each.property}', ${valueOf(each)}`);
  return `SELECT json_object(${members.join(", ")}) AS text FROM ${table} ${rows}`;
}

function valueOf({ column, kind = "value" }: Column): string {
  switch (kind) {
    case "value":
      return column;
    case "json":
      return `json(${column})`;
    case "flag":
      return `json(iif(${column}, 'true', 'false'))`;
    default:
      return kind satisfies never;
  }
}

function insertOf({ table, columns }: TableShape): string {
  const kept = columns.filter(({ isDerived }) => !isDerived);
  // A record that stands there twice is read once; one that fits no table makes the whole document unusable.
  return `INSERT INTO ${table} (${kept.map(({ column }) => column).join(", ")}) ` +
    `SELECT ${kept.map(readOf).join(", ")} FROM json_each(:list) WHERE true ON CONFLICT DO NOTHING`;
}

/** `->>` gives the value of a property, `->` its JSON; both give NULL for one that is not there. */
function readOf({ property, kind = "value", otherwise }: Column): string {
  const value = kind === "json" ? `nullif(value -> '${property}', 'null')` : `value ->> '${property}'`;
  const fallback = otherwise ?? (kind === "flag" ? "0" : undefined);
  return fallback === undefined ? value : `coalesce(${value}, ${fallback})`;
}
