/** `/metrics` as a scraper sees it, and what a caller cannot do to it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { METRIC_SERIES_MAX } from "../../src/core/release_limits.ts";
import { expose } from "../../src/metrics/exposition.ts";
import { LATENCY_BOUNDS_SECONDS, RequestLedger } from "../../src/metrics/request_ledger.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { TestApp } from "../support/test_app.ts";

const DURATION = "lukhas_mcp_request_duration_seconds";

/** Samples by their line up to the value. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    const end = line.lastIndexOf(" ");
    return [line.slice(0, end), Number(line.slice(end + 1))];
  }));
}

async function scrape(app: TestApp): Promise<{ text: string; samples: Map<string, number> }> {
  const response = await app.fetch("/metrics");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const text = await response.text();
  return { text, samples: samplesOf(text) };
}

Deno.test("requests are counted by route, method, tool and outcome, with buckets that add up", async () => {
  await using app = await TestApp.create({ git: false });
  await app.root.write({ "a.txt": "one" });
  for (let n = 0; n < 3; n++) await app.call("read_file", { path: "a.txt" });
  await app.callFailing("read_file", { path: "none.txt" });
  await app.post({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  await app.fetch("/secret/path");
  const { samples } = await scrape(app);
  const labels = (tool: string, outcome: string, method = "tools/call") =>
    `route="POST /mcp",method="${method}",tool="${tool}",outcome="${outcome}"`;
  assert.equal(samples.get(`${DURATION}_count{${labels("read_file", "ok")}}`), 3);
  assert.equal(samples.get(`${DURATION}_count{${labels("read_file", "not_found")}}`), 1);
  assert.equal(samples.get(`${DURATION}_count{${labels("", "ok", "tools/list")}}`), 1);
  const bucket = (le: string) => samples.get(`${DURATION}_bucket{${labels("read_file", "ok")},le="${le}"}`);
  assert.equal(bucket("+Inf"), 3);
  const counts = LATENCY_BOUNDS_SECONDS.map((bound) => bucket(String(bound)) ?? NaN);
  assert.deepEqual(counts, counts.toSorted((a, b) => a - b));
  assert.ok(![...samples.keys()].some((name) => name.includes("secret")), "no caller's path is a label");
});

Deno.test("requests that were turned away are counted by reason, though nothing is logged", async () => {
  await using app = await TestApp.create({ git: false, env: { LUKHAS_MCP_API_KEYS: "k1", MCP_LOG: "off" } });
  await app.fetch("/mcp");
  await app.fetch("/sse?topic=*&key=wrong");
  await app.fetch("/", { headers: { origin: "https://evil.example" } });
  const response = await app.fetch("/metrics", { headers: { "x-api-key": "k1" } });
  const samples = samplesOf(await response.text());
  assert.equal(samples.get('lukhas_mcp_refused_requests_total{reason="unauthorized"}'), 2);
  assert.equal(samples.get('lukhas_mcp_refused_requests_total{reason="forbidden"}'), 1);
  assert.equal(samples.get('lukhas_mcp_refused_requests_total{reason="rate_limited"}'), 0);
});

Deno.test("jobs, canaries, streams and the store are shown as they are", async () => {
  const clock = new FakeClock();
  await using app = await TestApp.create({ git: false, time: { clock, later: clock.later } });
  await app.call("run_eval", { taskId: "mmlu", configId: "chat/2" });
  await clock.pass(2_000);
  await app.call("run_eval", { taskId: "mmlu", configId: "chat/2", dryRun: true });
  await app.call("start_canary", {
    modelId: "chat/2",
    fromGate: "staging",
    toGate: "production",
    targets: { max_error_rate: 0.5 },
  });
  const stream = await app.fetch("/sse?topic=*");
  const { samples } = await scrape(app);
  assert.equal(samples.get('lukhas_mcp_jobs{status="COMPLETED"}'), 1);
  assert.equal(samples.get('lukhas_mcp_jobs{status="DRY_RUN"}'), 1);
  assert.equal(samples.get('lukhas_mcp_jobs{status="FAILED"}'), 0);
  assert.equal(samples.get('lukhas_mcp_canaries{status="RUNNING"}'), 1);
  assert.equal(samples.get('lukhas_mcp_open_streams{route="/sse"}'), 1);
  assert.ok(samples.has("lukhas_mcp_index_files") && samples.has("lukhas_mcp_index_pending_files"));
  assert.equal(samples.get("lukhas_mcp_store_last_event_id"), await app.store.events.lastId());
  assert.ok((samples.get("lukhas_mcp_store_audits") ?? 0) >= 4);
  await stream.body?.cancel();
  assert.equal((await scrape(app)).samples.get('lukhas_mcp_open_streams{route="/sse"}'), 0);
});

Deno.test("a caller that makes up methods of HTTP makes no more series than there is room for", async () => {
  const ledger = new RequestLedger();
  for (let n = 0; n < 3 * METRIC_SERIES_MAX; n++) {
    ledger.count({ route: `M${n} /mcp`, facts: {}, status: 405, tookMs: 1 });
  }
  const samples = samplesOf(await expose(ledger, []));
  const counts = [...samples].filter(([name]) => name.startsWith(`${DURATION}_count`));
  assert.ok(counts.length <= METRIC_SERIES_MAX + 1);
  assert.equal(counts.reduce((sum, [, count]) => sum + count, 0), 3 * METRIC_SERIES_MAX);
});

Deno.test("whatever the labels hold, a scraper reads every sample", async () => {
  const request = fc.record({
    route: fc.string({ maxLength: 20 }),
    facts: fc.record({
      method: fc.string({ maxLength: 10 }),
      tool: fc.constantFrom("search", 'a"b', "a\\b", "a\nb"),
    }),
    status: fc.constantFrom(200, 401, 403, 429, 500),
    tookMs: fc.double({ min: 0, max: 100_000, noNaN: true }),
  });
  const property = fc.asyncProperty(fc.array(request, { maxLength: 30 }), async (requests) => {
    const ledger = new RequestLedger();
    for (const answered of requests) ledger.count(answered);
    const samples = samplesOf(await expose(ledger, []));
    let count = 0;
    let largest = 0;
    for (const [name, value] of samples) {
      assert.ok(Number.isFinite(value), name);
      if (name.startsWith(`${DURATION}_count`)) count += value;
      if (name.startsWith(`${DURATION}_bucket`) && name.includes('le="+Inf"')) largest += value;
    }
    assert.equal(count, requests.length);
    assert.equal(largest, requests.length);
  });
  await fc.assert(property, { numRuns: 100, seed: 20_261_125 });
});

Deno.test("Prometheus' own linter finds nothing to say", async (test) => {
  const promtool = await findPromtool();
  const isMissing = promtool === undefined;
  assert.ok(!isMissing || Deno.env.get("CI") === undefined, "promtool is missing: install prometheus");
  await test.step({
    name: isMissing
      ? "skipped: promtool is not installed (it comes with prometheus)"
      : "promtool check metrics",
    ignore: isMissing,
    fn: async () => {
      await using app = await TestApp.create({ git: false });
      await app.callFailing("read_file", { path: "none.txt" });
      const { text } = await scrape(app);
      const child = new Deno.Command(promtool ?? "", {
        args: ["check", "metrics"],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(text));
      await writer.close();
      const { code, stdout, stderr } = await child.output();
      assert.equal(new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr), "");
      assert.equal(code, 0);
    },
  });
});

async function findPromtool(): Promise<string | undefined> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/promtool`;
    const info = await Deno.stat(path).catch(() => undefined);
    if (info?.isFile === true) return path;
  }
  return undefined;
}
