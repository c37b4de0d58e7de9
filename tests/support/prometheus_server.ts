/** An HTTP server that answers instant queries as Prometheus documents, with what a test says. */

/** A query as it arrived. */
export interface ReceivedQuery {
  readonly promql: string;
  /** Seconds since 1970; undefined where the client left it to the server. */
  readonly time: number | undefined;
  readonly path: string;
  readonly method: string;
  readonly headers: Headers;
  readonly timeout: string | null;
}

/** What a query is answered with. */
export type PrometheusAnswer = { readonly status?: number; readonly body: unknown } | "hang" | "hang up";

/** Answers one query. */
export type AnswerQuery = (query: ReceivedQuery) => PrometheusAnswer;

/** A vector of one number. */
export function vector(...values: (number | string)[]): PrometheusAnswer {
  return series(...values.map((value) => [{}, value] as const));
}

/** A vector of series. */
export function series(...entries: (readonly [Record<string, string>, number | string])[]): PrometheusAnswer {
  const result = entries.map(([metric, value]) => ({ metric, value: [1_800_000_000, String(value)] }));
  return { body: { status: "success", data: { resultType: "vector", result } } };
}

/** A histogram's buckets by their end. */
export function buckets(counts: Readonly<Record<string, number | string>>): PrometheusAnswer {
  return series(...Object.entries(counts).map(([le, count]) => [{ le }, count] as const));
}

/** See the module. */
export class PrometheusServer implements AsyncDisposable {
  readonly received: ReceivedQuery[] = [];
  answer: AnswerQuery;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #closing = new AbortController();

  constructor(answer: AnswerQuery) {
    this.answer = answer;
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      onListen: () => {},
      // A connection that is cut is an error of the handler: the way to hang up.
      onError: () => new Response(null, { status: 500 }),
    }, (request) => this.#handle(request));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Queries so far, without those for the clock. */
  get queries(): ReceivedQuery[] {
    return this.received.filter(({ promql }) => promql !== "time()");
  }

  async #handle(request: Request): Promise<Response> {
    const form = new URLSearchParams(await request.text());
    const time = form.get("time");
    const query = {
      promql: form.get("query") ?? "",
      time: time === null ? undefined : Number(time),
      path: new URL(request.url).pathname,
      method: request.method,
      headers: request.headers,
      timeout: form.get("timeout"),
    };
    this.received.push(query);
    const answer = this.answer(query);
    if (answer === "hang") return await this.#never();
    if (answer === "hang up") {
      return new Response(new ReadableStream({ start: (stream) => stream.error(new Error("cut")) }));
    }
    const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
    return new Response(text, { status: answer.status ?? 200 });
  }

  #never(): Promise<Response> {
    return new Promise((resolve) => {
      this.#closing.signal.addEventListener("abort", () => resolve(new Response(null)));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#server.shutdown();
  }
}
