/** Signals to stop: one that comes again because others handed it on is no second one. */
import assert from "node:assert/strict";
import { stopSignalHearer } from "../../src/launcher/stop_signals.ts";

/** What is told of signals at these milliseconds. */
function told(signals: readonly (readonly [ms: number, signal: Deno.Signal])[]): string[] {
  const heard: string[] = [];
  let now = 0;
  const hear = stopSignalHearer({
    elapsed: () => now,
    first: (signal) => heard.push(`${now} first ${signal}`),
    second: () => heard.push(`${now} second`),
  });
  for (const [ms, signal] of signals) {
    now = ms;
    hear(signal);
  }
  return heard;
}

Deno.test("echoes of a signal are that signal, another one and a later one are not", () => {
  assert.deepEqual(told([[10, "SIGINT"], [10, "SIGINT"], [510, "SIGINT"]]), ["10 first SIGINT"]);
  assert.deepEqual(told([[10, "SIGINT"], [511, "SIGINT"]]), ["10 first SIGINT", "511 second"]);
  assert.deepEqual(told([[10, "SIGTERM"], [11, "SIGINT"]]), ["10 first SIGTERM", "11 second"]);
});
