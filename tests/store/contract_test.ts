/** The contract of the store, on every implementation. */
import { JsonStore } from "../../src/store/json/json_store.ts";
import { SqliteStore } from "../../src/store/sqlite/sqlite_store.ts";
import type { Store } from "../../src/store/store.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { CANARY_CONTRACT } from "./canary_contract.ts";
import { counter, type StoreUnderTest } from "./contract.ts";
import { JOB_CONTRACT } from "./job_contract.ts";
import { LOG_CONTRACT } from "./log_contract.ts";
import { MODEL_CONTRACT } from "./model_contract.ts";

type Open = (folder: string, clock: FakeClock) => Promise<Store>;

const newId = counter("token");

const IMPLEMENTATIONS: Readonly<Record<string, Open>> = {
  sqlite: async (folder, { now }) => new SqliteStore({ path: `${folder}/state.db`, now, newId }),
  json: (folder, { now, later }) =>
    JsonStore.open({ path: `${folder}/.mcp-state.json`, now, newId, later, onNote: () => {} }),
};

async function openUnderTest(open: Open): Promise<StoreUnderTest> {
  const folder = await Deno.makeTempDir();
  const clock = new FakeClock();
  let store = await open(folder, clock);
  return {
    store,
    clock,
    async reopen() {
      await store.close();
      return store = await open(folder, clock);
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

for (const [name, open] of Object.entries(IMPLEMENTATIONS)) {
  for (const test of [...JOB_CONTRACT, ...MODEL_CONTRACT, ...CANARY_CONTRACT, ...LOG_CONTRACT]) {
    Deno.test(`${name} store: ${test.name}`, async () => {
      await using under = await openUnderTest(open);
      await test.run(under);
    });
  }
}
