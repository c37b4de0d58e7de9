/** Evidence: what was done to jobs, gates and canaries in a span of time, as a zip that can be checked offline. */
import { createHash } from "node:crypto";
import type { Now } from "../../core/clock.ts";
import type { JsonObject } from "../../core/json.ts";
import { EVIDENCE_EXPORTS_MAX } from "../../core/release_limits.ts";
import type { ChainAnchor } from "../../store/audit.ts";
import type { Store } from "../../store/store.ts";
import { type Cell, csvLine } from "./csv.ts";
import { type EvidenceTable, evidenceTables } from "./evidence_tables.ts";
import { parseSpan, type TimeSpan } from "./time_span.ts";
import { zipBytes, type ZipFile } from "./zip_stream.ts";

/** What came of asking for evidence. */
export type EvidenceAnswer =
  | { readonly kind: "zip"; readonly name: string; readonly body: ReadableStream<Uint8Array<ArrayBuffer>> }
  | { readonly kind: "bad_span" | "busy"; readonly message: string };

/** A file of the zip, as the manifest lists it. */
interface ListedFile {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** See the module. */
export class Evidence {
  readonly #store: Store;
  readonly #now: Now;
  readonly #version: string;
  #exports = 0;

  constructor(parts: { readonly store: Store; readonly now: Now; readonly version: string }) {
    this.#store = parts.store;
    this.#now = parts.now;
    this.#version = parts.version;
  }

  /** The zip is made while it is read, and given up when its reader leaves. */
  export(wanted: { readonly from: string; readonly to: string }): EvidenceAnswer {
    const now = this.#now();
    const span = parseSpan(wanted, now);
    if ("problem" in span) return { kind: "bad_span", message: span.problem };
    if (this.#exports >= EVIDENCE_EXPORTS_MAX) {
      return {
        kind: "busy",
        message: `Cannot export: ${EVIDENCE_EXPORTS_MAX} exports are under way; try again`,
      };
    }
    const name = `lukhas-evidence-${stamp(span.from)}-${stamp(span.to)}.zip`;
    const bytes = zipBytes(this.#files(span, now), { modified: now });
    return { kind: "zip", name, body: this.#counted(bytes) };
  }

  /** The stream of what a generator yields. It counts as an export until it is over. */
  #counted<Piece>(pieces: AsyncGenerator<Piece, void, undefined>): ReadableStream<Piece> {
    this.#exports++;
    const end = async () => {
      if (!isOver) this.#exports--;
      isOver = true;
      await pieces.return();
    };
    let isOver = false;
    return new ReadableStream<Piece>({
      async pull(controller) {
        try {
          const { value, done } = await pieces.next();
          if (!done) return controller.enqueue(value);
        } catch (error) {
          await end();
          throw error;
        }
        await end();
        controller.close();
      },
      cancel: end,
    }, { highWaterMark: 0 });
  }

  async *#files(span: TimeSpan, now: number): AsyncGenerator<ZipFile, void, undefined> {
    const listed: ListedFile[] = [];
    for (const table of evidenceTables(this.#store, span)) {
      yield listing(`${table.name}.json`, jsonPieces(table), listed);
      yield listing(`${table.name}.csv`, csvPieces(table), listed);
    }
    const manifest = {
      format: "lukhas-mcp evidence 1",
      server: `lukhas-mcp ${this.#version}`,
      exportedAt: iso(now),
      from: iso(span.from),
      to: iso(span.to),
      ...completeness(this.#store),
      chain: await this.#anchor(span) ?? null,
      files: listed,
    };
    yield { name: "manifest.json", pieces: once(`${JSON.stringify(manifest, null, 2)}\n`) };
  }

  /** What the first audit of the span is chained to; undefined when there is none, or none before it was chained. */
  async #anchor(span: TimeSpan): Promise<ChainAnchor | undefined> {
    const { audits } = this.#store;
    const [first] = await audits.read({ ...span, limit: 1 });
    if (first === undefined) return undefined;
    const anchor = await audits.anchor();
    if (anchor !== undefined && first.id <= anchor.firstId) return anchor;
    const [before] = await audits.read({ afterId: first.id - 2, limit: 1 });
    if (before === undefined || before.id >= first.id || before.hash === null) return undefined;
    return { firstId: first.id, previousHash: before.hash };
  }
}

/** An honest word on what is not in the export. */
function completeness({ kind }: Store): { readonly complete: boolean; readonly notes: readonly string[] } {
  const always = [
    "Events live as long as their job or canary.",
    "audits.json holds what each hash was made of; in the CSV files a text that begins like a formula has an apostrophe before it.",
  ];
  if (kind !== "json") return { complete: true, notes: always };
  return {
    complete: false,
    notes: [
      "Partial: this server keeps its state in a JSON file, and of audits and events the newest 5,000 alone. " +
      "Set LUKHAS_MCP_DB to a database for full evidence.",
      ...always,
    ],
  };
}

/** The file, which is put on the list once it is written. */
function listing(
  name: string,
  pieces: AsyncIterable<{ readonly text: string; readonly rows: number }>,
  list: ListedFile[],
): ZipFile {
  async function* hashed() {
    const hash = createHash("sha256");
    let rows = 0;
    let bytes = 0;
    for await (const piece of pieces) {
      hash.update(piece.text);
      bytes += new TextEncoder().encode(piece.text).length;
      rows += piece.rows;
      yield piece.text;
    }
    list.push({ name, rows, bytes, sha256: hash.digest("hex") });
  }
  return { name, pieces: hashed() };
}

/** An array with one row a line. */
async function* jsonPieces(table: EvidenceTable) {
  let separator = "[\n";
  for await (const page of table.rows()) {
    if (page.length === 0) continue;
    const lines = page.map((row) => JSON.stringify(inOrder(table, row)));
    yield { text: separator + lines.join(",\n"), rows: page.length };
    separator = ",\n";
  }
  yield { text: separator === "[\n" ? "[]\n" : "\n]\n", rows: 0 };
}

async function* csvPieces(table: EvidenceTable) {
  yield { text: csvLine(table.columns), rows: 0 };
  for await (const page of table.rows()) {
    const lines = page.map((row) => csvLine(table.columns.map((column) => toCell(row[column]))));
    yield { text: lines.join(""), rows: page.length };
  }
}

function inOrder({ columns }: EvidenceTable, row: JsonObject): JsonObject {
  return Object.fromEntries(columns.map((column) => [column, row[column]]));
}

function toCell(value: JsonObject[string]): Cell {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

async function* once(text: string) {
  yield text;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** A moment in a file's name. */
function stamp(at: number): string {
  return iso(at).replace(/\.\d+Z$/, "Z").replaceAll(/[-:]/g, "");
}
