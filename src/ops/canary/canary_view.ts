/** A canary as it is told: in the answers of tools, in events, and in lists. */
import type { JsonObject } from "../../core/json.ts";
import type { Canary } from "../../store/canary.ts";
import { type CanaryMemory, readCanary, type Sample } from "./canary_memory.ts";
import type { CanaryPolicy } from "./policy.ts";

/** What is told of a canary whether it has begun or not. */
export type CanaryFacts = JsonObject & {
  readonly modelId: string;
  readonly fromGate: string;
  readonly toGate: string;
  readonly status: Canary["status"];
  readonly policy: JsonObject;
  readonly samples: number;
};

/** A canary on the wire; times are ISO 8601. */
export type CanaryView = CanaryFacts & { readonly canaryId: string };

/** See the module. A canary of an older server has no more than its record. */
export function canaryView(record: Canary): CanaryView {
  const { canaryId, modelId, fromGate, toGate, status, phase, policy, monitor } = record;
  const read = readCanary(record);
  return {
    canaryId,
    modelId,
    fromGate,
    toGate,
    status,
    phase,
    policy,
    monitor,
    ...(monitor === "simulated" && { simulated: true }),
    startedAt: iso(record.createdAt),
    updatedAt: iso(record.updatedAt),
    ...(record.endedAt !== undefined && { endedAt: iso(record.endedAt) }),
    ...(record.reason !== undefined && { reason: record.reason }),
    samples: read?.memory.judge.seen.ok ?? 0,
    ...(read !== undefined && details(record, read)),
  };
}

function details(
  record: Canary,
  { policy, memory }: { policy: CanaryPolicy; memory: CanaryMemory },
): JsonObject {
  const { sample, requestsNeeded, warning, failure } = memory;
  const willRollBack = record.abort && record.phase === "promoting";
  return {
    assurance: memory.assurance,
    endsAt: iso(record.endedAt ?? endOf(policy, memory)),
    ...(sample !== undefined && { lastSample: sampleView(sample) }),
    ...(requestsNeeded !== undefined && { requestsNeededForProof: requestsNeeded }),
    ...(warning !== undefined && { warning }),
    ...(record.intent !== undefined && {
      intent: {
        action: record.intent.action,
        attempts: memory.attempts,
        ...(failure !== undefined && { failure }),
      },
    }),
    ...(willRollBack && { will: "roll_back_after_promote" }),
  };
}

/** When the window is full, if every tick from now on can be judged. */
function endOf({ windowSeconds }: CanaryPolicy, { judge }: CanaryMemory): number {
  const missingMs = Math.max(0, windowSeconds * 1000 - judge.observedMs);
  return (judge.lastTickAt ?? judge.startedAt) + missingMs;
}

function sampleView({ at, ...figures }: Sample): JsonObject {
  return { at: iso(at), ...figures };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
