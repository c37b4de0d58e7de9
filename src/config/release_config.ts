/** The variables of what is kept of jobs, models and canaries: where, and for how long. */
import { JOB_TTL_MS } from "../core/limits.ts";
import { ConfigReader } from "./config_reader.ts";

/** The variables that this area reads. */
export const RELEASE_VARIABLES = ["LUKHAS_MCP_DB", "MCP_STATE_PATH", "MCP_JOB_TTL_MS"] as const;

/** Where things are kept, and for how long. */
export interface ReleaseConfig {
  /** The database, as written; undefined for the JSON file. */
  readonly database: string | undefined;
  /** The JSON file, as written; undefined for `.mcp-state.json` in the root. */
  readonly statePath: string | undefined;
  /** How long a job is kept after its end, in milliseconds. */
  readonly jobTtlMs: number;
}

type ReleaseRecord = Readonly<Partial<Record<(typeof RELEASE_VARIABLES)[number], string | undefined>>>;

/** Reads the variables of the release loop; what makes no sense is noted in `problems`. */
export function parseReleaseConfig(record: ReleaseRecord, problems: string[]): ReleaseConfig {
  const read = new ConfigReader(record, problems);
  return {
    database: readDatabase(read),
    statePath: read.text("MCP_STATE_PATH"),
    jobTtlMs: read.integer("MCP_JOB_TTL_MS", { fallback: JOB_TTL_MS, min: 1_000, max: 999_999_999_999 }),
  };
}

type Reader = ConfigReader<(typeof RELEASE_VARIABLES)[number]>;

function readDatabase(read: Reader): string | undefined {
  const value = read.text("LUKHAS_MCP_DB");
  if (value === undefined || !/^\w+:/.test(value)) return value;
  // Such an address may hold a password, so it is not repeated.
  read.note("LUKHAS_MCP_DB is an address, and must be the path of an SQLite database");
  return undefined;
}
