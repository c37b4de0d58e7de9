/** The headers that every answer carries, and the few shapes that answers have. */

/** Nothing that this server answers is to be sniffed, framed or allowed to load anything. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
};

const JSON_INIT: ResponseInit = { headers: { ...SAFE_HEADERS, "content-type": "application/json" } };

/** A JSON text as the body of a 200. */
export function okJson(body: string): Response {
  return new Response(body, JSON_INIT);
}

/** A JSON text with another status. */
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
