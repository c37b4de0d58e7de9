/** What is written with each change of a canary: an event for those who watch, and an audit for what was decided. */
import type { JsonObject } from "../../core/json.ts";
import type { NewAudit } from "../../store/audit.ts";
import type { Canary } from "../../store/canary.ts";
import type { Account, Tell } from "../../store/change.ts";
import type { GateChange } from "../../store/model.ts";
import { canaryView } from "./canary_view.ts";

/** Who the server itself is in the audits, where it acts on a canary. */
export const CANARY_ACTOR = "canary";

/** Who a caller is in the audits. */
export function actorOf(caller: string | undefined): string {
  return caller ?? "local";
}

/** A canary was asked for, and observes from now on. */
export function started(baseline: string | null): Tell<Canary> {
  return (canary) => ({
    audits: [audit(canary, {
      actor: actorOf(canary.caller),
      action: "start_canary",
      payload: { policy: canary.policy, monitor: canary.monitor, baseline },
    })],
    events: [event(canary, "started")],
  });
}

/** A look was taken. What it decided, if anything, is the audit. */
export function looked(sample: JsonObject, decided?: { action: string; payload: JsonObject }): Tell<Canary> {
  return (canary) => ({
    audits: decided === undefined ? [] : [audit(canary, { actor: CANARY_ACTOR, ...decided })],
    events: [
      { ...event(canary, "metric"), data: { ...summary(canary), ...sample } },
      ...endEvents(canary),
    ],
  });
}

/** Somebody, or the server, moved a canary on. A phase that has no event of its own is told as a metric with a note. */
export function moved(
  { actor, action, payload = {}, note }: {
    readonly actor: string;
    readonly action: string;
    readonly payload?: JsonObject;
    readonly note?: string;
  },
): Tell<Canary> {
  return (canary) => {
    const ends = endEvents(canary);
    const noted = { ...event(canary, "metric"), data: { ...summary(canary), note: note ?? canary.phase } };
    return {
      audits: [audit(canary, { actor, action, payload })],
      events: ends.length > 0 ? ends : [noted],
    };
  };
}

/** A caller wants a canary to end; where that ends it at once, the end is told too. */
export function aborted(caller: string | undefined): Tell<Canary> {
  return (canary) => {
    const { audits, events } = moved({
      actor: actorOf(caller),
      action: "abort_canary",
      payload: { phase: canary.phase },
      note: "abort_accepted",
    })(canary);
    const end = audit(canary, { actor: CANARY_ACTOR, action: "canary.rolled_back", payload: {} });
    return { audits: canary.status === "ROLLED_BACK" ? [...audits, end] : audits, events };
  };
}

/** A canary changed who is in its gate. */
export function gateMoved(canary: Canary, action: "gate.promoted" | "gate.restored"): Tell<GateChange> {
  return ({ previous, model }) => ({
    audits: [{
      actor: CANARY_ACTOR,
      action,
      subject: `model/${canary.modelId}`,
      payload: {
        modelId: model?.modelId ?? null,
        gate: canary.toGate,
        previous,
        canaryId: canary.canaryId,
      },
    }],
    events: [],
  });
}

function audit(
  canary: Canary,
  { actor, action, payload }: { actor: string; action: string; payload: JsonObject },
): NewAudit {
  return {
    actor,
    action,
    subject: `canary/${canary.canaryId}`,
    payload: { ...summary(canary), ...payload },
  };
}

function event(canary: Canary, name: string): Account["events"][number] {
  return { subject: `canary/${canary.canaryId}`, name, data: canaryView(canary) };
}

function endEvents(canary: Canary): Account["events"] {
  if (canary.status === "PROMOTED") return [event(canary, "promoted")];
  return canary.status === "ROLLED_BACK" ? [event(canary, "rolled_back")] : [];
}

function summary({ canaryId, modelId, fromGate, toGate, status, phase, reason }: Canary): JsonObject {
  return { canaryId, modelId, fromGate, toGate, status, phase, ...(reason !== undefined && { reason }) };
}
