/** The headers that every answer carries, and the few shapes that answers have. */

/** Nothing that this server answers is to be sniffed, framed or allowed to load anything. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

const RPC_INIT: ResponseInit = { headers: { "content-type": "application/json" } };

/**
 * The answer to a JSON-RPC message that was taken. It carries its type alone, with which the runtime sends it at half
 * the price: what it answers is a POST of JSON, which no page can bring a browser to show, run or keep. What a browser
 * can be brought to ask for, and every refusal, is answered by the functions below.
 */
export function rpcResponse(body: string): Response {
  return new Response(body, RPC_INIT);
}

/** A JSON text. */
export function json(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(body, {
    status,
    headers: { ...SAFE_HEADERS, "content-type": "application/json", ...headers },
  });
}

/** A plain text. */
export function text(body: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(body, {
    headers: { ...SAFE_HEADERS, "content-type": "text/plain; charset=utf-8", ...headers },
  });
}

/** An answer without a body. */
export function empty(status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status, headers: { ...SAFE_HEADERS, ...headers } });
}
