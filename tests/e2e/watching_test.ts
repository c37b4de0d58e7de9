/** What watches a real process, inside of its cage: what is loaded at the first request is there, and may run. */
import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import { LiveFollower } from "../support/live_follower.ts";
import { MainProcess, post } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

Deno.test("a caged process tells live, is scraped, and exports its evidence", async () => {
  await using root = await TempRoot.create();
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: root.root, MCP_LOG: "off" } });
  const url = await main.url();
  const follower = new LiveFollower();
  const following = follower.follow(url);
  const run = { name: "run_eval", arguments: { taskId: "mmlu", configId: "chat/7" } };
  await (await post(url, "tools/call", run)).body?.cancel();
  const { data } = await follower.until(({ name }) => name === "completed");
  assert.equal(data.status, "COMPLETED");
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /^lukhas_mcp_jobs\{status="COMPLETED"\} 1$/m);
  assert.match(metrics, /^lukhas_mcp_open_streams\{route="\/sse"\} 1$/m);
  const zip = await (await fetch(`${url}/evidence/export?from=1h`)).bytes();
  const audits = JSON.parse(new TextDecoder().decode(unzipSync(zip)["audits.json"]));
  assert.deepEqual(audits.map(({ action }: { action: string }) => action), [
    "run_eval",
    "job.running",
    "job.completed",
  ]);
  main.kill("SIGTERM");
  assert.equal(await main.ended(), 0);
  await following;
  assert.deepEqual(main.lines.filter((line) => /"msg":"bug"|Error/.test(line)), []);
});
