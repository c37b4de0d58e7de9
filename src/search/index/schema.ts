/** The tables of the index, and how to tell them from anything else that stands in their place. */
import type { DatabaseSync } from "node:sqlite";
import { DOCUMENT_VERSION } from "../document.ts";

/** Counts up with every change of the tables. */
const SCHEMA_VERSION = 2;

/** `PRAGMA user_version`: an index of another version is built anew. */
export const INDEX_VERSION = SCHEMA_VERSION * 1000 + DOCUMENT_VERSION;

/**
 * Memory in which FTS5 gathers words before it writes them out (its `hashsize`, in bytes). With its own 1 MiB, most of a
 * build is merging what was written out: 3.1 s of 25,000 files' 5.3 s, and 1.6 s of 4.5 s with this.
 */
const GATHERED_BYTES = 16 * 1024 * 1024;

/** `PRAGMA application_id`, "mcpi": whose file this is. */
export const APPLICATION_ID = 0x6d637069;

/**
 * The full-text table keeps no copy of the texts (`content=''`): they are read from the files, which are never stale.
 * `detail=full` keeps positions, which phrases need. Definitions are one text a file and a number a name: half the
 * size of a row a definition with an index on its name.
 */
const TABLES = `
  CREATE TABLE origin (root TEXT NOT NULL) STRICT;
  CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    is_settled INTEGER NOT NULL,
    language TEXT,
    has_text INTEGER NOT NULL,
    is_plain INTEGER NOT NULL,
    sequence INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE vocabulary (words TEXT NOT NULL, sequence INTEGER NOT NULL) STRICT;
  CREATE TABLE outline (file INTEGER PRIMARY KEY, symbols TEXT NOT NULL) STRICT;
  CREATE TABLE symbol (key INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (key, file)) STRICT, WITHOUT ROWID;
  CREATE VIRTUAL TABLE document USING fts5(
    name, path, definitions, headings, body,
    content='', contentless_delete=1, detail=full, tokenize='unicode61'
  );
`;

/** Makes the tables in an empty database. */
export function createTables(database: DatabaseSync, root: string): void {
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; BEGIN;${TABLES}`);
  database.prepare("INSERT INTO origin (root) VALUES (?)").run(root);
  database.exec(`
    INSERT INTO document (document, rank) VALUES ('hashsize', ${GATHERED_BYTES});
    PRAGMA user_version = ${INDEX_VERSION};
    COMMIT;
  `);
}

/**
 * Versions of files that an index may have taken in, for each file that it has, and in any case. FTS5 goes on to count
 * what was removed from a table without contents (its `nTotalRow` does not shrink) as rows that do not hold the word, and
 * what is common counts more and more like what is rare: at four times the rows, a word of 40 % of the files counts 0.37
 * of what a word of 1 % does, and 0.09 in a new index.
 */
const VERSIONS_PER_FILE_MAX = 4;
const VERSIONS_FREE = 1_000;

/**
 * Why a database is not the index of this version of `root`, or not worth to be gone on with; undefined when it is. A
 * repository may bring a file of the index's name: what differs in a single statement (a trigger, a view, another tokenizer)
 * is not ours.
 */
export function foreignReason(
  database: DatabaseSync,
  { root, fresh }: { root: string; fresh: DatabaseSync },
) {
  const version = valueOf(database, "PRAGMA user_version");
  if (version !== INDEX_VERSION) return `it has version ${version}, this is version ${INDEX_VERSION}`;
  if (statements(database) !== statements(fresh)) return "its tables are not those of an index";
  if (valueOf(database, "SELECT root FROM origin") !== root) return "it is the index of another folder";
  return wornReason(database);
}

function wornReason(database: DatabaseSync): string | undefined {
  const [files, versions] = ["count(*)", "max(sequence)"].map((value) =>
    Number(valueOf(database, `SELECT ${value} FROM file`))
  ) as [number, number];
  if (versions <= VERSIONS_FREE || versions <= VERSIONS_PER_FILE_MAX * files) return undefined;
  return `it has taken in ${versions} versions of ${files} files, and those that are gone bend its scores`;
}

function statements(database: DatabaseSync): string {
  return JSON.stringify(database.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all());
}

function valueOf(database: DatabaseSync, sql: string): unknown {
  return Object.values(database.prepare(sql).get() ?? {})[0];
}
