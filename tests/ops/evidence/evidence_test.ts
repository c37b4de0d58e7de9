/** The zip of evidence: whole, checkable without the server, and never in memory at once. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { EVIDENCE_EXPORTS_MAX, EVIDENCE_PAGE_ROWS } from "../../../src/core/release_limits.ts";
import { Evidence } from "../../../src/ops/evidence/evidence.ts";
import type { Audit } from "../../../src/store/audit.ts";
import { ChainCheck } from "../../../src/store/audit_chain.ts";
import { SqliteStore } from "../../../src/store/sqlite/sqlite_store.ts";
import type { Store } from "../../../src/store/store.ts";

const START = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

/** A store whose clock a test moves. */
class Kept implements AsyncDisposable {
  now = START;
  readonly store: SqliteStore;

  constructor() {
    this.store = new SqliteStore({ path: ":memory:", now: () => this.now, newId: () => crypto.randomUUID() });
  }

  evidence(store: Store = this.store): Evidence {
    return new Evidence({ store, now: () => this.now, version: "0.0.0-test" });
  }

  /** Promotes a model into a gate, with an audit and an event. */
  async promote(modelId: string, gate = "production"): Promise<void> {
    await this.store.models.setGate({ name: "chat", gate, modelId, by: "k1" }, ({ previous }) => ({
      audits: [{
        actor: "k1",
        action: "promote_model",
        subject: `model/${modelId}`,
        payload: { gate, previous },
      }],
      events: [{ subject: `model/${modelId}`, name: "promoted", data: { gate, note: '=SUM(A1:A2), "é"\n' } }],
    }));
  }

  async export(span: { from?: string; to?: string } = {}): Promise<Record<string, string>> {
    const answer = this.evidence().export({ from: "30d", to: "now", ...span });
    assert.equal(answer.kind, "zip", JSON.stringify(answer));
    return await unzip((answer as { body: ReadableStream<Uint8Array<ArrayBuffer>> }).body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
  }
}

async function unzip(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Record<string, string>> {
  const files = unzipSync(new Uint8Array(await new Response(body).arrayBuffer()));
  return Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]),
  );
}

/** Follows the chain through a file of the zip, as somebody without the server would. */
function checkChain(files: Record<string, string>, audits: Audit[] = JSON.parse(files["audits.json"] ?? "")) {
  const { chain } = JSON.parse(files["manifest.json"] ?? "");
  const check = new ChainCheck(chain?.previousHash);
  const breaks = audits.map((audit) => check.next(audit)).filter((found) => found !== undefined);
  return { breaks, sealed: check.sealed };
}

Deno.test("every file of the zip has the hash, size and rows that the manifest says", async () => {
  await using kept = new Kept();
  for (let n = 0; n < 5; n++) await kept.promote(`chat/${n}`);
  kept.now += HOUR_MS;
  const { "manifest.json": manifestText = "", ...files } = await kept.export();
  const manifest = JSON.parse(manifestText);
  assert.deepEqual(Object.keys(files), [
    "audits.json",
    "audits.csv",
    "events.json",
    "events.csv",
    "canary_ticks.json",
    "canary_ticks.csv",
    "gate_history.json",
    "gate_history.csv",
  ]);
  for (const { name, rows, bytes, sha256 } of manifest.files) {
    const text = files[name] ?? "";
    assert.equal(createHash("sha256").update(text).digest("hex"), sha256, name);
    assert.equal(new TextEncoder().encode(text).length, bytes, name);
    if (name.endsWith(".json")) assert.equal(JSON.parse(text).length, rows, name);
  }
  const rows = Object.fromEntries(
    manifest.files.map((file: { name: string; rows: number }) => [file.name, file.rows]),
  );
  assert.equal(rows["audits.json"], 5);
  assert.equal(rows["gate_history.csv"], 5);
  assert.equal(manifest.complete, true);
  assert.equal(manifest.from, "2025-12-02T01:00:00.000Z");
});

Deno.test("a table of many pages is exported whole, and its chain holds without the server", async () => {
  await using kept = new Kept();
  const count = 2 * EVIDENCE_PAGE_ROWS + 3;
  for (let n = 0; n < count; n++) await kept.promote(`chat/${n}`);
  kept.now += HOUR_MS;
  const files = await kept.export();
  assert.deepEqual(checkChain(files), { breaks: [], sealed: count });
  const audits: Audit[] = JSON.parse(files["audits.json"] ?? "");
  const forged = audits.map((audit) => audit.id === 700 ? { ...audit, actor: "k2" } : audit);
  assert.equal(checkChain(files, forged).breaks[0]?.id, 700);
  assert.equal(checkChain(files, audits.filter(({ id }) => id !== 700)).breaks[0]?.id, 701);
});

Deno.test("a span in the middle has its own rows alone, and its chain holds from its first row on", async () => {
  await using kept = new Kept();
  for (let n = 0; n < 10; n++) {
    await kept.promote(`chat/${n}`);
    kept.now += HOUR_MS;
  }
  const files = await kept.export({ from: "2026-01-01T03:00Z", to: "2026-01-01T06:00Z" });
  const audits: Audit[] = JSON.parse(files["audits.json"] ?? "");
  assert.deepEqual(audits.map(({ id }) => id), [4, 5, 6]);
  assert.deepEqual(checkChain(files), { breaks: [], sealed: 3 });
  const forged = audits.map((audit) => audit.id === 4 ? { ...audit, action: "nothing" } : audit);
  assert.equal(checkChain(files, forged).breaks[0]?.id, 4);
  const stays = JSON.parse(files["gate_history.json"] ?? "");
  assert.deepEqual(stays.map(({ modelId }: { modelId: string }) => modelId), [
    "chat/2",
    "chat/3",
    "chat/4",
    "chat/5",
  ]);
});

Deno.test("CSV survives what a spreadsheet would trip over", async () => {
  await using kept = new Kept();
  await kept.promote('=HYPERLINK("x"),y', "a\nb");
  kept.now += HOUR_MS;
  const lines = (await kept.export())["gate_history.csv"] ?? "";
  assert.equal(
    lines,
    "name,gate,modelId,time,from,until,by,actionId\r\n" +
      `chat,"a\nb","'=HYPERLINK(""x""),y",2026-01-01T00:00:00.000Z,${START},,k1,\r\n`,
  );
});

Deno.test("an empty span is a zip with empty tables", async () => {
  await using kept = new Kept();
  const files = await kept.export();
  assert.equal(files["audits.json"], "[]\n");
  assert.equal(files["events.csv"], "id,time,at,subject,name,data\r\n");
  assert.equal(JSON.parse(files["manifest.json"] ?? "").chain, null);
});

Deno.test("no more is read than the reader takes, and an export that is given up ends", async () => {
  await using kept = new Kept();
  for (let n = 0; n < 3 * EVIDENCE_PAGE_ROWS; n++) await kept.promote(`chat/${n}`);
  kept.now += HOUR_MS;
  let pages = 0;
  const { store } = kept;
  const audits = {
    anchor: () => store.audits.anchor(),
    read: (range: Parameters<Store["audits"]["read"]>[0]) => {
      if (range.limit > 1) pages++;
      return store.audits.read(range);
    },
  };
  const counting = Object.create(store, { audits: { value: audits } }) as Store;
  const evidence = kept.evidence(counting);
  const span = { from: "30d", to: "now" };
  const bodies = Array.from({ length: EVIDENCE_EXPORTS_MAX }, () => {
    const answer = evidence.export(span);
    assert.ok(answer.kind === "zip");
    return answer.body;
  });
  assert.equal(evidence.export(span).kind, "busy");
  const reader = bodies[0]?.getReader();
  await reader?.read();
  await reader?.read();
  assert.ok(pages <= 2, `${pages} pages were read for two chunks`);
  await reader?.cancel();
  assert.equal(evidence.export(span).kind, "zip");
});
