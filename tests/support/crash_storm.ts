/**
 * A server that is killed in the middle of a storm of calls, again and again, and what must hold after each time: the
 * database is whole, and everything that was acknowledged is there.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { ChainCheck } from "../../src/store/audit_chain.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite_store.ts";
import type { Store } from "../../src/store/store.ts";
import { LiveFollower } from "./live_follower.ts";
import { MainProcess, post } from "./main_process.ts";
import { TempRoot } from "./temp_repo.ts";

/** What was acknowledged: the client has read the whole answer. */
interface Acknowledged {
  readonly jobs: Set<string>;
  readonly canaries: Set<string>;
  /** Model ids that were put into the gate `staging`. */
  readonly promoted: Set<string>;
}

/** What came of a storm. */
export interface StormReport {
  readonly rounds: number;
  readonly jobs: number;
  readonly canaries: number;
  readonly promotions: number;
  readonly events: number;
  readonly audits: number;
}

/** Callers that storm at the same time. */
const CALLERS = 4;

/** Answers of one round after which the server is killed, at most: counted, so that a fast machine leaves no more to settle. */
const ANSWERS_MAX = 100;

/** How long a job or canary may take to come to its end after the last start. */
const SETTLE_MS = 180_000;

/** Kills a server `rounds` times; `random` gives numbers from 0 to 1. */
export async function crashStorm(
  { rounds, random, onRound = () => {} }: {
    rounds: number;
    random: () => number;
    onRound?: (round: number, answers: number) => void;
  },
): Promise<StormReport> {
  await using root = await TempRoot.create({ git: false });
  await using state = await TempRoot.create({ git: false });
  const database = `${state.root}/state.db`;
  const env = {
    LUKHAS_REPO_ROOT: root.root,
    LUKHAS_MCP_DB: database,
    MCP_LOG: "off",
    MCP_CANARY_INTERVAL_MS: "100",
    MCP_CANARIES_MAX: "10000",
    LUKHAS_EVAL_CONCURRENCY: "32",
  };
  const acknowledged: Acknowledged = { jobs: new Set(), canaries: new Set(), promoted: new Set() };
  const follower = new LiveFollower();
  for (let round = 0; round < rounds; round++) {
    await using main = new MainProcess({ env });
    const url = await main.url();
    const following = follower.follow(url);
    const answers = 1 + Math.floor(ANSWERS_MAX * random());
    let left = answers;
    const onAnswer = () => {
      if (--left === 0) main.kill("SIGKILL");
    };
    const storming = Array.from(
      { length: CALLERS },
      (_, caller) => storm(url, `${round}-${caller}`, { acknowledged, onAnswer }),
    );
    await Promise.all([following, ...storming]);
    await main.ended();
    checkDatabase(database, acknowledged);
    onRound(round, answers);
  }
  await settle(env, follower);
  const store = new SqliteStore({ path: database, now: () => Date.now(), newId: () => crypto.randomUUID() });
  try {
    return { rounds, ...countOf(acknowledged), ...await checkLogs(store, follower) };
  } finally {
    await store.close();
  }
}

function countOf({ jobs, canaries, promoted }: Acknowledged) {
  return { jobs: jobs.size, canaries: canaries.size, promotions: promoted.size };
}

/** Calls until the server is gone; notes what was answered. */
async function storm(
  url: string,
  name: string,
  { acknowledged, onAnswer }: { acknowledged: Acknowledged; onAnswer: () => void },
): Promise<void> {
  try {
    for (let n = 0;; n++) {
      const modelId = `chat-${name}/${n}`;
      const job = await call(url, "run_eval", { taskId: "mmlu", configId: modelId, idempotencyKey: modelId });
      acknowledged.jobs.add(job.jobId);
      onAnswer();
      await call(url, "promote_model", { modelId, gate: "staging" });
      acknowledged.promoted.add(modelId);
      onAnswer();
      if (n % 3 !== 0) continue;
      const targets = { max_error_rate: 0.05, latency_p95_ms: 2_000 };
      const gates = { fromGate: "staging", toGate: "production", windowSeconds: 1 };
      const canary = await call(url, "start_canary", { modelId, ...gates, targets });
      acknowledged.canaries.add(canary.canaryId);
      onAnswer();
    }
  } catch (error) {
    // The connection was refused or cut off: what was not answered is not acknowledged.
    if (!(error instanceof TypeError)) throw error;
  }
}

// deno-lint-ignore no-explicit-any -- the value's shape is the tool's.
async function call(url: string, name: string, args: Record<string, unknown>): Promise<any> {
  const text = await (await post(url, "tools/call", { name, arguments: args })).text();
  const { result } = JSON.parse(text);
  assert.notEqual(result?.isError, true, text);
  return result.structuredContent;
}

/** Looks at the file as it lies there, before any server mends anything. */
function checkDatabase(path: string, { jobs, canaries, promoted }: Acknowledged): void {
  const db = new DatabaseSync(path);
  try {
    assert.deepEqual(db.prepare("PRAGMA integrity_check").all().map((row) => ({ ...row })), [
      { integrity_check: "ok" },
    ]);
    const ids = (sql: string) => new Set(db.prepare(sql).all().map((row) => String(Object.values(row)[0])));
    assert.deepEqual(
      [...jobs.difference(ids("SELECT job_id FROM jobs"))],
      [],
      "every acknowledged job is there",
    );
    assert.deepEqual(
      [...canaries.difference(ids("SELECT canary_id FROM canaries"))],
      [],
      "every canary is there",
    );
    const stays = ids("SELECT model_id FROM gate_stays WHERE gate = 'staging'");
    assert.deepEqual([...promoted.difference(stays)], [], "every promotion is in the history");
  } finally {
    db.close();
  }
}

/** Lets the last server bring everything to its end, and stops it. */
async function settle(env: Record<string, string>, follower: LiveFollower): Promise<void> {
  await using main = new MainProcess({ env });
  const url = await main.url();
  const following = follower.follow(url);
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const open = await Promise.all([
      call(url, "list_jobs", { status: "QUEUED", limit: 1 }),
      call(url, "list_jobs", { status: "RUNNING", limit: 1 }),
      call(url, "list_canaries", { status: "RUNNING", limit: 1 }),
    ]);
    const left = open.flatMap(({ jobs = [], canaries = [] }) => [...jobs, ...canaries]);
    if (left.length === 0) break;
    assert.ok(Date.now() < deadline, `it hangs: ${JSON.stringify(left[0])}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { jobId } = await call(url, "run_eval", { taskId: "mmlu", configId: "last", dryRun: true });
  await follower.until(({ data }) => data.jobId === jobId);
  main.kill("SIGTERM");
  await Promise.all([main.ended(), following]);
}

/** The subscriber has every event once, each job and canary has one end, and the chain of audits holds. */
async function checkLogs(store: Store, { seen, firstId = 0 }: LiveFollower) {
  const ids: number[] = [];
  const ends = new Map<string, number>();
  for (let afterId = 0;;) {
    const page = await store.events.read({ afterId, limit: 1_000 });
    if (page.length === 0) break;
    for (const { id, subject, name } of page) {
      if (id > firstId) ids.push(id);
      const isEnd = ["completed", "promoted", "rolled_back"].includes(name);
      if (isEnd) ends.set(subject, (ends.get(subject) ?? 0) + 1);
    }
    afterId = page.at(-1)?.id ?? afterId;
  }
  assert.deepEqual(seen.map(({ id }) => id), ids, "no event is missing or doubled");
  assert.deepEqual([...ends].filter(([, count]) => count !== 1), [], "everything ends once");
  const check = new ChainCheck((await store.audits.anchor())?.previousHash);
  for (let afterId = 0;;) {
    const page = await store.audits.read({ afterId, limit: 1_000 });
    if (page.length === 0) break;
    for (const row of page) assert.equal(check.next(row), undefined, "the chain of audits holds");
    afterId = page.at(-1)?.id ?? afterId;
  }
  return { events: ids.length, audits: check.sealed };
}
