/** One HTTP request to a service of the operator's: with a time limit, a limit of bytes, and no redirects. */

/** What is sent, and what it may cost. */
export interface HttpRequest {
  readonly url: string;
  readonly method: "GET" | "POST" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs: number;
  /** @default {@linkcode ANSWER_BYTES_MAX} */
  readonly bytesMax?: number;
  /** Aborted when nobody wants the answer any more: then the call rejects with its reason. */
  readonly signal: AbortSignal;
}

/** What came of it. Whatever the other side does is a value. */
export type HttpOutcome =
  | { readonly kind: "answer"; readonly status: number; readonly text: string }
  | { readonly kind: "failure"; readonly why: "timeout" | "network" | "too_large" };

/** Largest answer that is read. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** See the module. */
export async function boundedFetch(request: HttpRequest): Promise<HttpOutcome> {
  const { url, method, headers, body, timeoutMs, bytesMax = ANSWER_BYTES_MAX, signal } = request;
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      // A redirect could lead anywhere, and would take the operator's token along.
      redirect: "error",
      signal: AbortSignal.any([signal, timeout]),
      ...(headers !== undefined && { headers: { ...headers } }),
      ...(body !== undefined && { body }),
    });
    const text = await readText(response, bytesMax);
    return text === undefined
      ? { kind: "failure", why: "too_large" }
      : { kind: "answer", status: response.status, text };
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) return { kind: "failure", why: "timeout" };
    // What `fetch` says names internal addresses: it is not passed on. Another class of error is a bug of ours.
    if (error instanceof TypeError || error instanceof Deno.errors.Http) {
      return { kind: "failure", why: "network" };
    }
    throw error;
  }
}

/** Undefined for a body that is larger than allowed. */
async function readText(response: Response, bytesMax: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return await new Blob(chunks as Uint8Array<ArrayBuffer>[]).text();
}

/** The text as a JSON object; undefined where it is something else. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a value is an object with keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
