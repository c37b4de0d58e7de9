/** A real Prometheus, with a configuration and a folder of its own, that a test starts, stops and starts again. */
import assert from "node:assert/strict";
import { findProgram } from "../../src/launcher/find_program.ts";

/** Where Prometheus is; undefined, and said why, where there is none. With `CI` set that is a failure. */
export async function prometheusProgram(): Promise<string | undefined> {
  const path = Deno.env.get("PATH") ?? "";
  const program = await findProgram("prometheus", { path, outside: "/nonexistent" });
  assert.ok(program !== undefined || Deno.env.get("CI") === undefined, "prometheus is missing: install it");
  return program;
}

/** See the module. */
export class RealPrometheus implements AsyncDisposable {
  readonly #program: string;
  readonly #folder: string;
  #child: Deno.ChildProcess | undefined;
  #drained: Promise<void> = Promise.resolve();
  #port = 0;

  private constructor(program: string, folder: string) {
    this.#program = program;
    this.#folder = folder;
  }

  /** One that reads `target` (host and port) each second. */
  static async start(program: string, target: string): Promise<RealPrometheus> {
    const folder = await Deno.makeTempDir({ prefix: "lukhas-prometheus-" });
    const config = {
      global: { scrape_interval: "1s", scrape_timeout: "1s" },
      scrape_configs: [{ job_name: "models", static_configs: [{ targets: [target] }] }],
    };
    // JSON is YAML.
    await Deno.writeTextFile(`${folder}/prometheus.yml`, JSON.stringify(config));
    const prometheus = new RealPrometheus(program, folder);
    await prometheus.start();
    return prometheus;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts it, on the port that it had before; resolves when it answers queries. */
  async start(): Promise<void> {
    this.#child = new Deno.Command(this.#program, {
      args: [
        `--config.file=${this.#folder}/prometheus.yml`,
        `--storage.tsdb.path=${this.#folder}/data`,
        `--web.listen-address=127.0.0.1:${this.#port}`,
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    this.#drained = this.#read(this.#child.stderr, resolve).then(() => reject(new Error("Prometheus ended")));
    ready.catch(() => {});
    await ready;
  }

  /** Ends it. Its data stay. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    child.kill("SIGTERM");
    await child.status;
    await this.#drained;
  }

  async #read(stderr: ReadableStream<Uint8Array<ArrayBuffer>>, onReady: () => void): Promise<void> {
    let text = "";
    for await (const chunk of stderr.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const port = /msg="Listening on" address=127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port !== undefined) this.#port = Number(port);
      if (text.includes("Server is ready to receive web requests")) onReady();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.#folder, { recursive: true });
  }
}
