/** One audit as a sentence. */
import type { Json, JsonObject } from "../../core/json.ts";
import type { Audit } from "../../store/audit.ts";
import type { TargetEvidence } from "../canary/evidence.ts";
import { targetSentence } from "./math_words.ts";
import { because, holder, objectAt, percent, quoted, who } from "./words.ts";

/** One thing that happened. */
export interface Step {
  /** ISO 8601. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  /** One or more sentences. */
  readonly text: string;
}

/** See the module. */
export function stepOf({ at, actor, action, payload, subject }: Audit): Step {
  const describe = Object.hasOwn(SENTENCES, action) ? SENTENCES[action] : undefined;
  const text = describe === undefined
    ? `${who(actor)} did ${quoted(action)} to ${quoted(subject)}.`
    : describe(payload, who(actor));
  return { at: new Date(at).toISOString(), actor, action, text };
}

type Describe = (payload: JsonObject, who: string) => string;

const SENTENCES: Readonly<Record<string, Describe>> = {
  run_eval: ({ taskId, configId, status }, who) =>
    `${who} asked for an evaluation of task ${quoted(taskId)} with configuration ${quoted(configId)}${
      status === "DRY_RUN" ? ", as a dry run: nothing is run" : ""
    }.`,
  "job.running": ({ attempt }) => `The server began it${attempt === 1 ? "" : ` again, attempt ${attempt}`}.`,
  "job.requeued": (payload) => `The server put it back into the queue${whyOf(payload)}.`,
  "job.completed": () => "It was completed, and has a result.",
  "job.failed": (payload) => `It failed${outcomeOf(payload)}${whyOf(payload)}.`,
  "job.canceled": () => "It was canceled.",
  cancel_eval: ({ status }, who) =>
    `${who} asked to cancel it${status === "CANCELED" ? "; it had not begun, and is over by that" : ""}.`,
  start_canary: startSentence,
  abort_canary: (_payload, who) => `${who} asked to abort it.`,
  "canary.held": (payload) =>
    `The server held it for a person to decide, ${because(payload.reason)}.${mathOf(payload)}`,
  "canary.promoting": (payload, who) =>
    `${who} decided to promote it${atTick(payload)}, ${because(payload.reason)}.${mathOf(payload)}`,
  "canary.promoted": ({ toGate, previous }) =>
    `It is in gate ${quoted(toGate)}, which ${holder(previous)} held before.`,
  "canary.rolling_back": ({ reason, restores }) =>
    `The server is rolling it back, ${because(reason)}; the gate goes back to ${holder(restores)}.`,
  "canary.rolled_back": (payload) =>
    `It was rolled back${atTick(payload)}, ${because(payload.reason)}.${mathOf(payload)}`,
  "canary.action_retried": ({ attempts, failure }, who) =>
    attempts === undefined
      ? `${who} took up again what the registry had not done.`
      : `The registry did not do it (attempt ${attempts}: ${quoted(failure)}); the server tries again.`,
  "canary.action_failed": ({ attempts, failure }) =>
    `The registry did not do it after ${attempts} attempts (${quoted(failure)}): a person is needed.`,
  promote_model: ({ gate, previous }, who) =>
    `${who} put it into gate ${quoted(gate)}, which ${holder(previous)} held before.`,
  "gate.promoted": ({ gate, previous, canaryId }) =>
    `Canary ${quoted(canaryId)} put it into gate ${quoted(gate)}, which ${holder(previous)} held before.`,
  "gate.restored": ({ gate, modelId, canaryId }) =>
    `Canary ${quoted(canaryId)} gave gate ${quoted(gate)} back to ${holder(modelId)}.`,
  "promote_model.refused": refusedSentence,
  "start_canary.refused": refusedSentence,
};

function startSentence(payload: JsonObject, who: string): string {
  const policy = objectAt(payload, "policy");
  const { max_error_rate, latency_p95_ms } = objectAt(policy, "targets");
  const targets = [
    ...(typeof max_error_rate === "number"
      ? [`at most ${percent(max_error_rate)} of requests may fail`]
      : []),
    ...(typeof latency_p95_ms === "number"
      ? [`the 95th percentile of latency may be ${latency_p95_ms} ms`]
      : []),
  ].join(", and ");
  const { modelId, fromGate, toGate, monitor, baseline } = payload;
  return `${who} started a canary to move ${quoted(modelId)} from gate ${quoted(fromGate)} to gate ${
    quoted(toGate)
  }, ` +
    `which ${holder(baseline)} held. Over a window of ${numberOf(policy.windowSeconds)} s ${
      targets || "nothing is asked"
    }; ` +
    `the monitor is ${quoted(monitor)}${monitor === "simulated" ? ", whose figures are made up" : ""}.`;
}

function refusedSentence({ gate, missing }: JsonObject, who: string): string {
  return `${who} was refused gate ${quoted(gate)}: ${quoted(missing)}.`;
}

function outcomeOf({ outcome }: JsonObject): string {
  if (outcome === "lost") return ": its runner was lost";
  return outcome === "timed_out" ? ": it took too long" : "";
}

function whyOf(payload: JsonObject): string {
  const { message } = objectAt(payload, "error");
  return message === undefined ? "" : ` (${quoted(message)})`;
}

function atTick({ tick }: JsonObject): string {
  return typeof tick === "number" ? ` at look ${tick}` : "";
}

function mathOf({ math }: JsonObject): string {
  if (!Array.isArray(math)) return "";
  return (math as unknown as readonly TargetEvidence[]).map((evidence) => ` ${targetSentence(evidence)}`)
    .join("");
}

function numberOf(value: Json | undefined): string {
  return typeof value === "number" ? `${value}` : "an unknown number of";
}
