/** The queries of one look: asked together at one moment, and kept as evidence of what was asked and answered. */
import type { JsonObject } from "../../../core/json.ts";
import type { MonitorError } from "../slo_monitor.ts";
import type { PrometheusClient, Query } from "./client.ts";
import type { QueryResult, Sample } from "./result.ts";
import { whatToDo } from "./what_to_do.ts";

/** Bytes of evidence that are kept of one look. */
const EVIDENCE_CHARS_MAX = 8 * 1024;

/** What one query was and brought. */
interface Answered {
  readonly promql: string;
  readonly result: QueryResult;
}

/** Asks every query at once. */
export async function askAll<Name extends string>(
  queries: Readonly<Record<Name, string>>,
  { client, ...options }: Omit<Query, "promql"> & { client: PrometheusClient },
): Promise<Asked<Name>> {
  const answered = await Promise.all(
    Object.entries<string>(queries).map(async ([name, promql]): Promise<[string, Answered]> => [
      name,
      { promql, result: await client.query({ promql, ...options }) },
    ]),
  );
  return new Asked<Name>(new Map(answered), options.time);
}

/** See the module. */
export class Asked<Name extends string> {
  readonly #answered: ReadonlyMap<string, Answered>;
  readonly #time: number | undefined;

  constructor(answered: ReadonlyMap<string, Answered>, time: number | undefined) {
    this.#answered = answered;
    this.#time = time;
  }

  /** The first failure, if there is one; names in `single` must have brought at most one series. */
  failure(single: readonly Name[]): MonitorError | undefined {
    for (const [name, { result }] of this.#answered) {
      if (result.kind === "error") {
        const { code, retryable, found } = result;
        return this.error(name, { code, retryable, found });
      }
      if (single.some((one) => one === name) && result.samples.length > 1) {
        const found = `it gives ${result.samples.length} series, not one; sum them up`;
        return this.error(name, { code: "ambiguous_result", retryable: false, found });
      }
    }
    return undefined;
  }

  /** A failure of one query. */
  error(
    name: string,
    { code, retryable, found }: Pick<MonitorError, "code" | "retryable"> & { found: string },
  ): MonitorError {
    const promql = this.#answered.get(name)?.promql ?? "";
    const message = `Cannot measure "${name}" with Prometheus: ${found} (query: ${promql})${whatToDo(code)}`;
    return { kind: "error", code, retryable, message, raw: this.evidence };
  }

  /** What a query brought; nothing after a failure, or where it was not asked. */
  samples(name: Name): readonly Sample[] {
    const result = this.#answered.get(name)?.result;
    return result?.kind === "samples" ? result.samples : [];
  }

  /** The value of a query that brings at most one series. */
  value(name: Name): number | undefined {
    return this.samples(name)[0]?.value;
  }

  /** What was asked and answered, as plain JSON. */
  get evidence(): JsonObject {
    const whole = this.#evidence(true);
    return JSON.stringify(whole).length <= EVIDENCE_CHARS_MAX ? whole : this.#evidence(false);
  }

  #evidence(withSamples: boolean): JsonObject {
    const queries: Record<string, JsonObject> = {};
    for (const [name, { promql, result }] of this.#answered) {
      queries[name] = {
        query: promql,
        ...(result.kind === "error" ? { error: result.code, found: result.found } : {
          ...(withSamples ? { samples: result.samples.map(plainSample) } : { series: result.samples.length }),
          ...(result.infos.length > 0 && { infos: result.infos }),
        }),
      };
    }
    return { ...(this.#time !== undefined && { time: this.#time / 1000 }), queries };
  }
}

/** JSON knows no NaN and no infinity. */
function plainSample({ labels, value }: Sample): JsonObject {
  return { ...labels, value: Number.isFinite(value) ? value : String(value) };
}
