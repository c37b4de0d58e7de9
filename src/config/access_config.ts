/** The variables that say who may do what, and how much of it. */
import {
  CALLER_STREAMS_MAX,
  CONCURRENT_REQUESTS_MAX,
  JOURNAL_BYTES_MAX,
  RATE_BUCKET_REQUESTS,
  RATE_WINDOW_MS,
} from "../core/limits.ts";
import { ipFamily } from "../core/ip_family.ts";
import { patternProblem } from "../core/path_pattern.ts";
import { ConfigReader } from "./config_reader.ts";

/** The variables that this area reads. */
export const ACCESS_VARIABLES = [
  "LUKHAS_MCP_API_KEYS_FILE",
  "MCP_ALLOW_SECRETS",
  "MCP_DENY",
  "MCP_DENY_DEFAULTS",
  "MCP_JOURNAL_BYTES",
  "MCP_JOURNAL_PATH",
  "MCP_MAX_CONCURRENCY",
  "MCP_MAX_STREAMS",
  "MCP_READ_ONLY",
  "MCP_RL_BUCKET",
  "MCP_RL_WINDOW_MS",
  "MCP_TRUSTED_PROXIES",
] as const;

/** Who may do what. */
export interface AccessConfig {
  /** A file of keys, as written; undefined for none. */
  readonly apiKeysFile: string | undefined;
  /** Requests that one caller may send in a window, and at once; 0 for no limit. */
  readonly rateBucket: number;
  /** How long an empty bucket takes to fill, in milliseconds. */
  readonly rateWindowMs: number;
  /** The folder of the journal, as written; undefined for `.mcp-journal` in the root. */
  readonly journalPath: string | undefined;
  /** Most bytes of files that the journal keeps. */
  readonly journalBytesMax: number;
  /** Requests that are at work at one time. */
  readonly concurrencyMax: number;
  /** Streams that one caller has open at one time. */
  readonly streamsMax: number;
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Files that no tool touches: the operator's patterns, and whether the list of well-known secret files holds. */
  readonly deny: { readonly patterns: readonly string[]; readonly defaults: boolean };
  /** Whether nothing may be changed: the app itself then cannot write to the root. */
  readonly readOnly: boolean;
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
    readOnly: read.flag("MCP_READ_ONLY"),
    allowSecrets: read.flag("MCP_ALLOW_SECRETS"),
    journalPath: read.text("MCP_JOURNAL_PATH"),
    journalBytesMax: read.integer("MCP_JOURNAL_BYTES", {
      fallback: JOURNAL_BYTES_MAX,
      min: 0,
      max: 100 * 1024 * 1024 * 1024,
    }),
    concurrencyMax: read.integer("MCP_MAX_CONCURRENCY", {
      fallback: CONCURRENT_REQUESTS_MAX,
      min: 1,
      max: 100_000,
    }),
    streamsMax: read.integer("MCP_MAX_STREAMS", { fallback: CALLER_STREAMS_MAX, min: 1, max: 100_000 }),
    trustedProxies: read.list("MCP_TRUSTED_PROXIES", {
      accepted: "an address or a network, such as 127.0.0.1 or 10.0.0.0/8",
      read: (part) => isNetwork(part) ? part : undefined,
    }),
    deny: {
      patterns: read.list("MCP_DENY", {
        accepted: "a pattern of paths, such as *.sqlite or /customers/",
        read: (part) => patternProblem(part) === undefined ? part : undefined,
      }),
      defaults: read.flag("MCP_DENY_DEFAULTS", true),
    },
  };
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = ipFamily(address);
  if (family === undefined || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
