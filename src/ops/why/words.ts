/** Values of the audits as words of a sentence. What others have named is quoted: it is never the server's own word. */
import type { Json, JsonObject } from "../../core/json.ts";

/** Longest text of others that a sentence repeats, in UTF-16 code units. */
const QUOTED_CHARS_MAX = 200;

/** What somebody else has named. */
export function quoted(value: Json | undefined): string {
  if (value === undefined || value === null) return "(unknown)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const cut = text.length <= QUOTED_CHARS_MAX ? text : `${text.slice(0, QUOTED_CHARS_MAX).toWellFormed()}…`;
  return JSON.stringify(cut);
}

/** Who did something: the actor of an audit. */
export function who(actor: string): string {
  if (/^[0-9a-f]{8}$/.test(actor)) return `Key ${actor}`;
  if (actor === "local") return "A caller without a key";
  if (actor === "jobs" || actor === "canary") return "The server";
  return quoted(actor);
}

/** Who holds a gate, as the object of a sentence. */
export function holder(value: Json | undefined): string {
  return value === null || value === undefined ? "nobody" : quoted(value);
}

/** A share as percent, with the digits that it needs. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`;
}

/** The property when it is an object, else an empty one. */
export function objectAt(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return typeof found === "object" && found !== null && !Array.isArray(found) ? found as JsonObject : {};
}

/** Why a canary is where it is, as a clause. */
export function because(reason: Json | undefined): string {
  if (typeof reason !== "string") return "for no reason that was recorded";
  return Object.hasOwn(REASONS, reason) ? REASONS[reason] ?? reason : `with the reason ${quoted(reason)}`;
}

const REASONS: Readonly<Record<string, string>> = {
  aborted_by_user: "because it was aborted",
  promoted_by_user: "because a person decided so",
  slo_breach_error_rate: "because its error rate is above the limit, beyond reasonable doubt",
  slo_breach_latency_p95:
    "because its 95th percentile of latency is above the limit, beyond reasonable doubt",
  demonstrated_within_slo: "because it was proven to keep every target",
  observed_within_slo: "because the window ended with every figure within its target",
  within_slo_by_point_estimates:
    "because the window ended with every figure within its target, as far as a monitor without request counts can tell",
  inconclusive_provider_down: "because time ran out while the monitor could not be asked",
  inconclusive_bad_data: "because time ran out while the monitor's figures could not be used",
  inconclusive_no_data: "because time ran out and there was no traffic to judge",
  inconclusive_insufficient_traffic: "because time ran out with too few requests to judge",
  inconclusive_not_proven: "because time ran out and the targets were neither proven kept nor proven missed",
  config_error: "because the monitor refuses its queries, which waiting cannot mend",
  provider_outage_waiting: "because the monitor cannot be asked",
  superseded: "because somebody else changed the gate meanwhile",
  promotion_refused: "because the registry refused the model",
  left_by_another_server: "because another server began it, and nobody knows any more what it was judged by",
  waiting: "and there is nothing to decide yet",
};
