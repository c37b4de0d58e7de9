/** `/evidence/export` through the front door: what it takes, and that what it gives can be checked elsewhere. */
import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import { type Audit } from "../../src/store/audit.ts";
import { ChainCheck } from "../../src/store/audit_chain.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { TestApp } from "../support/test_app.ts";

async function appWithHistory(): Promise<{ app: TestApp; clock: FakeClock }> {
  const clock = new FakeClock();
  const app = await TestApp.create({ git: false, time: { clock, later: clock.later } });
  await app.call("run_eval", { taskId: "mmlu", configId: "chat/7" });
  await app.call("promote_model", { modelId: "chat/6", gate: "production" });
  const targets = { max_error_rate: 0.05 };
  await app.call("start_canary", {
    modelId: "chat/7",
    fromGate: "staging",
    toGate: "production",
    windowSeconds: 10,
    targets,
  });
  await clock.pass(60_000);
  return { app, clock };
}

async function unzip(response: Response): Promise<Record<string, string>> {
  assert.equal(response.status, 200);
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
  return Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]),
  );
}

Deno.test("the last 30 days of a release loop are one zip, whose chain holds", async () => {
  const { app } = await appWithHistory();
  await using _ = app;
  const response = await app.fetch("/evidence/export");
  assert.equal(response.headers.get("content-type"), "application/zip");
  assert.match(
    response.headers.get("content-disposition") ?? "",
    /^attachment; filename="lukhas-evidence-20251202T000100Z-20260101T000100Z\.zip"$/,
  );
  const files = await unzip(response);
  const audits: Audit[] = JSON.parse(files["audits.json"] ?? "");
  assert.ok(audits.length >= 6);
  const { chain } = JSON.parse(files["manifest.json"] ?? "");
  const check = new ChainCheck(chain.previousHash);
  assert.deepEqual(audits.map((audit) => check.next(audit)).filter((found) => found !== undefined), []);
  const ticks = JSON.parse(files["canary_ticks.json"] ?? "");
  assert.ok(ticks.length >= 10);
  const stays = JSON.parse(files["gate_history.json"] ?? "");
  assert.deepEqual(stays.map(({ modelId }: { modelId: string }) => modelId), ["chat/6", "chat/7"]);
});

const REFUSED: readonly [query: string, message: RegExp][] = [
  ["?from=yesterday", /^Cannot read "from": "yesterday" is neither now/],
  ["?from=30d&to=", /^Cannot read "to": ""/],
  ["?from=now&to=now", /^Cannot export from "now" to "now"/],
  ["?from=1d&to=2d", /"from" is later than "to"$/],
  ["?form=30d", /^Cannot export: there is no parameter "form"/],
  ["?from=30d&from=1d", /^Cannot export: "from" is given more than once$/],
  ["?from=30d&table=audits", /there is no parameter "table"/],
  ["?__proto__=1", /there is no parameter "__proto__"/],
  ["?from=2026-01-01T00:00", /is neither now/],
];

for (const [query, message] of REFUSED) {
  Deno.test(`/evidence/export${query} is refused in words`, async () => {
    await using app = await TestApp.create({ git: false });
    const response = await app.fetch(`/evidence/export${query}`);
    assert.equal(response.status, 400);
    const { error } = await response.json();
    assert.equal(error.code, "invalid_arguments");
    assert.match(error.message, message);
  });
}

Deno.test("a third export at the same time is asked to come back", async () => {
  const { app } = await appWithHistory();
  await using _ = app;
  const open = await Promise.all([app.fetch("/evidence/export"), app.fetch("/evidence/export")]);
  const third = await app.fetch("/evidence/export");
  assert.equal(third.status, 503);
  assert.equal(third.headers.get("retry-after"), "10");
  assert.equal((await third.json()).error.code, "busy");
  for (const response of open) await unzip(response);
  await unzip(await app.fetch("/evidence/export"));
});
