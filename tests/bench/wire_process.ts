/** The servers that the wire benchmark compares, each a process of its own. */
import { TextLineStream } from "../../scripts/text_lines.ts";

const OWN = new URL("wire_server.ts", import.meta.url).pathname;
const SDK = new URL("../clients/bench_server.ts", import.meta.url).pathname;
const SDK_CONFIG = new URL("../clients/clients.json", import.meta.url).pathname;

/** A server that ends with the benchmark. */
export interface WireServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** This project's server, with a key. */
export function startOurs(): Promise<WireServer> {
  return startServer([OWN, "ours"]);
}

/** A `Deno.serve` that reads the body and answers a fixed text of this many bytes. */
export function startBare(bytes: number): Promise<WireServer> {
  return startServer([OWN, "bare", String(bytes)]);
}

/** The official SDK's server, with the tools of a `tools/list` result. */
export async function startSdk(toolsList: unknown): Promise<WireServer> {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(file, JSON.stringify(toolsList));
    return await startServer(["--config", SDK_CONFIG, SDK, file]);
  } finally {
    await Deno.remove(file);
  }
}

/** A server that prints its address first, by the arguments of its process. */
export async function startServer(args: readonly string[]): Promise<WireServer> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", "--allow-all", ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextLineStream()).getReader();
  const { value: url } = await lines.read();
  if (url === undefined) {
    throw new Error(`The server ended before it listened: ${args.join(" ")}`);
  }
  return {
    url,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      await lines.cancel();
      child.kill("SIGTERM");
      await child.status;
    },
  };
}
