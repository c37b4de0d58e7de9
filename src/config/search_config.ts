/** The variables of search. */
import { SEARCH_BUDGET_MS } from "../core/limits.ts";
import { ConfigReader } from "./config_reader.ts";

/** The variables that this area reads. */
export const SEARCH_VARIABLES = ["MCP_INDEX_PATH", "MCP_SEARCH_BUDGET_MS"] as const;

/** How search works. */
export interface SearchConfig {
  /** Where the index lies, as written; undefined for `.mcp-index.db` in the root. */
  readonly indexPath: string | undefined;
  /** How long one search may take before it answers the best that it has, in milliseconds. */
  readonly budgetMs: number;
}

type SearchRecord = Readonly<Partial<Record<(typeof SEARCH_VARIABLES)[number], string | undefined>>>;

/** Reads the variables of search; what makes no sense is noted in `problems`. */
export function parseSearchConfig(record: SearchRecord, problems: string[]): SearchConfig {
  const read = new ConfigReader(record, problems);
  return {
    indexPath: read.text("MCP_INDEX_PATH"),
    budgetMs: read.integer("MCP_SEARCH_BUDGET_MS", { fallback: SEARCH_BUDGET_MS, min: 50, max: 60_000 }),
  };
}
