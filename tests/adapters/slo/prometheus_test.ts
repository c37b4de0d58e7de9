/** The Prometheus monitor against an HTTP server that answers as documented. */
import assert from "node:assert/strict";
import { PrometheusClient } from "../../../src/adapters/slo/prometheus/client.ts";
import { PrometheusMonitor } from "../../../src/adapters/slo/prometheus/prometheus_monitor.ts";
import type { PrometheusOptions } from "../../../src/core/prometheus_options.ts";
import type { Measurand, Observation } from "../../../src/adapters/slo/slo_monitor.ts";
import { parsePrometheusConfig } from "../../../src/config/prometheus_config.ts";
import {
  type AnswerQuery,
  buckets,
  type PrometheusAnswer,
  PrometheusServer,
  series,
  vector,
} from "../../support/prometheus_server.ts";

const START = 1_800_000_000_000;
const NOW = START + 120_000;
const COUNTS = parsePrometheusConfig({ PROM_URL: "http://unused" }, [])?.queries;
const POINTS = { kind: "points", latency: 'p95{g="$__gate"}', errorRate: 'ratio{g="$__gate"}' } as const;
const CANARY: Measurand = {
  modelId: "chat/7",
  gate: "production",
  windowSeconds: 300,
  targets: { max_error_rate: 0.01, latency_p95_ms: 800 },
};
const BUCKETS = { "0.4": 700, "0.8": 960, "1.6": 990, "+Inf": 1000 };

/** What a healthy model's Prometheus says, with what a test says instead. */
function healthy(
  instead: Partial<Record<"total" | "errors" | "buckets" | "age" | "clock", PrometheusAnswer>> = {},
) {
  return ({ promql }: { promql: string }): PrometheusAnswer => {
    if (promql === "time()") {
      return instead.clock ??
        { body: { status: "success", data: { resultType: "scalar", result: [0, String(NOW / 1000)] } } };
    }
    if (promql.startsWith("time() - max")) return instead.age ?? vector(12);
    if (promql.includes("_bucket")) return instead.buckets ?? buckets(BUCKETS);
    return promql.includes("code=~") ? instead.errors ?? vector(3) : instead.total ?? vector(1000);
  };
}

interface Options extends Partial<PrometheusOptions> {
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly allowsWarnings?: boolean;
  readonly canary?: Measurand;
  readonly now?: number;
  readonly budgetMs?: number;
}

function monitorOf(server: PrometheusServer, options: Options = {}): PrometheusMonitor {
  const { path = "", headers = {}, allowsWarnings = false, ...rest } = options;
  const client = new PrometheusClient(
    { url: server.url + path, headers, allowsWarnings },
    () => performance.now(),
  );
  assert.ok(COUNTS);
  return new PrometheusMonitor(client, {
    queries: COUNTS,
    latencyUnit: "s",
    scrapeIntervalMs: 15_000,
    ingestDelayMs: 15_000,
    ...rest,
  });
}

function look({ now = NOW, budgetMs = 2_000 }: Options = {}) {
  return { startedAt: START, now, budgetMs, signal: new AbortController().signal };
}

async function observe(answer: AnswerQuery, options: Options = {}): Promise<Observation> {
  await using server = new PrometheusServer(answer);
  return await monitorOf(server, options).observe(options.canary ?? CANARY, look(options));
}

async function check(answer: AnswerQuery, options: Options = {}) {
  await using server = new PrometheusServer(answer);
  return await monitorOf(server, options).check(options.canary ?? CANARY, look(options));
}

Deno.test("a look asks for counts since the start, all of one moment, and reads what was slow from the buckets", async () => {
  await using server = new PrometheusServer(healthy());
  const headers = { authorization: "Bearer t0ken", "x-scope-orgid": "team" };
  const monitor = monitorOf(server, { path: "/prometheus", headers });
  const seen = await monitor.observe(CANARY, look());
  assert.equal(seen.kind, "counts");
  const { evalTime, counts, latencyP95Ms } = seen;
  assert.deepEqual({ evalTime, counts, latencyP95Ms }, {
    evalTime: START + 105_000,
    counts: { total: 1000, errors: 3, slowLow: 40, slowHigh: 40 },
    latencyP95Ms: 784.615385,
  });
  const { queries } = server;
  assert.deepEqual(new Set(queries.map(({ time }) => time)), new Set([1_800_000_105]));
  assert.ok(
    server.received.every(({ method, path }) => method === "POST" && path === "/prometheus/api/v1/query"),
  );
  assert.ok(server.received.every(({ headers: sent }) => sent.get("authorization") === "Bearer t0ken"));
  assert.ok(server.received.every(({ headers: sent }) => sent.get("x-scope-orgid") === "team"));
  assert.ok(server.received.every(({ timeout }) => timeout === "1600ms"));
  const sel = '{model="chat/7",gate="production"';
  assert.deepEqual(queries.map(({ promql }) => promql).sort(), [
    `sum by (le) (increase(http_request_duration_seconds_bucket${sel}}[105s]))`,
    `sum(increase(http_request_duration_seconds_count${sel}}[105s]))`,
    `sum(increase(http_requests_total${sel},code=~"5.."}[105s])) or vector(0)`,
    `time() - max(timestamp(http_request_duration_seconds_count${sel}}))`,
  ]);
  const clock = server.received.filter(({ promql }) => promql === "time()");
  assert.deepEqual(clock.map(({ time }) => time), [undefined]);
});

Deno.test("only what the targets need is asked for", async () => {
  await using server = new PrometheusServer(healthy());
  await monitorOf(server).observe({ ...CANARY, targets: { max_error_rate: 0.1 } }, look());
  assert.ok(!server.queries.some(({ promql }) => promql.includes("_bucket")));
});

Deno.test("a target between two buckets is bracketed by both", async () => {
  const seen = await observe(healthy(), { canary: { ...CANARY, targets: { latency_p95_ms: 1000 } } });
  assert.deepEqual(seen.kind === "counts" && seen.counts, { total: 1000, slowLow: 10, slowHigh: 40 });
  const below = await observe(healthy(), { canary: { ...CANARY, targets: { latency_p95_ms: 100 } } });
  assert.deepEqual(below.kind === "counts" && below.counts, { total: 1000, slowLow: 300, slowHigh: 1000 });
});

Deno.test("buckets in milliseconds are held against the target as it is", async () => {
  const answer = healthy({ buckets: buckets({ "400": 700, "800": 960, "+Inf": 1000 }) });
  const seen = await observe(answer, { latencyUnit: "ms" });
  assert.deepEqual(seen.kind === "counts" && seen.counts.slowLow, 40);
});

Deno.test("no error series is no error; no total, or an old one, is no data", async () => {
  const none = await observe(healthy({ errors: vector() }));
  assert.equal(none.kind === "counts" && none.counts.errors, 0);
  for (
    const instead of [{ total: vector() }, { age: vector() }, { age: vector(46) }, { age: vector("NaN") }]
  ) {
    const seen = await observe(healthy(instead));
    assert.equal(seen.kind === "counts" && seen.counts.total, undefined, JSON.stringify(instead));
  }
  const fresh = await observe(healthy({ age: vector(45) }));
  assert.equal(fresh.kind === "counts" && fresh.counts.total, 1000);
});

Deno.test("numbers come as Go writes them", async () => {
  const texts = { "NaN": NaN, "+Inf": Infinity, "-Inf": -Infinity, "1.5e+03": 1500, "0": 0 };
  for (const [text, value] of Object.entries(texts)) {
    const seen = await observe(healthy({ total: vector(text) }));
    assert.equal(seen.kind === "counts" && seen.counts.total, value);
  }
});

Deno.test("before two scrapes nothing is asked, and nothing before the start is ever counted", async () => {
  await using server = new PrometheusServer(healthy());
  const monitor = monitorOf(server);
  const early = await monitor.observe(CANARY, look({ now: START + 44_999 }));
  assert.deepEqual(early.kind === "counts" && early.counts, { total: undefined });
  assert.equal(server.received.length, 0);
  server.answer = healthy({ clock: vector(START / 1000 + 45) });
  await monitor.observe(CANARY, look({ now: START + 45_900 }));
  assert.ok(
    server.queries.some(({ promql, time }) => promql.includes("[30s]") && time === START / 1000 + 30),
  );
});

Deno.test("every way in which an answer can be wrong has its code, and says whether waiting can help", async (t) => {
  const success = (data: unknown, more = {}) => ({ body: { status: "success", data, ...more } });
  const sample = { metric: {}, value: [0, "1"] };
  const answers: Record<string, [PrometheusAnswer, string, boolean]> = {
    "400": [
      { status: 400, body: { status: "error", errorType: "bad_data", error: "parse error" } },
      "bad_query",
      false,
    ],
    "422": [
      { status: 422, body: { status: "error", errorType: "execution", error: "x" } },
      "bad_query",
      false,
    ],
    "401": [{ status: 401, body: "" }, "auth", false],
    "403": [{ status: 403, body: "Forbidden" }, "auth", false],
    "404": [{ status: 404, body: "404 page not found" }, "http_4xx", false],
    "429": [{ status: 429, body: "" }, "http_4xx", true],
    "500": [{ status: 500, body: "" }, "http_5xx", true],
    "503": [{ status: 503, body: { status: "error", errorType: "timeout" } }, "http_5xx", true],
    "a cut connection": ["hang up", "network", true],
    "no answer": ["hang", "timeout", true],
    "a page": [{ body: "<html>" }, "bad_response", true],
    "an error with 200": [{ body: { status: "error" } }, "bad_response", true],
    "a list": [{ body: [] }, "bad_response", true],
    "a matrix": [success({ resultType: "matrix", result: [] }), "bad_query", false],
    "a string": [success({ resultType: "string", result: [0, "x"] }), "bad_query", false],
    "two series": [series([{ a: "1" }, 1], [{ a: "2" }, 2]), "ambiguous_result", false],
    "a native histogram": [
      success({ resultType: "vector", result: [{ metric: {}, histogram: [0, {}] }] }),
      "bad_query",
      false,
    ],
    "a number for a text": [
      success({ resultType: "vector", result: [{ metric: {}, value: [0, 1] }] }),
      "bad_response",
      true,
    ],
    "an unreadable number": [vector("0x10"), "bad_response", true],
    "no result": [success({ resultType: "vector" }), "bad_response", true],
    "a warning": [
      success({ resultType: "vector", result: [sample] }, { warnings: ["partial"] }),
      "partial_data",
      true,
    ],
  };
  for (const [name, [answer, code, retryable]] of Object.entries(answers)) {
    await t.step(name, async () => {
      const seen = await observe(healthy({ total: answer }), { budgetMs: 150 });
      assert.equal(seen.kind, "error");
      assert.deepEqual([seen.code, seen.retryable], [code, retryable], seen.message);
      assert.match(seen.message, /^Cannot measure "total" with Prometheus: .*\(query: sum\(/);
      const saysItself = ["bad_query", "ambiguous_result"];
      if (!saysItself.includes(code)) assert.match(seen.message, /\); .*PROM_[A-Z]+/);
    });
  }
});

Deno.test("a warning is good enough where the operator says so, and infos are kept as evidence", async () => {
  const body = {
    status: "success",
    data: { resultType: "vector", result: [{ metric: {}, value: [0, "7"] }] },
    warnings: ["one store is down"],
    infos: ["buckets were mended"],
  };
  const seen = await observe(healthy({ total: { body } }), { allowsWarnings: true });
  assert.equal(seen.kind === "counts" && seen.counts.total, 7);
  assert.match(JSON.stringify(seen.raw), /one store is down.*buckets were mended/);
});

Deno.test("an answer that never came is asked for once more, a refusal is not", async () => {
  const times = async (answer: PrometheusAnswer) => {
    await using server = new PrometheusServer(healthy({ total: answer }));
    await monitorOf(server).observe({ ...CANARY, targets: { max_error_rate: 0.1 } }, look());
    return server.queries.filter(({ promql }) => promql.startsWith("sum(increase(http_request_duration"))
      .length;
  };
  assert.deepEqual(await Promise.all([times("hang up"), times({ status: 500, body: "" })]), [2, 2]);
  assert.deepEqual(await Promise.all([times({ status: 400, body: "" }), times({ status: 429, body: "" })]), [
    1,
    1,
  ]);
});

Deno.test("a clock that is more than 30 s away is an error, also where figures look good", async () => {
  const clock = (offsetS: number): PrometheusAnswer => ({
    body: { status: "success", data: { resultType: "scalar", result: [0, String(NOW / 1000 + offsetS)] } },
  });
  for (const offset of [-31, 31]) {
    const seen = await observe(healthy({ clock: clock(offset) }));
    assert.deepEqual(seen.kind === "error" && [seen.code, seen.retryable], ["clock_skew", true]);
  }
  assert.equal((await observe(healthy({ clock: clock(29) }))).kind, "counts");
});

Deno.test("a redirect is not followed, and takes no token anywhere", async () => {
  await using elsewhere = new PrometheusServer(healthy());
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => Response.redirect(`${elsewhere.url}/api/v1/query`, 307),
  );
  const access = {
    url: `http://127.0.0.1:${server.addr.port}`,
    headers: { authorization: "x" },
    allowsWarnings: false,
  };
  const client = new PrometheusClient(access, () => performance.now());
  const { budgetMs, signal } = look();
  const result = await client.query({ promql: "x", time: NOW, budgetMs, signal });
  assert.equal(result.kind, "error");
  assert.equal(elsewhere.received.length, 0);
});

Deno.test("what is asked and answered is kept as evidence, without growing past 8 KiB", async () => {
  const seen = await observe(healthy({ total: vector("NaN") }));
  const { queries } = seen.raw as {
    queries: Record<string, { query: string; samples: { value: unknown }[] }>;
  };
  assert.deepEqual(queries.total?.samples, [{ value: "NaN" }]);
  assert.deepEqual(queries.buckets?.samples.length, 4);
  const many = Object.fromEntries(Array.from({ length: 190 }, (_, n) => [`${n + 1}.${"0".repeat(40)}1`, n]));
  const large = await observe(healthy({ buckets: buckets({ ...many, "+Inf": 1000 }) }), {
    canary: { ...CANARY, targets: { latency_p95_ms: 1000 } },
  });
  assert.ok(JSON.stringify(large.raw).length <= 8192);
  assert.match(JSON.stringify(large.raw), /"series":191/);
});

Deno.test("a stop ends a look at once", async () => {
  await using server = new PrometheusServer(() => "hang");
  const stop = new AbortController();
  const looking = monitorOf(server).observe(CANARY, { ...look(), signal: stop.signal });
  stop.abort(new DOMException("The server is stopping", "AbortError"));
  await assert.rejects(looking, { name: "AbortError" });
});

Deno.test("the pre-flight asks for the window before, and returns sample values", async () => {
  await using server = new PrometheusServer(healthy());
  const { startedAt: _, ...preflight } = look();
  const ready = await monitorOf(server).check(CANARY, preflight);
  assert.equal(ready.kind, "ready");
  assert.equal(ready.sample.latencyP95Ms, 784.615385);
  assert.ok(
    server.queries.some(({ promql, time }) => promql.includes("[300s]") && time === (NOW - 15_000) / 1000),
  );
});

Deno.test("the pre-flight passes without traffic, and refuses what could never be measured", async (t) => {
  const empty = healthy({ total: vector(), buckets: vector(), age: vector() });
  assert.equal((await check(empty)).kind, "ready");
  const refused: Record<string, [AnswerQuery, Options, string]> = {
    "a bad query": [healthy({ total: { status: 400, body: {} } }), {}, "bad_query"],
    "a wrong token": [healthy({ clock: { status: 401, body: {} } }), {}, "auth"],
    "a target above the largest bucket": [
      healthy(),
      { canary: { ...CANARY, targets: { latency_p95_ms: 1601 } } },
      "target_above_largest_bucket",
    ],
    "buckets without +Inf": [healthy({ buckets: buckets({ "0.4": 1, "0.8": 2 }) }), {}, "bad_query"],
    "one bucket alone": [healthy({ buckets: buckets({ "+Inf": 2 }) }), {}, "bad_query"],
    "buckets of two histograms": [
      healthy({ buckets: series([{ le: "1", pod: "a" }, 1], [{ le: "+Inf", pod: "a" }, 1]) }),
      {},
      "bad_query",
    ],
    "series without le": [healthy({ buckets: series([{ pod: "a" }, 1]) }), {}, "bad_query"],
    "a window of fewer than four scrapes": [
      healthy(),
      { canary: { ...CANARY, windowSeconds: 59 } },
      "window_too_short",
    ],
    "a target that nothing measures": [
      healthy(),
      { queries: { ...POINTS, latency: undefined } },
      "not_measured",
    ],
  };
  for (const [name, [answer, options, code]] of Object.entries(refused)) {
    await t.step(name, async () => {
      const outcome = await check(answer, options);
      assert.equal(outcome.kind === "error" && outcome.code, code);
    });
  }
  const edge = await check(healthy(), { canary: { ...CANARY, targets: { latency_p95_ms: 1600 } } });
  assert.equal(edge.kind, "ready");
});

Deno.test("the old two queries keep working, as point estimates", async () => {
  const answer = ({ promql }: { promql: string }) =>
    promql.startsWith("p95") ? vector(0.3) : healthy()({ promql });
  await using server = new PrometheusServer((query) =>
    query.promql.startsWith("ratio") ? vector(0.004) : answer(query)
  );
  const monitor = monitorOf(server, { queries: POINTS });
  assert.equal(monitor.measures, "points");
  const seen = await monitor.observe(CANARY, look());
  const { errorRate, latencyP95Ms } = seen as { errorRate: number; latencyP95Ms: number };
  assert.deepEqual({ kind: seen.kind, errorRate, latencyP95Ms }, {
    kind: "points",
    errorRate: 0.004,
    latencyP95Ms: 300,
  });
  assert.deepEqual(server.queries.map(({ promql }) => promql).sort(), [
    'p95{g="production"}',
    'ratio{g="production"}',
  ]);
  server.answer = ({ promql }) => promql.startsWith("p95") ? vector() : answer({ promql });
  const missing = await monitor.observe(CANARY, look());
  assert.equal("latencyP95Ms" in missing, false);
});
