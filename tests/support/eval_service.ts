/** An evaluation service on a socket, as docs/operations.md describes one, and what a test may make of it. */

/** A request that it got. */
export interface ServiceRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  readonly idempotencyKey: string | null;
  readonly body: unknown;
}

interface Run {
  state: Record<string, unknown>;
  readonly key: string;
}

/** See the module. */
export class EvalService implements AsyncDisposable {
  readonly requests: ServiceRequest[] = [];
  /** Answers the next requests instead of the service; undefined lets it answer. */
  answer: (request: ServiceRequest) => Response | undefined = () => undefined;
  readonly #runs = new Map<string, Run>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      async (request) => {
        const text = await request.text();
        const seen: ServiceRequest = {
          method: request.method,
          path: new URL(request.url).pathname,
          authorization: request.headers.get("authorization"),
          idempotencyKey: request.headers.get("idempotency-key"),
          body: text === "" ? undefined : JSON.parse(text),
        };
        this.requests.push(seen);
        return this.answer(seen) ?? this.#answer(seen);
      },
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/evals`;
  }

  /** Runs that were begun. */
  get runs(): number {
    return this.#runs.size;
  }

  /** Says how every run is doing. */
  set(state: Record<string, unknown>): void {
    for (const run of this.#runs.values()) run.state = state;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #answer({ method, path, idempotencyKey: key }: ServiceRequest): Response {
    if (method === "POST" && path === "/evals/runs") {
      const known = [...this.#runs].find(([, run]) => run.key === key)?.[0];
      const jobId = known ?? `run/${this.#runs.size + 1}`;
      if (known === undefined) this.#runs.set(jobId, { key: key ?? "", state: { state: "queued" } });
      return Response.json({ jobId }, { status: known === undefined ? 201 : 200 });
    }
    const run = this.#runs.get(decodeURIComponent(path.replace("/evals/runs/", "")));
    if (run === undefined) return new Response(null, { status: 404 });
    if (method === "DELETE") {
      run.state = { state: "canceled" };
      return new Response(null, { status: 204 });
    }
    return Response.json(run.state);
  }
}
