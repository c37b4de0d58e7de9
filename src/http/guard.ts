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
  /** `origin`: the page that sends the request, where one does. */
  | { readonly ok: true; readonly loopback: boolean; readonly origin?: string }
  | { readonly ok: false; readonly reason: string };

const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Judges the senders of one server. */
export class SenderGuard {
  readonly #options: GuardOptions;
  /** Most requests are for the host of the one before. */
  #lastHost: JudgedHost | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /**
   * Judges the `Host` and `Origin` headers. The URL of the request is asked only where there is no `Host`: an
   * absolute-form request line puts a name of the sender's choice into the URL.
   */
  judge(request: Request): GuardVerdict {
    const text = request.headers.get("host") ?? new URL(request.url).host;
    if (this.#lastHost?.text !== text) this.#lastHost = judgeHost(text, this.#options);
    const { verdict, name } = this.#lastHost;
    const origin = request.headers.get("origin");
    if (!verdict.ok || origin === null) return verdict;
    if (isAllowedOrigin(origin, { host: name, options: this.#options })) return { ...verdict, origin };
    return {
      ok: false,
      reason: `the origin "${shown(origin)}" is not allowed: MCP_ALLOWED_ORIGINS would allow it`,
    };
  }
}

interface JudgedHost {
  readonly text: string;
  readonly name: string;
  readonly verdict: GuardVerdict;
}

function judgeHost(text: string, { allowedHosts }: GuardOptions): JudgedHost {
  const name = hostName(text);
  const loopback = LOOPBACK_NAMES.has(name);
  if (loopback || allowedHosts.includes(name)) return { text, name, verdict: { ok: true, loopback } };
  const reason = `the host "${shown(name)}" is not allowed: MCP_ALLOWED_HOSTS would allow it`;
  return { text, name, verdict: { ok: false, reason } };
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
