/** What is written with each change of a job: one event for those who watch, and an audit for what was decided. */
import type { JsonObject } from "../../core/json.ts";
import type { Account } from "../../store/change.ts";
import { isOver, type Job } from "../../store/job.ts";
import { jobView } from "./job_view.ts";

/** Who the runner is in the audits. */
const RUNNER = "jobs";

/** Who a caller is in the audits. */
export function actorOf(caller: string | undefined): string {
  return caller ?? "local";
}

/** A job was asked for. */
export function asked(job: Job): Account {
  return account(job, { actor: actorOf(job.caller), action: "run_eval", event: "queued" });
}

/** A job was begun. */
export function begun(job: Job): Account {
  return account(job, { actor: RUNNER, action: "job.running", event: "running" });
}

/** A job told how far it is: nothing was decided, so there is no audit. */
export function progressed(job: Job): Account {
  return { audits: [], events: eventsOf(job, "update") };
}

/** A job is to be begun again. */
export function requeued(job: Job, why: JsonObject): Account {
  return account(job, { actor: RUNNER, action: "job.requeued", event: "queued", payload: why });
}

/** A job is over. */
export function ended(job: Job): Account {
  return account(job, { actor: RUNNER, action: `job.${job.status.toLowerCase()}`, event: "completed" });
}

/** Somebody wants a job to end; one that had not begun is over by that. */
export function cancelAsked(job: Job, caller: string | undefined): Account {
  const event = isOver(job) ? "completed" : "update";
  return account(job, { actor: actorOf(caller), action: "cancel_eval", event });
}

function account(
  job: Job,
  { actor, action, event, payload = {} }: {
    actor: string;
    action: string;
    event: string;
    payload?: JsonObject;
  },
): Account {
  const { status, taskId, configId, attempt, outcome, error } = job;
  const facts = { status, taskId, configId, attempt, outcome, error: error && { ...error }, ...payload };
  return {
    audits: [{ actor, action, subject: `job/${job.jobId}`, payload: facts }],
    events: eventsOf(job, event),
  };
}

function eventsOf(job: Job, name: string): Account["events"] {
  return [{ subject: `job/${job.jobId}`, name, data: jobView(job) }];
}
