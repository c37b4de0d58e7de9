/** Models whose gates are known to this server alone, and kept in its store. */
import { type GateKey, modelName, type ModelStore } from "../../store/model.ts";
import type {
  ModelRegistry,
  Promoted,
  PromoteRequest,
  RollbackRequest,
  RolledBack,
} from "./model_registry.ts";
import { unexpectedHolder } from "./precondition.ts";

/** See the module. */
export class LocalRegistry implements ModelRegistry {
  readonly name = "local";
  readonly #models: ModelStore;

  constructor(models: ModelStore) {
    this.#models = models;
  }

  async resolve(modelId: string): Promise<string> {
    return modelId;
  }

  async promote(request: PromoteRequest): Promise<Promoted> {
    const { modelId, gate, dryRun, expectedCurrent, idempotencyKey, by, tell } = request;
    const key = { name: modelName(modelId), gate };
    if (dryRun) {
      const previous = await this.current(key);
      const isExpected = expectedCurrent === undefined || previous === modelId ||
        previous === expectedCurrent;
      if (!isExpected) throw unexpectedHolder(request, { expected: expectedCurrent, current: previous });
      return { changed: previous !== modelId, previous };
    }
    const result = await this.#models.setGate({
      ...key,
      modelId,
      ...(expectedCurrent !== undefined && { expectedCurrent }),
      by,
      actionId: idempotencyKey,
    }, tell);
    if (result.kind === "unexpected") {
      throw unexpectedHolder(request, { expected: expectedCurrent ?? null, current: result.current });
    }
    return { changed: result.kind === "changed", previous: result.previous };
  }

  async rollback({ modelId, gate, to, idempotencyKey, by, tell }: RollbackRequest): Promise<RolledBack> {
    const key = { name: modelName(modelId), gate };
    const result = await this.#models.setGate(
      { ...key, modelId: to, expectedCurrent: modelId, by, actionId: idempotencyKey },
      tell,
    );
    switch (result.kind) {
      case "changed":
        return { kind: "restored" };
      case "unchanged":
        return { kind: "already_restored" };
      case "unexpected":
        return { kind: "superseded", current: result.current };
      default:
        return result satisfies never;
    }
  }

  async current(key: GateKey): Promise<string | null> {
    return (await this.#models.holder(key))?.modelId ?? null;
  }
}
