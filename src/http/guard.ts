/**
 * Which host names a request may be for, and which pages may send one. Without this any web page that the operator
 * opens could talk to the server on loopback: straight (`Origin`), or after rebinding its own name (`Host`).
 */

/** Who is let in. */
export interface GuardOptions {
  /** Host names beyond loopback's, in lower case, without a port. */
  readonly allowedHosts: readonly string[];
  /** Origins beyond the server's own and loopback's, as a browser spells them. */
  readonly allowedOrigins: readonly string[];
}

/** What the guard says: where the request is addressed, or why it is refused. */
export type GuardVerdict =
  | { readonly ok: true; readonly loopback: boolean }
  | { readonly ok: false; readonly reason: string };

const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Judges the `Host` and `Origin` headers. The URL of the request is asked only where there is no `Host`: an
 * absolute-form request line puts a name of the sender's choice into the URL.
 */
export function judgeSender(request: Request, options: GuardOptions): GuardVerdict {
  const host = hostName(request.headers.get("host") ?? new URL(request.url).host);
  const loopback = LOOPBACK_NAMES.has(host);
  if (!loopback && !options.allowedHosts.includes(host)) {
    return {
      ok: false,
      reason: `the host "${shown(host)}" is not allowed: MCP_ALLOWED_HOSTS would allow it`,
    };
  }
  const origin = request.headers.get("origin");
  if (origin !== null && !isAllowedOrigin(origin, { host, options })) {
    return {
      ok: false,
      reason: `the origin "${shown(origin)}" is not allowed: MCP_ALLOWED_ORIGINS would allow it`,
    };
  }
  return { ok: true, loopback };
}

function isAllowedOrigin(
  origin: string,
  { host, options }: { host: string; options: GuardOptions },
): boolean {
  if (options.allowedOrigins.includes(origin.toLowerCase())) return true;
  const match = /^https?:\/\/([^/?#@]+)$/i.exec(origin);
  if (match === null) return false;
  const name = hostName(match[1] ?? "");
  return name === host || LOOPBACK_NAMES.has(name);
}

/** The name without the port, in lower case. */
function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, "");
}

function shown(value: string): string {
  return value.slice(0, 100);
}
