/**
 * `deno task verify-audit FILE`: follows the chain of audits in a database, in a state file, or in the `audits.json` of an
 * unpacked export (beside its `manifest.json`), and names the first row that is not what was written. Only reads.
 * Exits with 0 when every row is sealed by the one before, with 1 when one is not, with 2 when there is nothing to follow.
 */
import { DatabaseSync } from "node:sqlite";
import type { Audit } from "../src/store/audit.ts";
import { CHAIN_START, ChainCheck } from "../src/store/audit_chain.ts";
import { type AuditRow, toAudit } from "../src/store/sqlite/audit_row.ts";

/** Rows in the order of their ids, and what the first of them follows. */
export interface AuditTrail {
  readonly rows: Iterable<Audit>;
  readonly previousHash: string;
}

/** What came of following a trail. */
export interface Verdict {
  readonly exitCode: 0 | 1 | 2;
  readonly text: string;
}

/** Follows a trail to its end, or to the first row that is wrong. */
export function verify({ rows, previousHash }: AuditTrail): Verdict {
  const check = new ChainCheck(previousHash);
  let count = 0;
  for (const row of rows) {
    count++;
    const found = check.next(row);
    if (found === undefined) continue;
    const text = `row ${found.id} is not what was written, or a row before it is missing: ` +
      `its hash is ${found.found}, and ${found.expected} was to be expected`;
    return { exitCode: 1, text };
  }
  if (count === 0) return { exitCode: 2, text: "there are no audits" };
  const unsealed = count - check.sealed;
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
  const header = new TextDecoder().decode((await Deno.readFile(path)).slice(0, 15));
  return header === "SQLite format 3" ? readDatabase(path) : await readJson(path);
}

function readDatabase(path: string): AuditTrail {
  const db = new DatabaseSync(path, { readOnly: true });
  const anchor = db.prepare("SELECT previous_hash FROM audit_anchor").get() as
    | { previous_hash: string }
    | undefined;
  const rows = db.prepare("SELECT * FROM audits ORDER BY id").iterate() as Iterable<unknown>;
  return {
    rows: (function* () {
      for (const row of rows) yield toAudit(row as AuditRow);
    })(),
    previousHash: anchor?.previous_hash ?? CHAIN_START,
  };
}

interface StateFile {
  readonly audits?: readonly (Omit<AuditRow, "payload_json"> & { readonly payload: Audit["payload"] })[];
  readonly auditAnchor?: { readonly previousHash: string } | null;
}

async function readJson(path: string): Promise<AuditTrail> {
  const value: readonly Audit[] | StateFile = parse(await Deno.readTextFile(path));
  if (Array.isArray(value)) {
    const manifest = await Deno.readTextFile(path.replace(/[^/]*$/, "manifest.json")).catch((cause) => {
      throw new Error("the manifest.json of its export is not beside it", { cause });
    });
    return { rows: value, previousHash: JSON.parse(manifest).chain.previousHash };
  }
  const { audits = [], auditAnchor } = value as StateFile;
  const rows = audits.map(({ payload, ...row }) =>
    toAudit({ ...row, payload_json: JSON.stringify(payload) })
  );
  return { rows, previousHash: auditAnchor?.previousHash ?? CHAIN_START };
}

function parse(text: string): readonly Audit[] | StateFile {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error("it is neither a database, nor a state file, nor the audits.json of an export", {
      cause,
    });
  }
}

/** Reads a file and follows its trail; a file that cannot be read is nothing to follow. */
async function verdictOn(path: string): Promise<Verdict> {
  try {
    return verify(await readTrail(path));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { exitCode: 2, text: `cannot be followed: ${error.message.replace(/ \(os error [\s\S]*$/, "")}` };
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
