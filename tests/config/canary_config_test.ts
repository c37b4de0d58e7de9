/** The variables of canaries, Prometheus and the registry: what holds without them, and what is refused. */
import assert from "node:assert/strict";
import { type ConfigRecord, parseConfig } from "../../src/config.ts";

Deno.test("without any variable canaries are simulated, models kept here, and production asks a person", () => {
  const { canary, registry } = parseConfig({});
  assert.deepEqual(canary, {
    monitor: "simulated",
    prometheus: undefined,
    intervalMs: undefined,
    minRequests: 50,
    outageMs: 300_000,
    assurance: "observed",
    onInconclusive: "rollback",
    runningMax: 100,
  });
  assert.deepEqual(registry, { mlflow: undefined, confirmGates: ["production"] });
});

Deno.test("with an address Prometheus is the monitor, unless the simulated one is asked for", () => {
  const { monitor, prometheus } =
    parseConfig({ PROM_URL: "http://prom:9090/prometheus/", PROM_BEARER: "t" }).canary;
  assert.equal(monitor, "prometheus");
  assert.deepEqual(prometheus?.access, {
    url: "http://prom:9090/prometheus",
    headers: { authorization: "Bearer t" },
    allowsWarnings: false,
  });
  assert.equal(prometheus.queries.kind, "counts");
  assert.deepEqual([prometheus.latencyUnit, prometheus.scrapeIntervalMs, prometheus.ingestDelayMs], [
    "s",
    15_000,
    15_000,
  ]);
  const simulated = parseConfig({ PROM_URL: "http://prom", LUKHAS_SLO_MONITOR: "simulated" }).canary;
  assert.equal(simulated.monitor, "simulated");
});

Deno.test("the old two queries alone give point estimates; with a total they give way to counts", () => {
  const old = {
    PROM_URL: "http://prom",
    PROM_QUERY_LAT: 'p95{g="$__gate"}',
    PROM_QUERY_ERR: "err[$__window]",
  };
  assert.deepEqual(parseConfig(old).canary.prometheus?.queries, {
    kind: "points",
    latency: 'p95{g="$__gate"}',
    errorRate: "err[$__window]",
  });
  const counted = parseConfig({ ...old, PROM_QUERY_TOTAL: "sum(increase(n[$__window]))" });
  assert.equal(counted.canary.prometheus?.queries.kind, "counts");
});

Deno.test("the unit of latencies is that of the metric's name", () => {
  const unit = (record: ConfigRecord) =>
    parseConfig({ PROM_URL: "http://prom", ...record }).canary.prometheus?.latencyUnit;
  assert.equal(unit({}), "s");
  assert.equal(unit({ PROM_QUERY_LAT: "rpc_milliseconds" }), "ms");
  assert.equal(unit({ PROM_QUERY_LAT: "quantile(0.95, rpc_seconds) * 1000" }), "ms");
  assert.equal(unit({ PROM_QUERY_LAT: "p95" }), "s");
  assert.equal(unit({ PROM_QUERY_LAT: "p95", PROM_LATENCY_UNIT: "ms" }), "ms");
});

Deno.test("MLflow has the credentials and aliases that it is given, and its own names for known gates", () => {
  const { mlflow } = parseConfig({
    MLFLOW_TRACKING_URI: "http://mlflow:5000/",
    MLFLOW_TRACKING_USERNAME: "u",
    MLFLOW_TRACKING_PASSWORD: "p",
    LUKHAS_MLFLOW_ALIASES: "production=live, dev = dev_",
  }).registry;
  assert.equal(mlflow?.url, "http://mlflow:5000");
  assert.deepEqual(mlflow.headers, { authorization: "Basic dTpw" });
  assert.deepEqual([mlflow.aliases.production, mlflow.aliases.staging, mlflow.aliases.dev], [
    "live",
    "challenger",
    "dev_",
  ]);
});

Deno.test("what makes no sense stops the start by name, and no secret is repeated", async (t) => {
  const prom = { PROM_URL: "http://prom" };
  const wrong: [ConfigRecord, RegExp][] = [
    [{ LUKHAS_SLO_MONITOR: "datadog" }, /LUKHAS_SLO_MONITOR="datadog" is none of simulated, prometheus/],
    [{ LUKHAS_SLO_MONITOR: "prometheus" }, /LUKHAS_SLO_MONITOR="prometheus" needs PROM_URL/],
    [{ PROM_URL: "prom:9090" }, /PROM_URL="prom:9090" is not an address/],
    [{ PROM_URL: "http://u:p@prom" }, /PROM_URL=.* is not an address/],
    [{ ...prom, PROM_BEARER: "se cret" }, /PROM_BEARER must be printable ASCII/],
    [{ ...prom, PROM_HEADERS: '{"a":"se\\ncret"}' }, /PROM_HEADERS is not a JSON object of texts/],
    [{ ...prom, PROM_HEADERS: "[secret" }, /PROM_HEADERS is not a JSON object of texts/],
    [
      { ...prom, PROM_QUERY_TOTAL: 'x{g=~"$__gate"}[$__window]' },
      /PROM_QUERY_TOTAL=.*outside of an exact matcher/,
    ],
    [{ ...prom, PROM_QUERY_TOTAL: "sum(x)" }, /PROM_QUERY_TOTAL="sum\(x\)" sums up no series over/],
    [{ ...prom, PROM_QUERY_ERRORS: "sum(x)" }, /need PROM_QUERY_TOTAL/],
    [{ ...prom, PROM_QUERY_LAT: "a_seconds", PROM_LATENCY_UNIT: "ms" }, /PROM_LATENCY_UNIT="ms" contradicts/],
    [{ MCP_CANARY_INTERVAL_MS: "99" }, /MCP_CANARY_INTERVAL_MS="99" is not a whole number/],
    [{ MCP_CONFIRM_GATES: "prod uction" }, /MCP_CONFIRM_GATES="prod uction" is not the name of a gate/],
    [
      { LUKHAS_MLFLOW_ALIASES: "production=latest" },
      /LUKHAS_MLFLOW_ALIASES="production=latest" is not a gate/,
    ],
    [{ LUKHAS_MLFLOW_ALIASES: "production=v7" }, /LUKHAS_MLFLOW_ALIASES/],
    [{ MLFLOW_TRACKING_USERNAME: "u" }, /go together/],
  ];
  for (const [record, expected] of wrong) {
    await t.step(JSON.stringify(record), () => {
      assert.throws(() => parseConfig(record), (error: Error) => {
        assert.match(error.message, expected);
        assert.doesNotMatch(error.message, /secret|se cret|cret/);
        return true;
      });
    });
  }
  assert.deepEqual(parseConfig({ MCP_CONFIRM_GATES: "-" }).registry.confirmGates, []);
});
