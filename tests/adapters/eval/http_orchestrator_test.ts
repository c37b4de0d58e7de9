/** The HTTP orchestrator against a real service: what it sends, and what it makes of every answer. */
import assert from "node:assert/strict";
import { HttpOrchestrator } from "../../../src/adapters/eval/http_orchestrator.ts";
import { OrchestratorError } from "../../../src/adapters/eval/orchestrator.ts";
import { EvalService } from "../../support/eval_service.ts";
import { forgeToken } from "../../support/secrets.ts";

const { signal } = new AbortController();
const REQUEST = { taskId: "mmlu", configId: "chat/2", idempotencyKey: "job-1:1", signal };

function connect(service: EvalService, token?: string): HttpOrchestrator {
  return new HttpOrchestrator({ url: service.url, token, runsMax: 2 });
}

Deno.test("a run is begun with its key, asked for, and ended", async () => {
  await using service = new EvalService();
  const orchestrator = connect(service, "secret");
  const { jobId } = await orchestrator.run(REQUEST);
  assert.deepEqual(await orchestrator.run(REQUEST), { jobId }, "the key is known again");
  assert.equal(service.runs, 1);
  assert.deepEqual(service.requests[0], {
    method: "POST",
    path: "/evals/runs",
    authorization: "Bearer secret",
    idempotencyKey: "job-1:1",
    body: { taskId: "mmlu", configId: "chat/2" },
  });
  service.set({ state: "running", progress: { done: 3 } });
  assert.deepEqual(await orchestrator.poll(jobId, signal), { state: "running", progress: { done: 3 } });
  await orchestrator.cancel(jobId, signal);
  assert.deepEqual(await orchestrator.poll(jobId, signal), { state: "canceled" });
  assert.equal(service.requests.at(-1)?.path, "/evals/runs/run%2F1", "an id is one segment of the path");
});

Deno.test("without a token none is sent, and a run that is not there is unknown", async () => {
  await using service = new EvalService();
  const orchestrator = connect(service);
  assert.deepEqual(await orchestrator.poll("../admin", signal), { state: "unknown" });
  await orchestrator.cancel("nothing", signal);
  assert.deepEqual(service.requests.map(({ path, authorization }) => [path, authorization]), [
    ["/evals/runs/..%2Fadmin", null],
    ["/evals/runs/nothing", null],
  ]);
});

Deno.test("every state of a run is read, and a completed one without a result has failed", async () => {
  await using service = new EvalService();
  const orchestrator = connect(service);
  const { jobId } = await orchestrator.run(REQUEST);
  const cases: [Record<string, unknown>, unknown][] = [
    [{ state: "queued" }, { state: "queued" }],
    [{ state: "running" }, { state: "running" }],
    [{ state: "completed", result: { accuracy: 1 } }, { state: "completed", result: { accuracy: 1 } }],
    [{ state: "completed", result: null }, { state: "completed", result: null }],
    [{ state: "completed" }, {
      state: "failed",
      error: { code: "no_result", message: "The run completed without a result" },
    }],
    [{ state: "failed", error: { code: "oom", message: "out of memory" } }, {
      state: "failed",
      error: { code: "oom", message: "out of memory" },
    }],
    [{ state: "failed", error: 5 }, {
      state: "failed",
      error: { code: "failed", message: "The run failed" },
    }],
  ];
  for (const [answer, wanted] of cases) {
    service.set(answer);
    assert.deepEqual(await orchestrator.poll(jobId, signal), wanted, JSON.stringify(answer));
  }
});

Deno.test("a secret in a service's own words about a run is not passed on", async () => {
  await using service = new EvalService();
  const orchestrator = connect(service);
  const { jobId } = await orchestrator.run(REQUEST);
  service.set({ state: "failed", error: { code: "push", message: `cannot push with ${forgeToken()}` } });
  const told = JSON.stringify(await orchestrator.poll(jobId, signal));
  assert.ok(told.includes("cannot push with ") && !told.includes(forgeToken()), told);
});

Deno.test("what may pass is worth another try, what will not is none, and nothing of it is passed on", async (t) => {
  await using service = new EvalService();
  const orchestrator = connect(service);
  const cases: [Response, string, boolean][] = [
    [new Response("secret-stack", { status: 500 }), "http_500", true],
    [new Response(null, { status: 503 }), "http_503", true],
    [new Response(null, { status: 429 }), "http_429", true],
    [new Response(null, { status: 401 }), "http_401", false],
    [new Response(null, { status: 400 }), "http_400", false],
    [new Response("<html>secret", { status: 200 }), "unreadable", false],
    [Response.json({ jobId: "" }), "unreadable", false],
    [Response.json({ jobId: 5 }), "unreadable", false],
    [Response.json({ jobId: "." }), "unreadable", false],
    [Response.json({ jobId: ".." }), "unreadable", false],
    [Response.json([]), "unreadable", false],
    [Response.redirect("http://127.0.0.1:1/elsewhere"), "network", true],
    [new Response("x".repeat(5_000_000)), "too_large", false],
  ];
  for (const [response, code, isRetryable] of cases) {
    await t.step(`${response.status} ${code}`, async () => {
      service.answer = () => response;
      await assert.rejects(orchestrator.run(REQUEST), (error: unknown) => {
        assert.ok(error instanceof OrchestratorError);
        assert.deepEqual([error.code, error.isRetryable], [code, isRetryable]);
        assert.doesNotMatch(error.message, /secret|127\.0\.0\.1/);
        return true;
      });
    });
  }
});

Deno.test("a service that is away is worth another try, and a call that is not wanted any more ends", async () => {
  const service = new EvalService();
  const orchestrator = connect(service);
  await service[Symbol.asyncDispose]();
  await assert.rejects(orchestrator.run(REQUEST), { code: "network", isRetryable: true });
  const leaving = new AbortController();
  leaving.abort(new DOMException("gone", "AbortError"));
  await assert.rejects(orchestrator.poll("x", leaving.signal), { name: "AbortError" });
});
