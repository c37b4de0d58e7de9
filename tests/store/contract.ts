/** What every implementation of the store must do: one list of tests, run on each. */
import type { Account } from "../../src/store/change.ts";
import type { Store } from "../../src/store/store.ts";
import type { NewCanary } from "../../src/store/canary.ts";
import type { NewJob } from "../../src/store/job.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A store under test. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: Store;
  readonly clock: FakeClock;
  /** Closes it and opens it again, as a restart does. */
  reopen(): Promise<Store>;
}

/** One test of the contract. */
export interface ContractTest {
  readonly name: string;
  run(under: StoreUnderTest): Promise<void>;
}

/** Ids that are told apart and repeat from run to run. */
export function counter(prefix: string): () => string {
  let count = 0;
  return () => `${prefix}-${++count}`;
}

/** A job that is asked for. */
export function newJob(jobId: string, fields: Partial<NewJob> = {}): NewJob {
  return {
    jobId,
    taskId: "task",
    configId: "config",
    status: "QUEUED",
    caller: undefined,
    backend: "simulated",
    ...fields,
  };
}

/** A canary that is asked for. */
export function newCanary(canaryId: string, fields: Partial<NewCanary> = {}): NewCanary {
  return {
    canaryId,
    modelId: "chat/2",
    fromGate: "staging",
    toGate: "production",
    status: "RUNNING",
    phase: "observing",
    caller: "ada",
    monitor: "simulated",
    policy: { windowSeconds: 60 },
    state: { tick: 0 },
    ...fields,
  };
}

/** Accounts for a change of a job with one audit and one event of a name. */
export function tellJob(name: string): (job: { jobId: string; status: string }) => Account {
  return ({ jobId, status }) => ({
    audits: [{ actor: "test", action: name, subject: `job/${jobId}`, payload: { status } }],
    events: [{ subject: `job/${jobId}`, name, data: { jobId, status } }],
  });
}

/** The same for a canary. */
export function tellCanary(name: string): (canary: { canaryId: string; status: string }) => Account {
  return ({ canaryId, status }) => ({
    audits: [{ actor: "test", action: name, subject: `canary/${canaryId}`, payload: { status } }],
    events: [{ subject: `canary/${canaryId}`, name, data: { canaryId, status } }],
  });
}

/** Accounts for nothing. */
export const SILENT = (): Account => ({ audits: [], events: [] });
