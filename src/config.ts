/** The configuration: environment variables, read once and parsed into one frozen value. */
import { BODY_BYTES_MAX } from "./core/limits.ts";
import type { LogFormat } from "./core/log.ts";

/** Every variable that the server reads. */
export const CONFIG_VARIABLES = [
  "LUKHAS_REPO_ROOT",
  "HOST",
  "PORT",
  "LUKHAS_MCP_API_KEYS",
  "LUKHAS_PUBLIC_URL",
  "LUKHAS_GIT_NAME",
  "LUKHAS_GIT_EMAIL",
  "MCP_ALLOWED_HOSTS",
  "MCP_ALLOWED_ORIGINS",
  "MCP_GIT_HOOKS",
  "MCP_INSECURE",
  "MCP_LOG",
  "MCP_MAX_BODY_BYTES",
] as const;

/** The variables by name, as the environment has them. */
export type ConfigRecord = Readonly<Partial<Record<(typeof CONFIG_VARIABLES)[number], string | undefined>>>;

/** What the server was told. Every field is present. */
export interface Config {
  /** The folder to serve, as written; undefined for the current folder. */
  readonly root: string | undefined;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** API keys as sent by clients; none means no authentication. The launcher hands on their digests only. */
  readonly apiKeys: readonly string[];
  /** Where clients reach the server from outside, without a slash at the end. */
  readonly publicUrl: string | undefined;
  /** Whom commits are by where the repository does not say. */
  readonly gitName: string | undefined;
  readonly gitEmail: string | undefined;
  /** Host names, beyond loopback's, that requests may be for. */
  readonly allowedHosts: readonly string[];
  /** Origins, beyond the server's own and loopback's, that requests may come from. */
  readonly allowedOrigins: readonly string[];
  /** Whether this repository's hooks and configuration may run programs. */
  readonly trustGitHooks: boolean;
  /** Whether to serve without keys beyond loopback. */
  readonly insecure: boolean;
  readonly logFormat: LogFormat;
  /** Largest request body, in bytes. */
  readonly bodyBytesMax: number;
}

/** A configuration that makes no sense. The message names each variable, its value and what is accepted. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "::1", "[::1]"];

/**
 * Reads the configuration.
 *
 * @throws {ConfigError} That lists every variable that makes no sense.
 */
export function parseConfig(record: ConfigRecord): Config {
  const problems: string[] = [];
  const read = new Reader(record, problems);
  const publicUrl = read.url("LUKHAS_PUBLIC_URL");
  const config: Config = {
    root: read.text("LUKHAS_REPO_ROOT"),
    host: read.host(),
    port: read.integer("PORT", { fallback: 8766, min: 0, max: 65_535 }),
    apiKeys: read.keys(),
    publicUrl: publicUrl?.href.replace(/\/+$/, ""),
    gitName: read.text("LUKHAS_GIT_NAME"),
    gitEmail: read.text("LUKHAS_GIT_EMAIL"),
    allowedHosts: [...read.hosts("MCP_ALLOWED_HOSTS"), ...(publicUrl ? [publicUrl.hostname] : [])],
    allowedOrigins: [...read.origins("MCP_ALLOWED_ORIGINS"), ...(publicUrl ? [publicUrl.origin] : [])],
    trustGitHooks: read.flag("MCP_GIT_HOOKS"),
    insecure: read.flag("MCP_INSECURE"),
    logFormat: read.choice("MCP_LOG", ["json", "pretty", "off"]),
    bodyBytesMax: read.integer("MCP_MAX_BODY_BYTES", {
      fallback: BODY_BYTES_MAX,
      min: 1024,
      max: 256 * 1024 * 1024,
    }),
  };
  if (!LOOPBACK_HOSTS.includes(config.host) && config.apiKeys.length === 0 && !config.insecure) {
    problems.push(
      `HOST=${quoted(config.host)} would serve this repository to the network without a key: ` +
        "set LUKHAS_MCP_API_KEYS, or MCP_INSECURE=1 if that is what you want",
    );
  }
  if (problems.length > 0) throw new ConfigError(`Cannot read the configuration: ${problems.join("; ")}`);
  return Object.freeze(config);
}

/** Reads variables; what makes no sense is noted, and a harmless value stands in for it until all are read. */
class Reader {
  readonly #record: ConfigRecord;
  readonly #problems: string[];

  constructor(record: ConfigRecord, problems: string[]) {
    this.#record = record;
    this.#problems = problems;
  }

  /** An empty variable is like none. */
  text(name: keyof ConfigRecord): string | undefined {
    const value = this.#record[name]?.trim();
    return value === "" ? undefined : value;
  }

  /** Names as a `Host` header has them. A port says nothing: a tunnel's outer port is not the server's. */
  hosts(name: keyof ConfigRecord): string[] {
    return this.#list(name, { accepted: "a host name such as mcp.example.com", read: toHostName });
  }

  /** Origins as a browser sends them: without a path, and without a port that is the scheme's own. */
  origins(name: keyof ConfigRecord): string[] {
    return this.#list(name, { accepted: "an origin such as https://chatgpt.com", read: toOrigin });
  }

  #list(
    name: keyof ConfigRecord,
    { accepted, read }: { accepted: string; read: (part: string) => string | undefined },
  ): string[] {
    const parts = (this.text(name) ?? "").split(",").map((part) => part.trim());
    return parts.filter((part) => part !== "").flatMap((part) => {
      const value = read(part.toLowerCase());
      if (value === undefined) this.#problems.push(`${name}=${quoted(part)} is not ${accepted}`);
      return value ?? [];
    });
  }

  integer(
    name: keyof ConfigRecord,
    { fallback, min, max }: { fallback: number; min: number; max: number },
  ): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,12}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    this.#problems.push(`${name}=${quoted(value)} is not a whole number from ${min} to ${max}`);
    return fallback;
  }

  flag(name: keyof ConfigRecord): boolean {
    const value = this.text(name)?.toLowerCase() ?? "0";
    if (["1", "true"].includes(value)) return true;
    if (!["0", "false"].includes(value)) this.#problems.push(`${name}=${quoted(value)} is neither 1 nor 0`);
    return false;
  }

  choice<Choice extends string>(name: keyof ConfigRecord, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = this.text(name);
    if (value === undefined) return choices[0];
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined) {
      this.#problems.push(`${name}=${quoted(value)} is none of ${choices.join(", ")}`);
    }
    return chosen ?? choices[0];
  }

  url(name: keyof ConfigRecord): URL | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const url = URL.parse(value);
    // A user name or password would stand in every citation.
    const isPlain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === "";
    if (isPlain && ["http:", "https:"].includes(url.protocol)) return url;
    this.#problems.push(`${name}=${quoted(value)} is not an address such as https://mcp.example.com`);
    return undefined;
  }

  host(): string {
    const value = this.text("HOST") ?? "127.0.0.1";
    if (/^[A-Za-z0-9.:_[\]-]{1,253}$/.test(value)) return value;
    this.#problems.push(`HOST=${quoted(value)} is not a host name or an address`);
    return "127.0.0.1";
  }

  /** A variable that is set but holds no key is a mistake that would open the server, so it is refused. */
  keys(): string[] {
    const value = this.text("LUKHAS_MCP_API_KEYS");
    if (value === undefined) return [];
    const keys = value.split(",").map((key) => key.trim()).filter((key) => key !== "");
    if (keys.length === 0 || !keys.every((key) => /^[\x21-\x7e]+$/.test(key))) {
      // The value is a secret, so it is the one that an error does not repeat.
      this.#problems.push(
        "LUKHAS_MCP_API_KEYS must hold keys of printable ASCII without spaces, separated by commas",
      );
    }
    return keys;
  }
}

function toHostName(part: string): string | undefined {
  return /^[a-z0-9.:[\]_-]+$/.test(part) ? URL.parse(`http://${part}`)?.hostname : undefined;
}

function toOrigin(part: string): string | undefined {
  const origin = /^(null|[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+)\/?$/.exec(part)?.[1];
  return origin !== undefined && /^https?:/.test(origin) ? URL.parse(origin)?.origin : origin;
}

/** One line, whatever the value holds: a line break in it would begin a line of its own. */
function quoted(value: string): string {
  return JSON.stringify(value.length > VALUE_CHARS_SHOWN ? `${value.slice(0, VALUE_CHARS_SHOWN)}…` : value);
}

/** Characters of a value that an error repeats. */
const VALUE_CHARS_SHOWN = 100;
