/** Load on one server: by `wrk` where it is installed, else by this process. */

/** A request that is sent again and again. */
export interface LoadRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of it. */
export interface Load {
  readonly perSecond: number;
  /** CPU time of the server for one request, in microseconds; NaN where the system does not tell. */
  readonly cpuMicros: number;
}

const CONNECTIONS = 32;
/** Clock ticks a second in `/proc` (proc(5), `_SC_CLK_TCK`). */
const TICKS_PER_SECOND = 100;

/** Sends a request as often as the server answers it. */
export async function generateLoad(
  server: { url: string; pid: number },
  { seconds, ...request }: LoadRequest & { seconds: number },
): Promise<Load> {
  const before = cpuSeconds(server.pid);
  const started = performance.now();
  const count = await runWrk(server.url, request, seconds) ?? await runHere(server.url, request, seconds);
  const taken = (performance.now() - started) / 1000;
  return {
    perSecond: count / Math.min(taken, seconds * 1.2),
    cpuMicros: (cpuSeconds(server.pid) - before) / count * 1e6,
  };
}

/** How many were answered; undefined without `wrk`. */
async function runWrk(
  url: string,
  { headers, body }: LoadRequest,
  seconds: number,
): Promise<number | undefined> {
  const script = await Deno.makeTempFile({ suffix: ".lua" });
  const quoted = (text: string) => JSON.stringify(text).replaceAll("\\/", "/");
  const lines = Object.entries(headers).map(([name, value]) =>
    `wrk.headers[${quoted(name)}] = ${quoted(value)}`
  );
  await Deno.writeTextFile(
    script,
    [`wrk.method = "POST"`, `wrk.body = ${quoted(body)}`, ...lines].join("\n"),
  );
  try {
    const { stdout } = await new Deno.Command("wrk", {
      args: ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "-s", script, `${url}/mcp`],
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    if (/Non-2xx/.test(text)) throw new Error(`The server refused: ${text}`);
    return Number(/(\d+) requests in/.exec(text)?.[1]);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return undefined;
  } finally {
    await Deno.remove(script);
  }
}

async function runHere(url: string, request: LoadRequest, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let count = 0;
  const connection = async () => {
    for (; performance.now() < end; count++) {
      await (await fetch(`${url}/mcp`, { method: "POST", ...request })).body?.pipeTo(new WritableStream());
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return count;
}

/** CPU time that a process has used; `NaN` where the system does not say so. */
export function cpuSeconds(pid: number): number {
  if (Deno.build.os !== "linux") return NaN;
  // The name may hold spaces, and stands in brackets; utime and stime are the 12th and 13th field after it.
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
