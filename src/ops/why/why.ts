/** Tells what happened to a job, a canary or a model, and why: from the audits, and from the canary's own looks. */
import { ToolError } from "../../core/errors.ts";
import { WHY_STEPS_MAX } from "../../core/release_limits.ts";
import type { Canary } from "../../store/canary.ts";
import type { Subject } from "../../store/event.ts";
import { isOver } from "../../store/job.ts";
import type { Model } from "../../store/model.ts";
import type { Store } from "../../store/store.ts";
import { canaryView } from "../canary/canary_view.ts";
import { type CanaryMath, canaryMath } from "./canary_math.ts";
import { departuresOf } from "./departures.ts";
import { type Step, stepOf } from "./step.ts";
import { because } from "./words.ts";

/** The story of one thing. */
export interface Story {
  readonly id: string;
  readonly kind: "job" | "canary" | "model";
  readonly status: string;
  /** The whole story, one step a line, and how things stand at its end. */
  readonly narrative: string;
  readonly steps: readonly Step[];
  /** Whether there are more steps than these. */
  readonly truncated: boolean;
}

/** Something that has a story, and how it stands. */
interface Standing {
  readonly kind: Story["kind"];
  readonly status: string;
  readonly now: string;
}

/** See the module. */
export class Why {
  readonly #store: Pick<Store, "jobs" | "canaries" | "models" | "audits">;

  constructor(store: Pick<Store, "jobs" | "canaries" | "models" | "audits">) {
    this.#store = store;
  }

  /** @throws {ToolError} `not_found`. */
  async story(id: string): Promise<Story> {
    const standing = await this.#standing(id);
    if (standing === undefined) throw notFound(id, "no job, canary or model");
    const { kind, status, now } = standing;
    const subject: Subject = `${kind}/${id}`;
    const audits = await this.#store.audits.of(subject, { limit: WHY_STEPS_MAX + 1 });
    const departures = kind === "model" ? await departuresOf(id, this.#store.models) : [];
    const all = [...audits.map(stepOf), ...departures].sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
    const steps = all.slice(0, WHY_STEPS_MAX);
    const truncated = all.length > WHY_STEPS_MAX;
    const lines = [
      ...steps.map(({ at, text }) => `${at}: ${text}`),
      ...(steps.length === 0 ? ["Nothing was recorded of how it came about: an older server did not."] : []),
      ...(truncated ? [`The story goes on; these are its first ${WHY_STEPS_MAX} steps.`] : []),
      now,
    ];
    return { id, kind, status, narrative: lines.join("\n"), steps, truncated };
  }

  /** @throws {ToolError} `not_found`, and `invalid_arguments` for the id of something without figures. */
  async math(id: string): Promise<CanaryMath> {
    const canary = await this.#store.canaries.get(id);
    if (canary !== undefined) return await canaryMath(canary, this.#store.canaries);
    const other = await this.#standing(id);
    if (other === undefined) throw notFound(id, "no canary");
    throw new ToolError(
      "invalid_arguments",
      `Cannot show figures of "${
        shown(id)
      }": it is a ${other.kind}, and only canaries are judged by figures; use why`,
    );
  }

  async #standing(id: string): Promise<Standing | undefined> {
    const { jobs, canaries, models } = this.#store;
    const job = await jobs.get(id);
    if (job !== undefined) {
      const now = isOver(job) ? `It is ${job.status}.` : `It is ${job.status} now.`;
      return { kind: "job", status: job.status, now };
    }
    const canary = await canaries.get(id);
    if (canary !== undefined) return { kind: "canary", status: canary.status, now: canaryNow(canary) };
    const model = await models.get(id);
    if (model !== undefined) return modelStanding(model);
    // Audits outlive what they are about, and a model that was refused is in no gate.
    if (await this.#hasAudits(`model/${id}`)) return modelStanding({ gates: [], promoted: false });
    if (!await this.#hasAudits(`job/${id}`)) return undefined;
    return {
      kind: "job",
      status: "FORGOTTEN",
      now: "The job itself, with its result, is not kept any more.",
    };
  }

  async #hasAudits(subject: Subject): Promise<boolean> {
    return (await this.#store.audits.of(subject, { limit: 1 })).length > 0;
  }
}

function modelStanding({ gates, promoted }: Pick<Model, "gates" | "promoted">): Standing {
  const names = gates.map((gate) => JSON.stringify(gate)).join(", ");
  const now = promoted ? `It is in ${names} now.` : "It is in no gate now.";
  return { kind: "model", status: promoted ? "PROMOTED" : "NOT_PROMOTED", now };
}

function canaryNow(canary: Canary): string {
  const { status, phase, reason, endedAt } = canary;
  const { samples, endsAt } = canaryView(canary);
  if (endedAt !== undefined) return `It is ${status}, after ${samples} usable looks.`;
  const until = phase === "observing" && typeof endsAt === "string"
    ? `; its window is full at ${endsAt} at the earliest`
    : "";
  const why = phase === "observing" || reason === undefined ? "" : `, ${because(reason)}`;
  return `It is ${status} now (${phase}${why}), after ${samples} usable looks${until}.`;
}

function notFound(id: string, what: string): ToolError {
  const message = `Cannot find "${
    shown(id)
  }": there is ${what} of that id; list_jobs, list_canaries and list_models have them`;
  return new ToolError("not_found", message);
}

function shown(id: string): string {
  return id.slice(0, 100);
}
