/**
 * `deno task verify-audit FILE`: follows the chain of audits in a database, in a state file, or in the `audits.json` of an
 * unpacked export (beside its `manifest.json`), and names the first row that is not what was written. Only reads.
 * Exits with 0 when every row is sealed by the one before, with 1 when one is not, with 2 when there is nothing to follow.
 */
import { DatabaseSync } from "node:sqlite";
import type { Audit } from "../src/store/audit.ts";
import { CHAIN_START, ChainCheck } from "../src/store/audit_chain.ts";
import { type AuditRow, toAudit } from "../src/store/sqlite/audit_row.ts";
import { systemReason } from "../src/core/system_reason.ts";

/** Rows in the order of their ids (undefined for what is none), what the first of them follows, and where they end. */
export interface AuditTrail {
  readonly rows: Iterable<Audit | undefined>;
  /** Undefined where the rows before the first one have no hash: then the first one is taken as it is. */
  readonly previousHash: string | undefined;
  /** The last id that was given to a row; undefined where nothing says it. */
  readonly lastId?: number | undefined;
  /** How many rows there were; undefined where nothing says it. */
  readonly count?: number | undefined;
}

/** What came of following a trail. */
export interface Verdict {
  readonly exitCode: 0 | 1 | 2;
  readonly text: string;
}

/** Follows a trail to its end, or to the first row that is wrong. */
export function verify({ rows, previousHash, lastId, count: wanted }: AuditTrail): Verdict {
  const check = new ChainCheck(previousHash);
  let count = 0;
  let last = 0;
  let unsealed = 0;
  let unsealedAtEnd = 0;
  for (const row of rows) {
    if (row === undefined) {
      return { exitCode: 1, text: `what stands behind row ${last} is not what was written: it is no audit` };
    }
    count++;
    last = row.id;
    unsealed += Number(row.hash === null);
    unsealedAtEnd = row.hash === null ? unsealedAtEnd + 1 : 0;
    const found = check.next(row);
    if (found === undefined) continue;
    const text = `row ${found.id} is not what was written, or a row before it is missing: ` +
      `its hash is ${found.found}, and ${found.expected} was to be expected`;
    return { exitCode: 1, text };
  }
  if ((lastId !== undefined && last < lastId) || (wanted !== undefined && count !== wanted)) {
    const there = lastId === undefined ? `${wanted} rows` : `rows up to ${lastId}`;
    return {
      exitCode: 1,
      text: `rows are missing at the end: there were ${there}, and the last one is row ${last}`,
    };
  }
  if (count === 0) return { exitCode: 2, text: "there are no audits" };
  if (check.sealed === 0) return { exitCode: 2, text: `none of the ${count} audits has a hash to follow` };
  if (unsealedAtEnd > 0) {
    const text = `the last ${unsealedAtEnd} rows have no hash: nothing says that they are what was written`;
    return { exitCode: 1, text };
  }
  const older = unsealed === 0
    ? ""
    : `; ${unsealed} of an older server are sealed as a group by the row after them`;
  return {
    exitCode: 0,
    text: `${count} audits, ${check.sealed} of them sealed one by one${older}; ends in ${check.head}`,
  };
}

/** @throws {Error} For a file that is none of the three. */
export async function readTrail(path: string): Promise<AuditTrail> {
  return await beginning(path) === SQLITE_HEADER ? readDatabase(path) : await readJson(path);
}

/** How a database file begins (SQLite file format, 1.3). */
const SQLITE_HEADER = "SQLite format 3";

/** A database with years of evidence is not read into memory to find out that it is one. */
async function beginning(path: string): Promise<string> {
  using file = await Deno.open(path, { read: true });
  const bytes = new Uint8Array(SQLITE_HEADER.length);
  const read = await file.read(bytes);
  return new TextDecoder().decode(bytes.subarray(0, read ?? 0));
}

function readDatabase(path: string): AuditTrail {
  const db = new DatabaseSync(path, { readOnly: true });
  const anchor = db.prepare("SELECT previous_hash FROM audit_anchor").get() as
    | { previous_hash: string }
    | undefined;
  const counter = db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'audits'").get() as
    | { seq: number }
    | undefined;
  const rows = db.prepare("SELECT * FROM audits ORDER BY id").iterate() as Iterable<unknown>;
  return {
    rows: (function* () {
      for (const row of rows) yield toAudit(row as AuditRow);
    })(),
    previousHash: anchor?.previous_hash ?? CHAIN_START,
    lastId: counter?.seq,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

interface StateFile {
  readonly audits: readonly unknown[];
  readonly auditAnchor?: { readonly previousHash: string } | null;
  readonly lastAuditId?: number;
}

interface Manifest {
  /** Null where the export has no audits, or none before them has a hash. */
  readonly chain: { readonly previousHash: string } | null;
  readonly files: readonly { readonly name: string; readonly rows: number }[];
}

async function readJson(path: string): Promise<AuditTrail> {
  const value = parse(await Deno.readTextFile(path));
  if (Array.isArray(value)) {
    const text = await Deno.readTextFile(path.replace(/[^/]*$/, "manifest.json")).catch((cause) => {
      throw new Error("the manifest.json of its export is not beside it", { cause });
    });
    const { chain, files }: Manifest = JSON.parse(text);
    const count = files.find(({ name }) => name === "audits.json")?.rows;
    const rows = value.map((row: unknown) => isRecord(row) ? row as unknown as Audit : undefined);
    return { rows, previousHash: chain?.previousHash, count };
  }
  const { audits, auditAnchor, lastAuditId } = value as StateFile;
  const rows = audits.map((row) =>
    isRecord(row)
      ? toAudit({ ...row as unknown as AuditRow, payload_json: JSON.stringify(row.payload) ?? "" })
      : undefined
  );
  return { rows, previousHash: auditAnchor?.previousHash ?? CHAIN_START, lastId: lastAuditId };
}

/** @throws {Error} For what is neither a list nor a state file. */
function parse(text: string): readonly unknown[] | StateFile {
  const value = jsonOf(text);
  if (Array.isArray(value)) return value;
  if (isRecord(value)) {
    const { audits = [] } = value;
    if (Array.isArray(audits)) return { ...value, audits };
  }
  throw new Error("it is neither a database, nor a state file, nor the audits.json of an export");
}

/** Undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** Reads a file and follows its trail; a file that cannot be read is nothing to follow. */
async function verdictOn(path: string): Promise<Verdict> {
  try {
    return verify(await readTrail(path));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { exitCode: 2, text: `cannot be followed: ${systemReason(error)}` };
  }
}

if (import.meta.main) {
  const [path] = Deno.args;
  const say = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
  if (path === undefined) {
    say("usage: deno task verify-audit FILE (a database, a state file, or the audits.json of an export)");
    Deno.exit(2);
  }
  const { exitCode, text } = await verdictOn(path);
  say(`${path}: ${text}`);
  Deno.exit(exitCode);
}
