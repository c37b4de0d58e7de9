/** Models, as the tools see them: which gates they are in, and how they get there without a canary. */
import type { ModelRegistry } from "../../adapters/registry/model_registry.ts";
import type { NewId } from "../../core/clock.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Tell } from "../../store/change.ts";
import { type GateChange, type Model, modelName, type ModelStore } from "../../store/model.ts";
import type { PageRequest } from "../../store/page.ts";
import { actorOf } from "../canary/canary_account.ts";
import type { Canaries } from "../canary/canaries.ts";
import type { GateKeeper } from "../gates/gate_keeper.ts";

/** What models are made of. */
export interface ModelsParts {
  readonly store: ModelStore;
  readonly registry: ModelRegistry;
  readonly keeper: GateKeeper;
  readonly canaries: Canaries;
  /** Gates that a person is to agree to, where one can be asked. */
  readonly confirmGates: readonly string[];
  readonly newId: NewId;
}

/** A promotion that a caller asks for. */
export interface PromotionRequest {
  readonly modelId: string;
  readonly gate: string;
  /** Only look whether it could be done. */
  readonly dryRun: boolean;
  /** The fingerprint of the caller's key; undefined where nobody has to say. */
  readonly caller: string | undefined;
  readonly signal: AbortSignal;
}

/** A model on the wire; times are ISO 8601. */
export type ModelView = JsonObject & {
  readonly modelId: string;
  readonly currentGates: readonly string[];
  readonly promoted: boolean;
  readonly promotedAt: string | null;
};

/** What came of a promotion. */
export type Promotion = ModelView & {
  readonly gate: string;
  readonly changed: boolean;
  /** Which model was in the gate before. */
  readonly previous: string | null;
};

/** See the module. */
export class Models {
  readonly #parts: ModelsParts;

  constructor(parts: ModelsParts) {
    this.#parts = parts;
  }

  /** Whether a person is to agree before a model is put into this gate. */
  needsConsent(gate: string): boolean {
    const { confirmGates, registry } = this.#parts;
    const gates = registry.sameGates?.(gate) ?? [gate];
    return gates.some((same) => confirmGates.includes(same));
  }

  /**
   * Puts a model into a gate, in place of another version of it. A model that is there already changes nothing.
   *
   * @throws {ToolError} `conflict` when a rule of the gate is not met, or a canary decides about it.
   */
  async promote(request: PromotionRequest): Promise<Promotion> {
    const { registry, keeper, canaries, newId } = this.#parts;
    const { gate, dryRun, caller, signal } = request;
    const modelId = await registry.resolve(request.modelId, signal);
    await keeper.assertMet({ modelId, gate, tool: "promote_model", caller });
    const canary = dryRun ? undefined : await canaries.running({ modelId, gate });
    const isThere = canary !== undefined &&
      await registry.current({ name: modelName(modelId), gate }, signal) === modelId;
    if (canary !== undefined && !isThere) {
      const { previous } = await canaries.promote(canary, caller);
      return await this.#promotion(modelId, { gate, changed: true, previous });
    }
    const by = actorOf(caller);
    const { changed, previous } = await registry.promote({
      modelId,
      gate,
      dryRun,
      idempotencyKey: newId(),
      by,
      tell: promotedBy(by, { modelId, gate }),
    }, signal);
    return await this.#promotion(modelId, { gate, changed, previous, ...(dryRun && { dryRun }) });
  }

  /** Newest promotion first. */
  async list(
    filter: { readonly gate?: string },
    page: PageRequest,
  ): Promise<{ models: ModelView[]; nextCursor?: string }> {
    const { rows, ...next } = await this.#parts.store.list(filter, page);
    return { models: rows.map(modelView), ...next };
  }

  async #promotion(
    modelId: string,
    outcome: { gate: string; changed: boolean; previous: string | null; dryRun?: boolean },
  ): Promise<Promotion> {
    const model = await this.#parts.store.get(modelId) ?? { modelId, gates: [], promoted: false };
    return { ...modelView(model), ...outcome };
  }
}

/** See the module. */
export function modelView({ modelId, gates, promoted, promotedAt }: Model): ModelView {
  return {
    modelId,
    currentGates: gates,
    promoted,
    promotedAt: promotedAt === undefined ? null : new Date(promotedAt).toISOString(),
  };
}

function promotedBy(actor: string, asked: { modelId: string; gate: string }): Tell<GateChange> {
  return ({ previous }) => ({
    audits: [{
      actor,
      action: "promote_model",
      subject: `model/${asked.modelId}`,
      payload: { ...asked, previous },
    }],
    events: [],
  });
}
