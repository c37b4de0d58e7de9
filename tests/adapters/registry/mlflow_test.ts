/** The MLflow registry against an HTTP server that answers as MLflow documents. */
import assert from "node:assert/strict";
import { MlflowClient } from "../../../src/adapters/registry/mlflow_client.ts";
import { MlflowRegistry } from "../../../src/adapters/registry/mlflow_registry.ts";
import type { ToolError } from "../../../src/core/errors.ts";
import { SqliteStore } from "../../../src/store/sqlite/sqlite_store.ts";
import { failure, MlflowServer } from "../../support/mlflow_server.ts";
import { TestApp } from "../../support/test_app.ts";

const NOW = Date.UTC(2026, 0, 2);
const GATE = { name: "chat", gate: "production" };

class Lab implements AsyncDisposable {
  readonly mlflow = new MlflowServer("chat/6", "chat/7", "chat/8");
  readonly store = new SqliteStore({ path: ":memory:", now: () => NOW, newId: () => "id" });
  readonly registry = new MlflowRegistry({
    client: new MlflowClient({ url: this.mlflow.url, headers: { authorization: "Bearer t" } }),
    aliases: { production: "champion" },
    models: this.store.models,
    now: () => NOW,
  });

  promote(modelId: string, more: { dryRun?: boolean; expectedCurrent?: string | null } = {}) {
    return this.registry.promote({ ...REQUEST, modelId, dryRun: false, ...more });
  }

  rollback(modelId: string, to: string | null) {
    return this.registry.rollback({ ...REQUEST, modelId, to });
  }

  /** Which version the store says is in production. */
  async mirrored(): Promise<string | null> {
    return (await this.store.models.holder(GATE))?.modelId ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mlflow[Symbol.asyncDispose]();
    await this.store.close();
  }
}

const REQUEST = {
  gate: "production",
  idempotencyKey: "action-1",
  by: "canary",
  tell: () => ({ audits: [], events: [] }),
};

/** The code, the reason and whether waiting can help, of a call that must fail. */
async function refusal(call: Promise<unknown>): Promise<(string | boolean | undefined)[]> {
  const error = await call.then(() => assert.fail("it was done"), (error: ToolError) => error);
  return [error.code, error.details.reason as string, error.details.retryable as boolean | undefined];
}

Deno.test("a promotion checks the version, keeps the one before, moves the alias, and looks whether it stays", async () => {
  await using lab = new Lab();
  assert.deepEqual(await lab.promote("chat/6"), { changed: true, previous: null });
  lab.mlflow.calls.length = 0;
  assert.deepEqual(await lab.promote("chat/7", { expectedCurrent: "chat/6" }), {
    changed: true,
    previous: "chat/6",
  });
  assert.deepEqual(lab.mlflow.trail, [
    "GET /model-versions/get",
    "GET /registered-models/alias",
    "POST /registered-models/alias",
    "POST /registered-models/alias",
    "POST /model-versions/set-tag",
    "GET /registered-models/alias",
  ]);
  assert.deepEqual(Object.fromEntries(lab.mlflow.aliases), {
    "chat champion": "7",
    "chat champion-previous": "6",
  });
  assert.deepEqual(JSON.parse(lab.mlflow.tags.get("chat/7 ops.promotion.champion") ?? ""), {
    at: "2026-01-02T00:00:00.000Z",
    by: "canary",
    id: "action-1",
  });
  assert.ok(lab.mlflow.calls.every(({ headers }) => headers.get("authorization") === "Bearer t"));
  assert.equal(await lab.mirrored(), "chat/7");
  assert.equal(await lab.registry.current(GATE), "chat/7");
});

Deno.test("a model that is in its gate already is not moved again, but taken over into the history", async () => {
  await using lab = new Lab();
  lab.mlflow.aliases.set("chat champion", "7");
  assert.deepEqual(await lab.promote("chat/7", { expectedCurrent: "chat/6" }), {
    changed: false,
    previous: "chat/7",
  });
  assert.equal(lab.mlflow.trail.some((call) => call.startsWith("POST")), false);
  assert.equal(await lab.mirrored(), "chat/7");
});

Deno.test("a dry run reads, and writes nothing anywhere", async () => {
  await using lab = new Lab();
  assert.deepEqual(await lab.promote("chat/7", { dryRun: true }), { changed: true, previous: null });
  assert.ok(lab.mlflow.trail.every((call) => call.startsWith("GET")));
  assert.equal(await lab.mirrored(), null);
});

Deno.test("what is not as it should be is refused before anything is written", async () => {
  await using lab = new Lab();
  assert.deepEqual((await refusal(lab.promote("chat/9"))).slice(0, 1), ["not_found"]);
  lab.mlflow.versions.set("chat/8", "PENDING_REGISTRATION");
  assert.deepEqual(await refusal(lab.promote("chat/8")), ["conflict", "not_ready", undefined]);
  lab.mlflow.aliases.set("chat champion", "6");
  const unexpected = lab.promote("chat/7", { expectedCurrent: null });
  assert.deepEqual(await refusal(unexpected), ["conflict", "precondition_failed", undefined]);
  lab.mlflow.aliases.set("chat champion", "5");
  assert.deepEqual(await refusal(lab.promote("chat/7")), ["conflict", "alias_dangling", undefined]);
  assert.equal(lab.mlflow.trail.some((call) => call.startsWith("POST")), false);
});

Deno.test("an alias that is not set is known by its text, whichever code a store gives it", async () => {
  await using lab = new Lab();
  lab.mlflow.instead = ({ method, path }) =>
    method === "GET" && path === "/registered-models/alias"
      ? failure(404, "RESOURCE_DOES_NOT_EXIST", "Registered Model alias champion not found")
      : undefined;
  assert.equal(await lab.registry.current(GATE), null);
  lab.mlflow.instead = () => failure(400, "INVALID_PARAMETER_VALUE", "Invalid model name");
  assert.deepEqual(await refusal(lab.registry.current(GATE)), ["unavailable", "http_400", false]);
  lab.mlflow.instead = () =>
    failure(404, "RESOURCE_DOES_NOT_EXIST", "Registered Model with name=chat not found");
  assert.deepEqual((await refusal(lab.registry.current(GATE))).slice(0, 1), ["not_found"]);
});

Deno.test("somebody who sets the alias at the same time wins, and that is said", async () => {
  await using lab = new Lab();
  lab.mlflow.instead = ({ path }) => {
    if (path === "/model-versions/set-tag") lab.mlflow.aliases.set("chat champion", "8");
    return undefined;
  };
  assert.deepEqual(await refusal(lab.promote("chat/7")), ["conflict", "lost_race", undefined]);
  assert.equal(await lab.mirrored(), null);
});

Deno.test("a tag that cannot be set hinders no promotion", async () => {
  await using lab = new Lab();
  lab.mlflow.instead = ({ path }) =>
    path === "/model-versions/set-tag" ? failure(403, "PERMISSION_DENIED", "no") : undefined;
  assert.equal((await lab.promote("chat/7")).changed, true);
});

Deno.test("a rollback restores the version before, or no version, and touches nobody else's", async () => {
  await using lab = new Lab();
  await lab.promote("chat/6");
  await lab.promote("chat/7");
  assert.deepEqual(await lab.rollback("chat/7", "chat/6"), { kind: "restored" });
  assert.deepEqual([lab.mlflow.aliases.get("chat champion"), await lab.mirrored()], ["6", "chat/6"]);
  assert.deepEqual(await lab.rollback("chat/7", "chat/6"), { kind: "already_restored" });
  assert.deepEqual(await lab.rollback("chat/6", null), { kind: "restored" });
  assert.deepEqual([lab.mlflow.aliases.has("chat champion"), await lab.mirrored()], [false, null]);
  await lab.promote("chat/8");
  assert.deepEqual(await lab.rollback("chat/7", "chat/6"), { kind: "superseded", current: "chat/8" });
  assert.equal(lab.mlflow.aliases.get("chat champion"), "8");
  const { method, args } = lab.mlflow.calls.find(({ method }) => method === "DELETE") ?? {};
  assert.deepEqual([method, args], ["DELETE", { name: "chat", alias: "champion" }]);
});

Deno.test("failures say whether waiting can help, and what to do", async (t) => {
  const answers: [string, () => Response, unknown[], RegExp][] = [
    [
      "429",
      () => failure(429, "REQUEST_LIMIT_EXCEEDED", "slow"),
      ["unavailable", "http_429", true],
      /try again/,
    ],
    ["500", () => new Response("oops", { status: 500 }), ["unavailable", "http_500", true], /try again/],
    [
      "503",
      () => failure(503, "TEMPORARILY_UNAVAILABLE", "x"),
      ["unavailable", "http_503", true],
      /try again/,
    ],
    [
      "401",
      () => new Response("no", { status: 401 }),
      ["unavailable", "http_401", false],
      /MLFLOW_TRACKING_TOKEN/,
    ],
    [
      "403",
      () => failure(403, "PERMISSION_DENIED", "x"),
      ["unavailable", "http_403", false],
      /PERMISSION_DENIED.*check/,
    ],
    ["a plain 403", () => new Response("Invalid Host header", { status: 403 }), [
      "unavailable",
      "http_403",
      false,
    ], /--allowed-hosts/],
    ["a page", () => new Response("<html>"), ["unavailable", "bad_response", true], /MLFLOW_TRACKING_URI/],
    [
      "a redirect",
      () => Response.redirect("http://127.0.0.1:9/", 302),
      ["unavailable", "network", true],
      /try again/,
    ],
  ];
  for (const [name, answer, expected, advice] of answers) {
    await t.step(name, async () => {
      await using lab = new Lab();
      lab.mlflow.instead = answer;
      assert.deepEqual(await refusal(lab.promote("chat/7")), expected);
      await assert.rejects(lab.promote("chat/7"), advice);
    });
  }
});

Deno.test("ids are read as MLflow writes them, and an alias is pinned to its version", async () => {
  await using lab = new Lab();
  lab.mlflow.aliases.set("chat candidate", "8");
  const ids = { "chat/7": "chat/7", "models:/chat/7": "chat/7", "models:/chat@candidate": "chat/8" };
  for (const [given, id] of Object.entries(ids)) assert.equal(await lab.registry.resolve(given), id);
  for (const wrong of ["chat", "chat/v7", "chat/0", "a/b/7", "models:/chat"]) {
    assert.deepEqual((await refusal(lab.registry.resolve(wrong))).slice(0, 1), ["invalid_arguments"]);
  }
  assert.deepEqual((await refusal(lab.registry.resolve("chat@nobody"))).slice(0, 1), ["not_found"]);
});

Deno.test("a gate that MLflow takes for no alias is refused before any call", async () => {
  await using lab = new Lab();
  for (const gate of ["latest", "v7", "a.b"]) {
    const promoting = lab.registry.promote({ ...REQUEST, modelId: "chat/7", dryRun: false, gate });
    assert.deepEqual((await refusal(promoting)).slice(0, 1), ["invalid_arguments"]);
  }
  assert.equal(lab.mlflow.calls.length, 0);
});

Deno.test("a gate's alias is no gate of its own: nobody passes the gate's rules by that name", async () => {
  await using lab = new Lab();
  for (const gate of ["champion", "Champion", "champion-previous"]) {
    const call = lab.registry.promote({ ...REQUEST, gate, modelId: "chat/6", dryRun: false });
    await assert.rejects(call, { code: "invalid_arguments", details: { gate: "production" } }, gate);
  }
  assert.deepEqual(lab.mlflow.calls, []);
});

Deno.test("of 10 promotions of two versions at once each sees the one before it", async () => {
  await using lab = new Lab();
  const promoting = Array.from({ length: 10 }, (_, n) => lab.promote(n % 2 === 0 ? "chat/6" : "chat/7"));
  const previous = (await Promise.all(promoting)).map((outcome) => outcome.previous);
  assert.deepEqual(previous, [null, ...previous.slice(1).map((_, n) => n % 2 === 0 ? "chat/6" : "chat/7")]);
});

Deno.test("the tools promote in MLflow when it is configured", async () => {
  await using mlflow = new MlflowServer("chat/7");
  await using app = await TestApp.create({ git: false, env: { MLFLOW_TRACKING_URI: mlflow.url } });
  const promoted = await app.call("promote_model", { modelId: "models:/chat/7", gate: "production" });
  assert.deepEqual([promoted.modelId, promoted.changed, promoted.currentGates], ["chat/7", true, [
    "production",
  ]]);
  assert.equal(mlflow.aliases.get("chat champion"), "7");
  assert.equal(
    (await app.callFailing("promote_model", { modelId: "chat/9", gate: "production" })).code,
    "not_found",
  );
});

Deno.test("gates of the same alias are one gate: the rules of either hold for both", async () => {
  await using mlflow = new MlflowServer("chat/7");
  await using app = await TestApp.create({ git: false, env: { MLFLOW_TRACKING_URI: mlflow.url } });
  const gates = { staging: { evals: [{ taskId: "mmlu" }] } };
  await app.root.write({ ".lukhas/policy.json": JSON.stringify({ gates }) });
  for (const gate of ["staging", "stage"]) {
    const { code, details } = await app.callFailing("promote_model", { modelId: "chat/7", gate });
    assert.deepEqual([code, details.reason, details.gate], ["conflict", "gate_rule", "staging"], gate);
  }
  assert.equal(mlflow.aliases.get("chat challenger"), undefined);
  assert.equal((await app.call("promote_model", { modelId: "chat/7", gate: "production" })).changed, true);
});
