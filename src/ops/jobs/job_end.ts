/** What a job ends as, given how its run is doing and who wanted it to end. */
import type { EvalFault, EvalState } from "../../adapters/eval/orchestrator.ts";
import { isDeeperThan } from "../../core/json.ts";
import { EVAL_JSON_LEVELS_MAX, EVAL_RESULT_BYTES_MAX, EVAL_UNKNOWN_MS } from "../../core/release_limits.ts";
import type { JobEnd } from "../../store/job.ts";

/** Why a run is to end before its time. */
export interface Ending {
  readonly why: "canceled" | "timed_out";
}

/** A run that failed. */
export function failed(error: EvalFault): JobEnd {
  return { status: "FAILED", outcome: "failed", error };
}

/** A run of which nobody knows how it ended. */
export function lost(error: EvalFault): JobEnd {
  return { status: "FAILED", outcome: "lost", error };
}

/** A run that was to end, and has. */
export function endedBy({ why }: Ending): JobEnd {
  switch (why) {
    case "canceled":
      return { status: "CANCELED", outcome: "canceled" };
    case "timed_out": {
      const error = { code: "timed_out", message: "The run took longer than it may, and was ended" };
      return { status: "FAILED", outcome: "timed_out", error };
    }
    default:
      return why satisfies never;
  }
}

/** A run that was to end, and did not say that it has: it may go on. */
export function orphanedBy(ending: Ending): JobEnd {
  const message = "The run was asked to end, and did not say in time that it has: it may go on";
  return { ...endedBy(ending), error: { code: ending.why, message, details: { orphan: true } } };
}

/** The end of a job; undefined while it goes on. A result counts, even when it came while the run was to end. */
export function endOf(
  state: EvalState,
  { ending, unknownMs }: {
    ending: Ending | undefined;
    /** How long the orchestrator has not known the run. */
    unknownMs: number;
  },
): JobEnd | undefined {
  switch (state.state) {
    case "queued":
    case "running":
      return undefined;
    case "completed":
      return completed(state);
    case "failed":
      return ending === undefined ? failed(state.error) : endedBy(ending);
    case "lost":
      return ending === undefined ? lost(state.error) : endedBy(ending);
    case "canceled":
      return endedBy(ending ?? { why: "canceled" });
    case "unknown": {
      if (unknownMs < EVAL_UNKNOWN_MS) return undefined;
      if (ending !== undefined) return endedBy(ending);
      return lost({ code: "lost", message: "The orchestrator does not know this run any more" });
    }
    default:
      return state satisfies never;
  }
}

function completed({ result, run }: Extract<EvalState, { state: "completed" }>): JobEnd {
  if (isDeeperThan(EVAL_JSON_LEVELS_MAX, result)) {
    const message = `The result has more than ${EVAL_JSON_LEVELS_MAX} levels of lists and objects`;
    return failed({ code: "result_too_deep", message });
  }
  const bytes = new TextEncoder().encode(JSON.stringify(result)).length;
  if (bytes <= EVAL_RESULT_BYTES_MAX) {
    return { status: "COMPLETED", outcome: "succeeded", result, ...(run !== undefined && { run }) };
  }
  const message = `The result has ${bytes} bytes, and at most ${EVAL_RESULT_BYTES_MAX} are kept`;
  return failed({ code: "result_too_large", message });
}
