/** The port to whoever knows which model is in which gate. */
import type { Tell } from "../../store/change.ts";
import type { GateChange } from "../../store/model.ts";

/** A model that is to be put into a gate. */
export interface PromoteRequest {
  /** As {@linkcode ModelRegistry.resolve} returned it. */
  readonly modelId: string;
  readonly gate: string;
  /** Only look whether it could be done. */
  readonly dryRun: boolean;
  /** Go on only while this one is in the gate (null: none). Absent: whichever is. */
  readonly expectedCurrent?: string | null;
  /** The same for every attempt at the same change: a repeated one changes nothing more. */
  readonly idempotencyKey: string;
  /** Who wants it: an audit's actor. */
  readonly by: string;
  /** Accounts for the change in the server's own history. */
  readonly tell: Tell<GateChange>;
}

/** What came of a promotion. */
export interface Promoted {
  /** False where the model was in the gate already; in a dry run, whether it would be changed. */
  readonly changed: boolean;
  /** Which model was in the gate before; null for none. */
  readonly previous: string | null;
}

/** A model that is to make way for the one before it. */
export interface RollbackRequest extends Omit<PromoteRequest, "dryRun" | "expectedCurrent"> {
  /** Which model was in the gate before; null for none. */
  readonly to: string | null;
}

/** What came of a rollback. */
export type RolledBack =
  | { readonly kind: "restored" }
  /** Nothing was left to do. */
  | { readonly kind: "already_restored" }
  /** Somebody else has put another model into the gate since: that one stays. */
  | { readonly kind: "superseded"; readonly current: string | null };

/**
 * See the module. Methods throw `ToolError`: `unavailable` with `details.retryable` when the registry did not answer,
 * `not_found` for a model that it does not have, `conflict` with `details.reason` when the gate is not as expected
 * (`precondition_failed`) or cannot be trusted.
 */
export interface ModelRegistry {
  readonly name: "local" | "mlflow";
  /** The gates that are one and the same to this registry, this one among them. Absent: each gate is one of its own. */
  sameGates?(gate: string): readonly string[];
  /** The one way in which this registry writes a model's id; an alias becomes the version that it stands for now. */
  resolve(modelId: string, signal?: AbortSignal): Promise<string>;
  promote(request: PromoteRequest, signal?: AbortSignal): Promise<Promoted>;
  rollback(request: RollbackRequest, signal?: AbortSignal): Promise<RolledBack>;
  /** Which model of this name is in a gate. */
  current(
    key: { readonly name: string; readonly gate: string },
    signal?: AbortSignal,
  ): Promise<string | null>;
}
