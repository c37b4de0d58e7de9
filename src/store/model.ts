/** Models as they are kept: which gates each has passed, and who held which gate from when to when. */
import type { Tell } from "./change.ts";
import type { Page, PageRequest, TimeSpan } from "./page.ts";

/** A model. */
export interface Model {
  readonly modelId: string;
  /** The gates that it is in, in alphabetical order. */
  readonly gates: readonly string[];
  /** Whether it is in at least one gate. */
  readonly promoted: boolean;
  /** When it was promoted last, in milliseconds since 1970. */
  readonly promotedAt?: number;
}

/** A gate, of one name: `chat/7` and `chat/8` are versions of `chat`, and one of them at a time is in a gate. */
export interface GateKey {
  /** The model's id without its version; a plain id is its own name. */
  readonly name: string;
  readonly gate: string;
}

/** The name of a model: its id without the version behind the last slash; a plain id is its own name. */
export function modelName(modelId: string): string {
  const slash = modelId.lastIndexOf("/");
  return slash > 0 ? modelId.slice(0, slash) : modelId;
}

/** Somebody's stay in a gate. Times are milliseconds since 1970. */
export interface GateStay extends GateKey {
  readonly modelId: string;
  readonly from: number;
  /** Absent while it lasts. */
  readonly until?: number;
  /** Who put it there: an audit's actor. */
  readonly by: string;
  /** The action that put it there (`action_id` of a canary, an idempotency key); for who resumes after a crash. */
  readonly actionId?: string;
}

/** Who is to hold a gate. */
export interface GateRequest extends GateKey {
  /** The new holder; null takes the holder out and leaves the gate empty. */
  readonly modelId: string | null;
  /** The change is made only when this one holds the gate (null: nobody). Absent: whoever holds it. */
  readonly expectedCurrent?: string | null;
  readonly by: string;
  readonly actionId?: string;
}

/** What came of it. `previous` is who held the gate before, null for nobody. */
export type GateResult =
  | { readonly kind: "changed"; readonly previous: string | null }
  /** It held the gate already. */
  | { readonly kind: "unchanged"; readonly previous: string | null }
  /** Somebody else than expected holds the gate. Nothing was done. */
  | { readonly kind: "unexpected"; readonly current: string | null };

/** What a change of a gate is accounted for with. */
export interface GateChange {
  readonly previous: string | null;
  /** The new holder as it is now; null when the gate was emptied. */
  readonly model: Model | null;
}

/** See the module. */
export interface ModelStore {
  get(modelId: string): Promise<Model | undefined>;
  list(filter: { readonly gate?: string }, page: PageRequest): Promise<Page<Model>>;
  /** Who is in a gate, if anybody. */
  holder(key: GateKey): Promise<GateStay | undefined>;
  /** Puts a model into a gate, in place of another version of the same name. `tell` is called for a change alone. */
  setGate(request: GateRequest, tell: Tell<GateChange>): Promise<GateResult>;
  /** Stays, newest first; all that is given must fit. */
  history(
    filter: { readonly name?: string; readonly gate?: string; readonly modelId?: string },
    page: PageRequest,
  ): Promise<Page<GateStay>>;
  /** The stays that a time span has a part of, in the order of their rows: the next after a row. */
  staysBetween(range: TimeSpan & { readonly afterRow?: number; readonly limit: number }): Promise<
    readonly (GateStay & { readonly row: number })[]
  >;
}
