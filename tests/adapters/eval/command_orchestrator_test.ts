/** What the app makes of what the launcher says of a command. */
import assert from "node:assert/strict";
import { CommandOrchestrator } from "../../../src/adapters/eval/command_orchestrator.ts";
import type { HostRunState } from "../../../src/adapters/eval/eval_host.ts";
import { forgeToken } from "../../support/secrets.ts";

/** What is told of a run whose command has ended like this. */
async function told(end: Partial<Extract<HostRunState, { kind: "ended" }>>) {
  const host = {
    start: () => Promise.reject(new Error("nothing is started")),
    poll: async () => ({
      kind: "ended",
      exitCode: 0,
      signal: undefined,
      stderr: "",
      wasAsked: false,
      ...end,
    } as const),
    end: async () => {},
  };
  return await new CommandOrchestrator({ host, runsMax: 1 }).poll("12:job-1");
}

Deno.test("a secret on stderr reaches neither a result nor an error", async () => {
  const token = forgeToken();
  for (const end of [{ result: {} }, { exitCode: 2 }, { exitCode: undefined, signal: "SIGSEGV" }]) {
    const state = await told({ ...end, stderr: `cannot push with ${token}\n` });
    const text = JSON.stringify(state);
    assert.ok(text.includes("cannot push with ") && !text.includes(token), text);
  }
});

Deno.test("a result counts whatever the exit code is, and nothing counts after a signal", async () => {
  assert.equal((await told({ exitCode: 100, result: { passed: false } })).state, "completed");
  assert.equal((await told({ exitCode: undefined, signal: "SIGKILL", result: {} })).state, "failed");
  assert.equal((await told({ exitCode: 0 })).state, "failed");
  assert.equal((await told({ exitCode: 143, wasAsked: true })).state, "canceled");
});
