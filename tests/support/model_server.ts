/** A small server of several models under steady traffic, which tells Prometheus how it goes. */

/** How a model serves. */
export interface ModelBehaviour {
  /** Share of requests that fail. */
  readonly errorRate: number;
  /** Share of requests that take 1.2 s; the others take 0.05 s. */
  readonly slowRate: number;
}

/** Requests a second that each model gets. */
const REQUESTS_PER_SECOND = 100;
const TRAFFIC_MS = 50;
const BUCKETS_S = [0.1, 0.4, 0.8, 1.6];

class Traffic {
  readonly model: string;
  requests = 0;
  errors = 0;
  slow = 0;
  readonly #behaviour: ModelBehaviour;

  constructor(model: string, behaviour: ModelBehaviour) {
    this.model = model;
    this.#behaviour = behaviour;
  }

  /** Serves what came since; shares are kept exactly, so that the figures are the same each time. */
  serve(requests: number): void {
    this.requests += requests;
    this.errors = Math.floor(this.requests * this.#behaviour.errorRate);
    this.slow = Math.floor(this.requests * this.#behaviour.slowRate);
  }

  /** In Prometheus' text format. */
  *lines(): Generator<string> {
    const labels = `model="${this.model}",gate="production"`;
    const fast = this.requests - this.slow;
    for (const le of BUCKETS_S) {
      const count = le < 1.2 ? fast : this.requests;
      yield `http_request_duration_seconds_bucket{${labels},le="${le}"} ${count}`;
    }
    yield `http_request_duration_seconds_bucket{${labels},le="+Inf"} ${this.requests}`;
    yield `http_request_duration_seconds_sum{${labels}} ${fast * 0.05 + this.slow * 1.2}`;
    yield `http_request_duration_seconds_count{${labels}} ${this.requests}`;
    yield `http_requests_total{${labels},code="200"} ${this.requests - this.errors}`;
    // Like many servers: no series for errors before the first one.
    if (this.errors > 0) yield `http_requests_total{${labels},code="500"} ${this.errors}`;
  }
}

/** See the module. */
export class ModelServer implements AsyncDisposable {
  readonly #traffic: Traffic[];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(models: Readonly<Record<string, ModelBehaviour>>) {
    this.#traffic = Object.entries(models).map(([model, behaviour]) => new Traffic(model, behaviour));
    let last = performance.now();
    let due = 0;
    this.#timer = setInterval(() => {
      const now = performance.now();
      due += ((now - last) / 1000) * REQUESTS_PER_SECOND;
      last = now;
      const requests = Math.floor(due);
      due -= requests;
      for (const traffic of this.#traffic) traffic.serve(requests);
    }, TRAFFIC_MS);
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
      const types = "# TYPE http_request_duration_seconds histogram\n# TYPE http_requests_total counter\n";
      const lines = this.#traffic.flatMap((traffic) => [...traffic.lines()]);
      // The format wants the series of one name together.
      return new Response(`${types}${lines.sort().join("\n")}\n`, {
        headers: { "content-type": "text/plain; version=0.0.4" },
      });
    });
  }

  /** Host and port. */
  get target(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#server.shutdown();
  }
}
