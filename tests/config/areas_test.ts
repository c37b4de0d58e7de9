/** The areas of the configuration: what holds without any variable, and what is refused. */
import assert from "node:assert/strict";
import { type ConfigRecord, parseConfig } from "../../src/config.ts";

Deno.test("without any variable search has two seconds, jobs a week, and a caller 60 requests in 10 s", () => {
  const { access, release, search } = parseConfig({});
  assert.deepEqual(search, { indexPath: undefined, budgetMs: 2_000 });
  assert.deepEqual(release, { database: undefined, statePath: undefined, jobTtlMs: 604_800_000 });
  const deny = { patterns: [], defaults: true };
  assert.deepEqual(access, {
    apiKeysFile: undefined,
    journalPath: undefined,
    journalBytesMax: 268_435_456,
    concurrencyMax: 256,
    streamsMax: 64,
    trustedProxies: [],
    rateBucket: 60,
    rateWindowMs: 10_000,
    deny,
    allowSecrets: false,
    readOnly: false,
  });
});

Deno.test("a number of an area that is out of its range is refused by name, with the range", async (t) => {
  const wrong: Partial<Record<keyof ConfigRecord, readonly string[]>> = {
    MCP_SEARCH_BUDGET_MS: ["49", "60001", "2s"],
    MCP_JOB_TTL_MS: ["0", "999", "7d"],
    MCP_RL_BUCKET: ["-1", "1000001", "many"],
    MCP_RL_WINDOW_MS: ["99", "86400001"],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      await t.step(`${name}=${value}`, () => {
        assert.throws(
          () => parseConfig({ [name]: value }),
          (error: Error) => error.message.includes(`${name}="${value}" is not a whole number from `),
        );
      });
    }
  }
});
