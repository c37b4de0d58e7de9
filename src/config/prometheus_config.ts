/** The variables that say where Prometheus is, and what it is asked. */
import type { PrometheusOptions } from "../core/prometheus_options.ts";
import { fill, rangeSelector, templateProblem } from "../core/promql_template.ts";
import { ConfigReader } from "./config_reader.ts";

/** The variables that this area reads. */
export const PROMETHEUS_VARIABLES = [
  "PROM_URL",
  "PROM_BEARER",
  "PROM_HEADERS",
  "PROM_QUERY_TOTAL",
  "PROM_QUERY_ERRORS",
  "PROM_QUERY_BUCKETS",
  "PROM_QUERY_LAT",
  "PROM_QUERY_ERR",
  "PROM_LATENCY_UNIT",
  "PROM_SCRAPE_INTERVAL_MS",
  "PROM_INGEST_DELAY_MS",
  "PROM_ALLOW_WARNINGS",
] as const;

type PrometheusRecord = Readonly<Partial<Record<(typeof PROMETHEUS_VARIABLES)[number], string | undefined>>>;
type Reader = ConfigReader<(typeof PROMETHEUS_VARIABLES)[number]>;

/** How Prometheus is reached, and asked. */
export interface PrometheusConfig extends PrometheusOptions {
  readonly access: {
    /** Without a slash at the end. */
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    /** Whether results that Prometheus warns about are good enough. */
    readonly allowsWarnings: boolean;
  };
}

/** What is asked where no query is given: the names that Prometheus' own client libraries use. */
const DEFAULT_QUERIES = {
  kind: "counts",
  total: 'sum(increase(http_request_duration_seconds_count{model="$__model",gate="$__gate"}[$__window]))',
  errors:
    'sum(increase(http_requests_total{model="$__model",gate="$__gate",code=~"5.."}[$__window])) or vector(0)',
  buckets:
    'sum by (le) (increase(http_request_duration_seconds_bucket{model="$__model",gate="$__gate"}[$__window]))',
} as const;

/** Reads the variables of Prometheus; undefined where it has no address. */
export function parsePrometheusConfig(
  record: PrometheusRecord,
  problems: string[],
): PrometheusConfig | undefined {
  const read = new ConfigReader(record, problems);
  const url = read.url("PROM_URL");
  const queries = readQueries(read);
  const config = {
    queries,
    latencyUnit: readUnit(read, queries),
    scrapeIntervalMs: read.integer("PROM_SCRAPE_INTERVAL_MS", { fallback: 15_000, min: 100, max: 600_000 }),
    ingestDelayMs: read.integer("PROM_INGEST_DELAY_MS", { fallback: 15_000, min: 0, max: 600_000 }),
  };
  const headers = readHeaders(read);
  const allowsWarnings = read.flag("PROM_ALLOW_WARNINGS");
  if (url === undefined) return undefined;
  return { ...config, access: { url: url.href.replace(/\/+$/, ""), headers, allowsWarnings } };
}

/** A header's value as it may be sent. The variables hold secrets: what is wrong is not repeated. */
const HEADER_VALUE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

function readHeaders(read: Reader): Record<string, string> {
  const headers: Record<string, string> = {};
  const text = read.text("PROM_HEADERS");
  if (text !== undefined) {
    const parsed = jsonEntries(text);
    if (parsed === undefined) {
      read.note('PROM_HEADERS is not a JSON object of texts, as in {"X-Scope-OrgID":"team"}');
    }
    for (const [name, value] of parsed ?? []) headers[name.toLowerCase()] = value;
  }
  const bearer = read.text("PROM_BEARER");
  if (bearer !== undefined && !/^[\x21-\x7e]+$/.test(bearer)) {
    read.note("PROM_BEARER must be printable ASCII without spaces");
  }
  return { ...headers, ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) };
}

function jsonEntries(text: string): [string, string][] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value);
    const isGood = entries.every(([name, header]) =>
      /^[A-Za-z0-9-]+$/.test(name) && typeof header === "string" && HEADER_VALUE.test(header)
    );
    return isGood ? entries : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readQueries(read: Reader): PrometheusConfig["queries"] {
  const total = readTemplate(read, "PROM_QUERY_TOTAL");
  const errors = readTemplate(read, "PROM_QUERY_ERRORS");
  const buckets = readTemplate(read, "PROM_QUERY_BUCKETS");
  const latency = readTemplate(read, "PROM_QUERY_LAT");
  const errorRate = readTemplate(read, "PROM_QUERY_ERR");
  if (total !== undefined) {
    if (rangeSelector(total) === undefined) {
      read.refuse(
        "PROM_QUERY_TOTAL",
        total,
        "sums up no series over [$__window], so its age cannot be known",
      );
    }
    return { kind: "counts", total, errors, buckets };
  }
  if (errors !== undefined || buckets !== undefined) {
    read.note(
      "PROM_QUERY_ERRORS and PROM_QUERY_BUCKETS need PROM_QUERY_TOTAL: the requests that they are among",
    );
  }
  if (latency !== undefined || errorRate !== undefined) return { kind: "points", latency, errorRate };
  return DEFAULT_QUERIES;
}

function readTemplate(read: Reader, name: (typeof PROMETHEUS_VARIABLES)[number]): string | undefined {
  const template = read.text(name);
  const problem = template === undefined ? undefined : templateProblem(template);
  if (template !== undefined && problem !== undefined) read.refuse(name, template, problem);
  return template;
}

/** The unit that a metric's name ends in stands against the variable: one of both is a mistake. */
function readUnit(read: Reader, queries: PrometheusConfig["queries"]): "s" | "ms" {
  const said = read.text("PROM_LATENCY_UNIT");
  const template = queries.kind === "counts" ? queries.buckets : queries.latency;
  const named = template === undefined ? undefined : unitOf(template);
  const unit = said === undefined || said === ""
    ? named ?? "s"
    : read.choice("PROM_LATENCY_UNIT", ["s", "ms"]);
  if (said !== undefined && named !== undefined && named !== unit) {
    read.refuse("PROM_LATENCY_UNIT", said, `contradicts the query, whose latencies are in ${named}`);
  }
  return unit;
}

/** Undefined where the names do not say. */
function unitOf(template: string): "s" | "ms" | undefined {
  const plain = fill(template, { windowSeconds: 60, gate: "", modelId: "" });
  if (/\*\s*(1000|1e3)\b/.test(plain)) return "ms";
  if (/_(milliseconds|ms)(_bucket)?\b/.test(plain)) return "ms";
  return /_seconds(_bucket)?\b/.test(plain) ? "s" : undefined;
}
