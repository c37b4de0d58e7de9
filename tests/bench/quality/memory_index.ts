/** An index in memory over a list of texts, with the tables that the server's index has: enough to measure ranking. */
import { DatabaseSync } from "node:sqlite";
import { toDocument } from "../../../src/search/document.ts";
import type {
  CurrentFile,
  FullTextHit,
  IndexedFile,
  IndexReader,
  SymbolHit,
} from "../../../src/search/index_reader.ts";
import { decodeOutline, encodeOutline } from "../../../src/search/index/outline_text.ts";
import { foldSymbol } from "../../../src/search/words.ts";

const encoder = new TextEncoder();

/** Indexes texts by path. */
export function memoryIndex(texts: ReadonlyMap<string, string>): IndexReader & { readonly db: DatabaseSync } {
  const db = new DatabaseSync(":memory:");
  db.exec(`
    CREATE VIRTUAL TABLE document USING fts5(name, path, definitions, headings, body, content='', tokenize='unicode61');
    CREATE VIRTUAL TABLE vocabulary USING fts5vocab(document, row);
    CREATE TABLE file(id INTEGER PRIMARY KEY, path TEXT UNIQUE);
    CREATE TABLE outline(path TEXT PRIMARY KEY, symbols TEXT);
    CREATE TABLE symbol(file INTEGER, folded TEXT, name TEXT, kind TEXT, line INTEGER);
  `);
  const files: IndexedFile[] = [];
  const insert = db.prepare(
    "INSERT INTO document(rowid, name, path, definitions, headings, body) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const insertFile = db.prepare("INSERT INTO file VALUES (?, ?)");
  const insertOutline = db.prepare("INSERT INTO outline VALUES (?, ?)");
  const insertSymbol = db.prepare("INSERT INTO symbol VALUES (?, ?, ?, ?, ?)");
  db.exec("BEGIN");
  let id = 0;
  for (const [path, text] of [...texts].sort(([a], [b]) => a < b ? -1 : 1)) {
    id++;
    const { columns, symbols, language } = toDocument(path, text);
    insert.run(id, columns.name, columns.path, columns.definitions, columns.headings, columns.body);
    insertFile.run(id, path);
    insertOutline.run(path, encodeOutline(symbols));
    for (const { name, kind, line } of symbols) insertSymbol.run(id, foldSymbol(name), name, kind, line);
    files.push({ path, language, size: text.length, hasText: true });
  }
  db.exec("COMMIT; CREATE INDEX symbol_folded ON symbol(folded); CREATE INDEX symbol_file ON symbol(file)");
  const byPath = new Map(files.map((file) => [file.path, file]));
  const frequencies = new Map<string, number>();
  const df = db.prepare("SELECT doc FROM vocabulary WHERE term = ?");
  const words = db.prepare(
    "SELECT group_concat(term, char(10)) AS words FROM vocabulary",
  );
  const named = db.prepare(
    "SELECT path, name, kind, line FROM symbol JOIN file ON file.id = symbol.file WHERE folded = ? ORDER BY path LIMIT ?",
  );
  const ofFile = db.prepare("SELECT symbols FROM outline WHERE path = ?");
  return {
    db,
    generation: 1,
    files: () => files,
    file: (path) => byPath.get(path),
    match(expression, { weights, limit, inScope }) {
      const { name, path, definitions, headings, body } = weights;
      const rows = db.prepare(
        `SELECT file.path AS path, -bm25(document, ${
          [name, path, definitions, headings, body].join(", ")
        }) AS score
         FROM document JOIN file ON file.id = document.rowid WHERE document MATCH ?
         ORDER BY score DESC${inScope === undefined ? ` LIMIT ${limit}` : ""}`,
      ).all(expression) as unknown as FullTextHit[];
      return inScope === undefined ? rows : rows.filter(({ path }) => inScope(path)).slice(0, limit);
    },
    indexedBytes: (path) => encoder.encode(texts.get(path) ?? ""),
    matching: (expression, limit) =>
      db.prepare(
        "SELECT file.path AS path FROM document JOIN file ON file.id = document.rowid WHERE document MATCH ? LIMIT ?",
      ).all(expression, limit).map((row) => String(row["path"])),
    documentFrequency(term) {
      const known = frequencies.get(term);
      if (known !== undefined) return known;
      const counted = Number(df.get(term)?.["doc"] ?? 0);
      frequencies.set(term, counted);
      return counted;
    },
    vocabulary: () => ({ tokens: String(words.get()?.["words"] ?? ""), since: [] }),
    symbolsNamed: (folded, limit) => named.all(folded, limit) as unknown as SymbolHit[],
    symbolsOf: (path) => decodeOutline(String(ofFile.get(path)?.["symbols"] ?? "")),
    symbolsHolding: (paths, holding) =>
      new Map(
        Array.from(
          paths,
          (path) => [path, decodeOutline(String(ofFile.get(path)?.["symbols"] ?? ""), holding)] as const,
        ),
      ),
    unindexed: () => [],
    exists: (path) => texts.has(path),
    read(path): CurrentFile | undefined {
      const text = texts.get(path);
      return text === undefined
        ? undefined
        : { path, text, judged: text, bytes: encoder.encode(text), isNewer: false };
    },
  };
}
