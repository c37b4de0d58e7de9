/** Live events of a real process that is killed in the middle of its work, again and again. */
import assert from "node:assert/strict";
import { SqliteStore } from "../../src/store/sqlite/sqlite_store.ts";
import { LiveFollower } from "../support/live_follower.ts";
import { MainProcess, post } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

/** What has happened in a round before the process is killed: jobs begin, run, and end. */
const KILL_AFTER = ["queued", "running", "update", "completed"];

async function call(url: string, name: string, args: Record<string, unknown>): Promise<void> {
  await (await post(url, "tools/call", { name, arguments: args })).body?.cancel();
}

/** Asks for more and more until the server is gone. */
async function storm(url: string, round: number): Promise<void> {
  try {
    for (let n = 0;; n++) {
      await call(url, "run_eval", { taskId: "mmlu", configId: `chat/${round}-${n}` });
      await call(url, "promote_model", { modelId: `chat/${round}-${n}`, gate: "staging" });
      if (n % 5 === 0) {
        const targets = { max_error_rate: 0.05 };
        const canary = {
          modelId: `rank/${round}-${n}`,
          fromGate: "staging",
          toGate: "production",
          windowSeconds: 1,
        };
        await call(url, "start_canary", { ...canary, targets });
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

Deno.test("a subscriber that resumes by id over kill -9 misses no event, and gets none twice", async () => {
  await using root = await TempRoot.create({ git: false });
  await using state = await TempRoot.create({ git: false });
  const database = `${state.root}/state.db`;
  const env = { LUKHAS_REPO_ROOT: root.root, LUKHAS_MCP_DB: database, MCP_RL_BUCKET: "0", MCP_LOG: "off" };
  const follower = new LiveFollower();
  for (const [round, name] of KILL_AFTER.entries()) {
    await using main = new MainProcess({ env });
    const url = await main.url();
    const before = follower.seen.at(-1)?.id ?? 0;
    const following = follower.follow(url);
    const storming = storm(url, round);
    await follower.until((event) => event.name === name && event.id > before);
    main.kill("SIGKILL");
    await Promise.all([following, storming]);
  }
  await using main = new MainProcess({ env });
  const following = follower.follow(await main.url());
  await call(await main.url(), "run_eval", { taskId: "mmlu", configId: "last", dryRun: true });
  await follower.until(({ data }) => data.configId === "last");
  main.kill("SIGTERM");
  await Promise.all([main.ended(), following]);
  const store = new SqliteStore({ path: database, now: () => Date.now(), newId: () => crypto.randomUUID() });
  const ids: number[] = [];
  for (let afterId = follower.firstId ?? 0;;) {
    const page = await store.events.read({ afterId, limit: 500 });
    if (page.length === 0) break;
    ids.push(...page.map(({ id }) => id));
    afterId = ids.at(-1) ?? afterId;
  }
  await store.close();
  const seen = follower.seen.map(({ id }) => id);
  assert.ok(seen.length >= KILL_AFTER.length, `only ${seen.length} events`);
  // What a server commits after it has ended its streams is for the next subscription.
  assert.deepEqual(seen, ids.filter((id) => id <= (seen.at(-1) ?? 0)));
});
