/** Measures a canary with Prometheus: by counts where the queries give them, else by two numbers. */
import type { Look, Measurand, MonitorError, Observation, Preflight, SloMonitor } from "../slo_monitor.ts";
import { askAll, type Asked } from "./asked.ts";
import { quantile, readHistogram, slowerThan } from "./buckets.ts";
import type { PrometheusClient } from "./client.ts";
import type { PrometheusOptions } from "../../../core/prometheus_options.ts";
import { fill, rangeSelector, type TemplateValues } from "../../../core/promql_template.ts";

/** Below this many scrapes `increase` has nothing to compare. */
const SCRAPES_MIN = 2;
/** A window of fewer scrapes says nothing. */
const WINDOW_SCRAPES_MIN = 4;
/** Figures that are older than so many scrapes are those of a model that is no longer seen. */
const STALE_SCRAPES = 3;
/** How far Prometheus' clock and ours may be apart, and how often that is looked at. */
const SKEW_MS_MAX = 30_000;
const SKEW_LOOKS = 10;

type QueryName = "total" | "errors" | "buckets" | "latency" | "error_rate" | "age";

/** A moment to ask about. */
interface Moment {
  readonly evalTime: number;
  readonly windowSeconds: number;
}

/** See the module. */
export class PrometheusMonitor implements SloMonitor {
  readonly name = "prometheus";
  readonly measures: "counts" | "points";
  readonly #client: PrometheusClient;
  readonly #options: PrometheusOptions;
  #looks = 0;

  constructor(client: PrometheusClient, options: PrometheusOptions) {
    this.#client = client;
    this.#options = options;
    this.measures = options.queries.kind;
  }

  async check(measurand: Measurand, look: Omit<Look, "startedAt">): Promise<Preflight> {
    const { windowSeconds } = measurand;
    const { scrapeIntervalMs, ingestDelayMs } = this.#options;
    const problem = this.#notMeasured(measurand) ?? this.#tooShort(windowSeconds, scrapeIntervalMs);
    if (problem !== undefined) return problem;
    const moment = { evalTime: look.now - ingestDelayMs, windowSeconds };
    const [skew, seen] = await Promise.all([this.#skew(look), this.#ask(measurand, { look, moment })]);
    const observation = skew ?? seen;
    return observation.kind === "error" ? observation : { kind: "ready", sample: observation };
  }

  async observe(measurand: Measurand, look: Look): Promise<Observation> {
    const { scrapeIntervalMs, ingestDelayMs, queries } = this.#options;
    const elapsed = look.now - ingestDelayMs - look.startedAt;
    const sinceStart = Math.floor(elapsed / 1000);
    const evalTime = look.startedAt + sinceStart * 1000;
    if (elapsed < SCRAPES_MIN * scrapeIntervalMs || sinceStart < 1) {
      // A longer window would count requests from before the canary.
      const raw = { waiting: "there are no two scrapes since the start yet" };
      return queries.kind === "counts"
        ? { kind: "counts", evalTime, counts: { total: undefined }, raw }
        : { kind: "points", evalTime, raw };
    }
    const windowSeconds = queries.kind === "counts"
      ? sinceStart
      : Math.min(sinceStart, measurand.windowSeconds);
    const isSkewDue = this.#looks++ % SKEW_LOOKS === 0;
    const [skew, seen] = await Promise.all([
      isSkewDue ? this.#skew(look) : undefined,
      this.#ask(measurand, { look, moment: { evalTime, windowSeconds } }),
    ]);
    return skew ?? seen;
  }

  async #ask(
    measurand: Measurand,
    { look: { budgetMs, signal }, moment }: { look: Omit<Look, "startedAt">; moment: Moment },
  ): Promise<Observation> {
    const { modelId, gate } = measurand;
    const queries = this.#resolved(measurand, { windowSeconds: moment.windowSeconds, gate, modelId });
    const time = moment.evalTime;
    const asked = await askAll<QueryName>(queries, { client: this.#client, time, budgetMs, signal });
    const failure = asked.failure(["total", "errors", "latency", "error_rate", "age"]);
    if (failure !== undefined) return failure;
    return this.measures === "counts"
      ? this.#readCounts(asked, { measurand, moment })
      : this.#readPoints(asked, moment);
  }

  /** The queries that the targets need, by name. */
  #resolved({ targets }: Measurand, values: TemplateValues): Record<QueryName, string> {
    const { queries } = this.#options;
    const isRateAsked = targets.max_error_rate !== undefined;
    const isLatencyAsked = targets.latency_p95_ms !== undefined;
    const templates: Record<string, string | undefined> = queries.kind === "counts"
      ? {
        total: queries.total,
        errors: isRateAsked ? queries.errors : undefined,
        buckets: isLatencyAsked ? queries.buckets : undefined,
        age: ageOf(queries.total),
      }
      : {
        error_rate: isRateAsked ? queries.errorRate : undefined,
        latency: isLatencyAsked ? queries.latency : undefined,
      };
    return Object.fromEntries(
      Object.entries(templates).flatMap(([name, template]) =>
        template === undefined ? [] : [[name, fill(template, values)]]
      ),
    ) as Record<QueryName, string>;
  }

  #readCounts(
    asked: Asked<QueryName>,
    { measurand: { targets }, moment: { evalTime } }: { measurand: Measurand; moment: Moment },
  ): Observation {
    const raw = asked.evidence;
    const age = asked.value("age");
    const isStale = age === undefined || !(age * 1000 <= STALE_SCRAPES * this.#options.scrapeIntervalMs);
    const latency = targets.latency_p95_ms === undefined ? {} : this.#readSlow(asked, targets.latency_p95_ms);
    if ("kind" in latency) return latency;
    // Counts of a model that is no longer seen stand still, and must not earn time.
    if (isStale) return { kind: "counts", evalTime, counts: { total: undefined }, raw: { ...raw, isStale } };
    const { latencyP95Ms, ...slow } = latency;
    return {
      kind: "counts",
      evalTime,
      counts: {
        total: asked.value("total"),
        // A counter that never counted has no series yet: that is zero errors, not zero knowledge.
        ...(targets.max_error_rate !== undefined && { errors: asked.value("errors") ?? 0 }),
        ...slow,
      },
      ...(latencyP95Ms !== undefined && { latencyP95Ms }),
      raw,
    };
  }

  #readSlow(asked: Asked<QueryName>, targetMs: number): MonitorError | {
    slowLow?: number;
    slowHigh?: number;
    latencyP95Ms?: number;
  } {
    const samples = asked.samples("buckets");
    if (samples.length === 0) return {};
    const histogram = readHistogram(samples);
    if (histogram.kind === "broken") {
      return asked.error("buckets", { code: "bad_query", retryable: false, found: histogram.why });
    }
    const perUnit = this.#options.latencyUnit === "s" ? 1000 : 1;
    const slow = slowerThan(histogram.buckets, targetMs / perUnit);
    if (slow === undefined) {
      const largest = histogram.buckets.at(-2)?.le ?? 0;
      const found = `latency_p95_ms is ${targetMs}, above the largest bucket (${largest * perUnit} ms): ` +
        "nothing could ever be seen to breach it; set a lower target, or give the model larger buckets";
      return asked.error("buckets", { code: "target_above_largest_bucket", retryable: false, found });
    }
    const p95 = quantile(histogram.buckets, 0.95);
    return {
      slowLow: slow.slowLow,
      slowHigh: slow.slowHigh,
      ...(p95 !== undefined && { latencyP95Ms: rounded(p95 * perUnit) }),
    };
  }

  #readPoints(asked: Asked<QueryName>, { evalTime }: Moment): Observation {
    const perUnit = this.#options.latencyUnit === "s" ? 1000 : 1;
    const errorRate = asked.value("error_rate");
    const latency = asked.value("latency");
    return {
      kind: "points",
      evalTime,
      ...(errorRate !== undefined && { errorRate }),
      ...(latency !== undefined && { latencyP95Ms: rounded(latency * perUnit) }),
      raw: asked.evidence,
    };
  }

  #notMeasured({ targets }: Measurand): MonitorError | undefined {
    const { queries } = this.#options;
    const [rate, latency, rateVariable, latencyVariable] = queries.kind === "counts"
      ? [queries.errors, queries.buckets, "PROM_QUERY_ERRORS", "PROM_QUERY_BUCKETS"]
      : [queries.errorRate, queries.latency, "PROM_QUERY_ERR", "PROM_QUERY_LAT"];
    if (targets.max_error_rate !== undefined && rate === undefined) {
      return refusal("not_measured", `nothing measures "max_error_rate": set ${rateVariable}`);
    }
    if (targets.latency_p95_ms !== undefined && latency === undefined) {
      return refusal("not_measured", `nothing measures "latency_p95_ms": set ${latencyVariable}`);
    }
    return undefined;
  }

  #tooShort(windowSeconds: number, scrapeIntervalMs: number): MonitorError | undefined {
    const least = Math.ceil((WINDOW_SCRAPES_MIN * scrapeIntervalMs) / 1000);
    if (windowSeconds >= least) return undefined;
    const why = `a window of ${windowSeconds} s is shorter than ${WINDOW_SCRAPES_MIN} scrapes (${least} s)`;
    return refusal("window_too_short", `${why}: set "windowSeconds" to ${least} or more`);
  }

  async #skew({ now, budgetMs, signal }: Omit<Look, "startedAt">): Promise<MonitorError | undefined> {
    // With a time of ours, `time()` would be that time.
    const asked = await askAll({ clock: "time()" }, {
      client: this.#client,
      time: undefined,
      budgetMs,
      signal,
    });
    const failure = asked.failure(["clock"]);
    if (failure !== undefined) return failure;
    const theirs = (asked.value("clock") ?? NaN) * 1000;
    if (Math.abs(theirs - now) <= SKEW_MS_MAX) return undefined;
    const found = `its clock and ours are ${
      Math.round((theirs - now) / 1000)
    } s apart; at most 30 s are allowed`;
    return asked.error("clock", { code: "clock_skew", retryable: true, found });
  }
}

/** Seconds since the newest sample of the series that the total is summed up from. */
function ageOf(total: string): string | undefined {
  const selector = rangeSelector(total);
  return selector === undefined ? undefined : `time() - max(timestamp(${selector}))`;
}

function refusal(code: MonitorError["code"], why: string): MonitorError {
  return { kind: "error", code, retryable: false, message: `Cannot measure with Prometheus: ${why}` };
}

/** Nanoseconds are enough: what a change of unit adds behind them is noise, and would breach an exact limit. */
function rounded(ms: number): number {
  return Math.round(ms * 1e6) / 1e6;
}
