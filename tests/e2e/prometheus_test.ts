/** Canaries of models that really serve, measured by a real Prometheus, in the server's cage. */
import assert from "node:assert/strict";
import { LiveReader, type SeenEvent } from "../support/live_feed.ts";
import { MainProcess } from "../support/main_process.ts";
import { ModelServer } from "../support/model_server.ts";
import { prometheusProgram, RealPrometheus } from "../support/real_prometheus.ts";
import { TempRoot } from "../support/temp_repo.ts";

const program = await prometheusProgram();
const isMissing = program === undefined;
const NAME =
  "a real Prometheus promotes the healthy model, rolls back the slow and the failing one, and decides nothing " +
  "while it is away";

const CANARY = {
  fromGate: "staging",
  toGate: "production",
  windowSeconds: 8,
  targets: { latency_p95_ms: 800, max_error_rate: 0.01 },
};

/** Calls a tool, and returns its structured value. */
// deno-lint-ignore no-explicit-any -- the shape is what the test asserts.
async function call(url: string, name: string, args: Record<string, unknown>): Promise<any> {
  const response = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } }),
  });
  const { result } = await response.json();
  assert.notEqual(result.isError, true, result.content?.[0]?.text);
  return result.structuredContent;
}

/** Follows a canary until an event fits. */
async function follow(
  url: string,
  canaryId: string,
): Promise<Disposable & { until(fits: (event: SeenEvent) => boolean): Promise<SeenEvent> }> {
  const stop = new AbortController();
  const reader = new LiveReader(await fetch(`${url}/sse?topic=canary/${canaryId}`, { signal: stop.signal }));
  await reader.open();
  return {
    async until(fits) {
      for (;;) {
        const event = await reader.next();
        assert.ok(event !== undefined, "the stream goes on");
        if (fits(event)) return event;
      }
    },
    [Symbol.dispose]: () => stop.abort(),
  };
}

const hasEnded = ({ name }: SeenEvent): boolean => name === "promoted" || name === "rolled_back";

Deno.test({
  name: isMissing ? `${NAME} (skipped: there is no program "prometheus" on the PATH)` : NAME,
  ignore: isMissing,
  async fn() {
    const healthy = { errorRate: 0.001, slowRate: 0.01 };
    await using models = new ModelServer({
      "chat/1": healthy,
      "chat/2": { ...healthy, slowRate: 0.2 },
      "chat/3": { ...healthy, errorRate: 0.1 },
      "chat/4": healthy,
    });
    await using prometheus = await RealPrometheus.start(program ?? "", models.target);
    await using root = await TempRoot.create({ git: false });
    await using main = new MainProcess({
      cwd: root.root,
      env: {
        LUKHAS_REPO_ROOT: root.root,
        MCP_RL_BUCKET: "0",
        MCP_CANARY_INTERVAL_MS: "500",
        PROM_URL: prometheus.url,
        PROM_SCRAPE_INTERVAL_MS: "1000",
        PROM_INGEST_DELAY_MS: "1000",
      },
    });
    const url = await main.url();
    const start = async (modelId: string) =>
      (await call(url, "start_canary", { ...CANARY, modelId })).canaryId;

    const ends = await Promise.all(["chat/1", "chat/2", "chat/3"].map(async (modelId) => {
      const canaryId = await start(modelId);
      using events = await follow(url, canaryId);
      const { name, data } = await events.until(hasEnded);
      return [modelId, name, data.reason];
    }));
    assert.match(ends[0]?.[2], /^(observed|demonstrated)_within_slo$/);
    assert.deepEqual(ends.map(([model, name]) => [model, name]), [
      ["chat/1", "promoted"],
      ["chat/2", "rolled_back"],
      ["chat/3", "rolled_back"],
    ]);
    assert.deepEqual([ends[1]?.[2], ends[2]?.[2]], ["slo_breach_latency_p95", "slo_breach_error_rate"]);

    const canaryId = await start("chat/4");
    using events = await follow(url, canaryId);
    await events.until(({ data }) => data.kind === "ok");
    await prometheus.stop();
    for (let failures = 0; failures < 4; failures++) {
      await events.until(({ data }) => data.kind === "provider_error");
      assert.equal((await call(url, "canary_status", { canaryId })).status, "RUNNING");
    }
    await prometheus.start();
    assert.equal((await events.until(hasEnded)).name, "promoted");
    const { models: inProduction } = await call(url, "list_models", { gate: "production" });
    assert.deepEqual(inProduction.map(({ modelId }: { modelId: string }) => modelId), ["chat/4"]);
    main.kill("SIGTERM");
    assert.equal(await main.ended(), 0);
  },
});
