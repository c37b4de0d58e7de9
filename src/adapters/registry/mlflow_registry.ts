/**
 * Models whose gates are aliases in MLflow. MLflow knows neither compare-and-set nor who held an alias before, so the
 * lock and the history are this server's: each change is mirrored into its store.
 */
import type { Now } from "../../core/clock.ts";
import { ToolError } from "../../core/errors.ts";
import { NameLocks } from "../../core/name_locks.ts";
import { type GateKey, modelName, type ModelStore } from "../../store/model.ts";
import type { MlflowClient, ModelVersion } from "./mlflow_client.ts";
import type {
  ModelRegistry,
  Promoted,
  PromoteRequest,
  RollbackRequest,
  RolledBack,
} from "./model_registry.ts";
import { unexpectedHolder } from "./precondition.ts";

/** What the registry is made of. */
export interface MlflowRegistryParts {
  readonly client: MlflowClient;
  /** The alias of a gate; a gate that is not among them is its own alias. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly models: ModelStore;
  readonly now: Now;
}

/** A gate as MLflow sees it. */
interface Place {
  readonly name: string;
  readonly gate: string;
  readonly alias: string;
}

/** See the module. */
export class MlflowRegistry implements ModelRegistry {
  readonly name = "mlflow";
  readonly #parts: MlflowRegistryParts;
  readonly #locks = new NameLocks();

  constructor(parts: MlflowRegistryParts) {
    this.#parts = parts;
  }

  /** Those that have the same alias. */
  sameGates(gate: string): readonly string[] {
    const { aliases } = this.#parts;
    const alias = this.#aliasOf(gate);
    return [gate, ...Object.keys(aliases).filter((other) => other !== gate && aliases[other] === alias)];
  }

  /** Takes `name/7`, `models:/name/7` and `models:/name@alias`. */
  async resolve(modelId: string, signal: AbortSignal = NEVER): Promise<string> {
    const plain = modelId.replace(/^models:\//, "");
    const [, name, alias] = /^([^/@]+)@([^/@]+)$/.exec(plain) ?? [];
    if (name === undefined || alias === undefined) {
      if (/^[^/@]+\/[1-9]\d{0,17}$/.test(plain)) return plain;
      throw new ToolError(
        "invalid_arguments",
        `Cannot read "modelId": "${modelId}" is not name/version, as in chat/7, which MLflow needs`,
      );
    }
    const found = await this.#parts.client.aliased({ name, alias }, signal);
    if (found !== null && found !== "dangling") return idOf(found);
    throw new ToolError("not_found", `MLflow has no version of "${name}" under the alias "${alias}"`, {
      name,
      alias,
    });
  }

  async promote(request: PromoteRequest, signal: AbortSignal = NEVER): Promise<Promoted> {
    const { modelId, gate, dryRun } = request;
    const place = this.#place(modelId, gate);
    return await this.#locks.hold([`${place.name} ${place.alias}`], async () => {
      await this.#assertReady(modelId, signal);
      const previous = await this.#holder(place, signal);
      if (previous !== modelId) {
        assertExpected(request, previous);
        if (dryRun) return { changed: true, previous };
        await this.#move(place, { from: previous, request, signal });
      }
      if (!dryRun) await this.#mirror(place, modelId, request);
      return { changed: previous !== modelId, previous };
    });
  }

  async rollback(request: RollbackRequest, signal: AbortSignal = NEVER): Promise<RolledBack> {
    const { modelId, gate, to } = request;
    const place = this.#place(modelId, gate);
    return await this.#locks.hold([`${place.name} ${place.alias}`], async () => {
      const current = await this.#holder(place, signal);
      if (current !== modelId && current !== to) return { kind: "superseded", current };
      if (current !== to) {
        const { client } = this.#parts;
        if (to === null) await client.deleteAlias(place, signal);
        else await client.setAlias(place, versionOf(to), signal);
      }
      await this.#mirror(place, to, request);
      return { kind: current === to ? "already_restored" : "restored" };
    });
  }

  async current({ name, gate }: GateKey, signal: AbortSignal = NEVER): Promise<string | null> {
    return await this.#holder({ name, gate, alias: this.#aliasOf(gate) }, signal);
  }

  /** Sets the alias, and looks whether it stays: somebody who does not know our lock may be at it too. */
  async #move(
    place: Place,
    { from, request, signal }: { from: string | null; request: PromoteRequest; signal: AbortSignal },
  ): Promise<void> {
    const { client } = this.#parts;
    const version = versionOf(request.modelId);
    // First: a crash in between must not lose which version it was.
    if (from !== null) {
      await client.setAlias({ ...place, alias: `${place.alias}-previous` }, versionOf(from), signal);
    }
    await client.setAlias(place, version, signal);
    await this.#tag(place, { version, request, signal });
    const holder = await this.#holder(place, signal);
    if (holder === request.modelId) return;
    throw new ToolError(
      "conflict",
      `Cannot promote "${request.modelId}": somebody else set MLflow's alias "${place.alias}" at the same time, and ` +
        `it stands for ${holder === null ? "no version" : `"${holder}"`} now`,
      { reason: "lost_race", gate: place.gate, current: holder },
    );
  }

  /** For people who look at MLflow: the promotion stands without it. */
  async #tag(
    place: Place,
    { version, request, signal }: { version: string; request: PromoteRequest; signal: AbortSignal },
  ): Promise<void> {
    const at = new Date(this.#parts.now()).toISOString();
    const value = JSON.stringify({ at, by: request.by, id: request.idempotencyKey });
    const tag = { name: place.name, version, key: `ops.promotion.${place.alias}`, value };
    try {
      await this.#parts.client.setTag(tag, signal);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
    }
  }

  async #mirror(
    { name, gate }: Place,
    modelId: string | null,
    { by, idempotencyKey, tell }: Pick<PromoteRequest, "by" | "idempotencyKey" | "tell">,
  ): Promise<void> {
    await this.#parts.models.setGate({ name, gate, modelId, by, actionId: idempotencyKey }, tell);
  }

  /** Who holds a gate, as MLflow has it. */
  async #holder(place: Place, signal: AbortSignal): Promise<string | null> {
    const found = await this.#parts.client.aliased(place, signal);
    if (found !== "dangling") return found === null ? null : idOf(found);
    throw new ToolError(
      "conflict",
      `Cannot trust gate "${place.gate}": MLflow's alias "${place.alias}" of "${place.name}" stands for a version ` +
        "that was deleted; set it to another version, or remove it, in MLflow",
      { reason: "alias_dangling", gate: place.gate, alias: place.alias },
    );
  }

  async #assertReady(modelId: string, signal: AbortSignal): Promise<void> {
    const version = { name: modelName(modelId), version: versionOf(modelId) };
    const { status } = await this.#parts.client.version(version, signal);
    if (status === "READY") return;
    throw new ToolError(
      "conflict",
      `Cannot promote "${modelId}": MLflow says that it is ${status}, not READY`,
      {
        reason: "not_ready",
        status,
      },
    );
  }

  #place(modelId: string, gate: string): Place {
    return { name: modelName(modelId), gate, alias: this.#aliasOf(gate) };
  }

  #aliasOf(gate: string): string {
    const { aliases } = this.#parts;
    const named = Object.hasOwn(aliases, gate) ? aliases[gate] : undefined;
    const owner = named === undefined ? ownerOf(gate, aliases) : undefined;
    if (owner !== undefined) {
      throw new ToolError(
        "invalid_arguments",
        `Cannot use the gate "${gate}": in MLflow that is where gate "${owner}" is kept; name "${owner}" instead`,
        { gate: owner },
      );
    }
    const alias = named ?? gate;
    if (/^[\w-]{1,246}$/.test(alias) && !/^(latest|v\d+)$/i.test(alias)) return alias;
    throw new ToolError(
      "invalid_arguments",
      `Cannot use the gate "${gate}": MLflow takes no alias of that name; name one in LUKHAS_MLFLOW_ALIASES`,
    );
  }
}

const NEVER = new AbortController().signal;

/**
 * The gate whose alias, or the one for the version before, has this name: by that name its rules would be passed by.
 * Without regard to case, as some of the databases below MLflow compare.
 */
function ownerOf(name: string, aliases: Readonly<Record<string, string>>): string | undefined {
  const plain = name.toLowerCase().replace(/-previous$/, "");
  return Object.entries(aliases).find(([, alias]) => alias.toLowerCase() === plain)?.[0];
}

function assertExpected({ modelId, gate, expectedCurrent }: PromoteRequest, current: string | null): void {
  if (expectedCurrent === undefined || expectedCurrent === current) return;
  throw unexpectedHolder({ modelId, gate }, { expected: expectedCurrent, current });
}

function idOf({ name, version }: ModelVersion): string {
  return `${name}/${version}`;
}

function versionOf(modelId: string): string {
  return modelId.slice(modelId.lastIndexOf("/") + 1);
}
