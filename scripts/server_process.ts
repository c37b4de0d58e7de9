/** The real server, as its own process, on a port of its own. */
import { TextLineStream } from "./text_lines.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

/** A server process that ends with the test. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** The structured value of a tool. */
  // deno-lint-ignore no-explicit-any -- the value's shape is the tool's.
  call(name: string, args?: Record<string, unknown>): Promise<any>;
}

/**
 * Starts `main.ts` on a free port with the permissions of the `start` task.
 *
 * @param options.env Variables beside `LUKHAS_REPO_ROOT` and `PORT`.
 */
export async function startServerProcess(
  options: { root: string; env?: Record<string, string> },
): Promise<ServerProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-P", "--no-prompt", "--quiet", MAIN],
    env: { LUKHAS_REPO_ROOT: options.root, PORT: "0", MCP_LOG: "off", MCP_RL_BUCKET: "0", ...options.env },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const { url, drained } = await listeningUrl(child.stderr);
  return {
    url,
    pid: child.pid,
    async call(name, args = {}) {
      const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } };
      const response = await fetch(`${url}/mcp`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(message),
      });
      const { result, error } = await response.json();
      if (error !== undefined || result.isError) {
        throw new Error(`${name}: ${JSON.stringify(error ?? result)}`);
      }
      return result.structuredContent;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await drained;
    },
  };
}

/**
 * Reads a server's stderr to its end, so that the server never waits for a reader; resolves once it listens.
 *
 * @throws {Error} When it ends before that, with what it said.
 */
export async function listeningUrl(
  stderr: ReadableStream<Uint8Array>,
): Promise<{ url: string; drained: Promise<void> }> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const lines: string[] = [];
  const drained = (async () => {
    for await (const line of stderr.pipeThrough(new TextLineStream())) {
      lines.push(line);
      if (line.includes(`"msg":"listening"`)) resolve(JSON.parse(line).url);
    }
    reject(new Error(`The server ended before it listened: ${lines.join("\n")}`));
  })();
  return { url: await promise, drained };
}
