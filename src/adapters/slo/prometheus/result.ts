/** What Prometheus' HTTP API answers to an instant query, taken apart without trusting any of it. */
import { isRecord, jsonObject } from "../../bounded_fetch.ts";
import type { MonitorErrorCode } from "../slo_monitor.ts";

/** One series at one moment. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** What a query brought. */
export type QueryResult =
  | { readonly kind: "samples"; readonly samples: readonly Sample[]; readonly infos: readonly string[] }
  | {
    readonly kind: "error";
    readonly code: MonitorErrorCode;
    readonly retryable: boolean;
    /** What was found, as the end of a sentence. */
    readonly found: string;
  };

/** Characters of Prometheus' own words that are passed on. */
const MESSAGE_CHARS_MAX = 200;

/** An answer's meaning. `allowsWarnings`: whether a result that is not complete is good enough. */
export function readAnswer(
  { status, text }: { status: number; text: string },
  { allowsWarnings }: { allowsWarnings: boolean },
): QueryResult {
  const body = jsonObject(text);
  if (status !== 200) return refused(status, body);
  if (body?.status !== "success" || !isRecord(body.data)) {
    return failed("bad_response", true, "the answer is not Prometheus' JSON");
  }
  const warnings = texts(body.warnings);
  if (warnings.length > 0 && !allowsWarnings) {
    return failed("partial_data", true, `the data may be incomplete: ${warnings[0]}`);
  }
  return readData(body.data, [...warnings, ...texts(body.infos)]);
}

function refused(status: number, body: Readonly<Record<string, unknown>> | undefined): QueryResult {
  const said = typeof body?.error === "string" ? `: ${oneLine(body.error)}` : "";
  const found = `HTTP ${status}${said}`;
  if (status === 401 || status === 403) return failed("auth", false, found);
  if (status === 400 || status === 422) return failed("bad_query", false, found);
  if (status === 429) return failed("http_4xx", true, found);
  return status >= 500 ? failed("http_5xx", true, found) : failed("http_4xx", false, found);
}

function readData({ resultType, result }: Readonly<Record<string, unknown>>, infos: string[]): QueryResult {
  if (resultType !== "scalar" && resultType !== "vector") {
    return failed("bad_query", false, `the query gives a ${shown(resultType)}, not a scalar or a vector`);
  }
  const entries = resultType === "scalar" ? [{ metric: {}, value: result }] : result;
  if (!Array.isArray(entries)) return failed("bad_response", true, "the result is not a list");
  const samples: Sample[] = [];
  for (const entry of entries) {
    if (isRecord(entry) && entry.histogram !== undefined) {
      return failed("bad_query", false, "the query gives a native histogram; ask for numbers");
    }
    const sample = readSample(entry);
    if (sample === undefined) return failed("bad_response", true, "a sample of the result is malformed");
    samples.push(sample);
  }
  return { kind: "samples", samples, infos };
}

function readSample(entry: unknown): Sample | undefined {
  if (!isRecord(entry) || !isRecord(entry.metric) || !Array.isArray(entry.value)) return undefined;
  const value = readNumber(entry.value[1]);
  const labels = Object.entries(entry.metric);
  if (value === undefined || !labels.every(([, label]) => typeof label === "string")) return undefined;
  return { labels: Object.fromEntries(labels) as Record<string, string>, value };
}

/** Values are strings, and JavaScript does not read all of them as Go writes them. */
export function readNumber(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  if (text === "NaN") return NaN;
  if (text === "+Inf" || text === "Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === "string").map(oneLine)
    : [];
}

function oneLine(text: string): string {
  return text.slice(0, MESSAGE_CHARS_MAX).replaceAll(/\s+/g, " ");
}

function shown(value: unknown): string {
  return typeof value === "string" ? oneLine(value) : "result of no type";
}

function failed(code: MonitorErrorCode, retryable: boolean, found: string): QueryResult {
  return { kind: "error", code, retryable, found };
}
