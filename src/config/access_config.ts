/** The variables that say who may do what, and how much of it. */
import { RATE_BUCKET_REQUESTS, RATE_WINDOW_MS } from "../core/limits.ts";
import { patternProblem } from "../core/path_pattern.ts";
import { ConfigReader } from "./config_reader.ts";

/** The variables that this area reads. */
export const ACCESS_VARIABLES = [
  "LUKHAS_MCP_API_KEYS_FILE",
  "MCP_ALLOW_SECRETS",
  "MCP_DENY",
  "MCP_DENY_DEFAULTS",
  "MCP_RL_BUCKET",
  "MCP_RL_WINDOW_MS",
] as const;

/** Who may do what. */
export interface AccessConfig {
  /** A file of keys, as written; undefined for none. */
  readonly apiKeysFile: string | undefined;
  /** Requests that one caller may send in a window, and at once; 0 for no limit. */
  readonly rateBucket: number;
  /** How long an empty bucket takes to fill, in milliseconds. */
  readonly rateWindowMs: number;
  /** Files that no tool touches: the operator's patterns, and whether the list of well-known secret files holds. */
  readonly deny: { readonly patterns: readonly string[]; readonly defaults: boolean };
  /** Whether writes and commits may bring secrets in. */
  readonly allowSecrets: boolean;
}

type AccessRecord = Readonly<Partial<Record<(typeof ACCESS_VARIABLES)[number], string | undefined>>>;

/** Reads the variables of this area; what makes no sense is noted in `problems`. */
export function parseAccessConfig(record: AccessRecord, problems: string[]): AccessConfig {
  const read = new ConfigReader(record, problems);
  return {
    apiKeysFile: read.text("LUKHAS_MCP_API_KEYS_FILE"),
    rateBucket: read.integer("MCP_RL_BUCKET", { fallback: RATE_BUCKET_REQUESTS, min: 0, max: 1_000_000 }),
    rateWindowMs: read.integer("MCP_RL_WINDOW_MS", { fallback: RATE_WINDOW_MS, min: 100, max: 86_400_000 }),
    allowSecrets: read.flag("MCP_ALLOW_SECRETS"),
    deny: {
      patterns: read.list("MCP_DENY", {
        accepted: "a pattern of paths, such as *.sqlite or /customers/",
        read: (part) => patternProblem(part) === undefined ? part : undefined,
      }),
      defaults: read.flag("MCP_DENY_DEFAULTS", true),
    },
  };
}
