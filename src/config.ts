/** The configuration: environment variables, read once and parsed into one frozen value. */
import { ACCESS_VARIABLES, type AccessConfig, parseAccessConfig } from "./config/access_config.ts";
import { CANARY_VARIABLES, type CanaryConfig, parseCanaryConfig } from "./config/canary_config.ts";
import { ConfigError, ConfigReader, quoted } from "./config/config_reader.ts";
import { parseRegistryConfig, REGISTRY_VARIABLES, type RegistryConfig } from "./config/registry_config.ts";
import { EVAL_VARIABLES, type EvalConfig, parseEvalConfig } from "./config/eval_config.ts";
import { parseReleaseConfig, RELEASE_VARIABLES, type ReleaseConfig } from "./config/release_config.ts";
import { parseSearchConfig, SEARCH_VARIABLES, type SearchConfig } from "./config/search_config.ts";
import { BODY_BYTES_MAX } from "./core/limits.ts";
import type { LogFormat } from "./core/log.ts";

/** The variables that the areas below do not have for themselves. */
const SERVER_VARIABLES = [
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

/** Every variable that the server reads. */
export const CONFIG_VARIABLES = [
  ...SERVER_VARIABLES,
  ...ACCESS_VARIABLES,
  ...RELEASE_VARIABLES,
  ...EVAL_VARIABLES,
  ...CANARY_VARIABLES,
  ...REGISTRY_VARIABLES,
  ...SEARCH_VARIABLES,
] as const;

/** The name of a variable. */
export type ConfigVariable = (typeof CONFIG_VARIABLES)[number];

/** Those whose values are keys, tokens and passwords: no process that the server starts gets to see them. */
export const SECRET_VARIABLES: readonly string[] = CONFIG_VARIABLES.filter((name) =>
  /KEYS|TOKEN|BEARER|PASSWORD|HEADERS/.test(name)
);

/** The variables by name, as the environment has them. */
export type ConfigRecord = Readonly<Partial<Record<ConfigVariable, string | undefined>>>;

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
  /** Who may do what, and how much of it. */
  readonly access: AccessConfig;
  /** Jobs, models, canaries, and where they are kept. */
  readonly release: ReleaseConfig;
  /** What runs evaluations. */
  readonly evals: EvalConfig;
  readonly canary: CanaryConfig;
  readonly registry: RegistryConfig;
  readonly search: SearchConfig;
}

const LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "::1", "[::1]"];

/**
 * Reads the configuration.
 *
 * @param sources What an error calls a variable whose value came from elsewhere: a flag.
 * @throws {ConfigError} That lists every variable that makes no sense.
 */
export function parseConfig(
  record: ConfigRecord,
  sources: Readonly<Partial<Record<ConfigVariable, string>>> = {},
): Config {
  const problems: string[] = [];
  const read: ServerReader = new ConfigReader(record, problems, sources);
  const publicUrl = read.url("LUKHAS_PUBLIC_URL");
  const config: Config = {
    root: read.text("LUKHAS_REPO_ROOT"),
    host: readHost(read),
    port: read.integer("PORT", { fallback: 8766, min: 0, max: 65_535 }),
    apiKeys: readKeys(read),
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
    access: parseAccessConfig(record, problems),
    release: parseReleaseConfig(record, problems),
    evals: parseEvalConfig(record, problems),
    canary: parseCanaryConfig(record, problems),
    registry: parseRegistryConfig(record, problems),
    search: parseSearchConfig(record, problems),
  };
  const hasKeys = config.apiKeys.length > 0 || config.access.apiKeysFile !== undefined;
  if (!isLoopback(config.host) && !hasKeys && !config.insecure) {
    problems.push(
      `${sources.HOST ?? "HOST"}=${
        quoted(config.host)
      } would serve this repository to the network without a key: ` +
        "set LUKHAS_MCP_API_KEYS or LUKHAS_MCP_API_KEYS_FILE, or MCP_INSECURE=1 if that is what you want",
    );
  }
  if (problems.length > 0) throw new ConfigError(`Cannot read the configuration: ${problems.join("; ")}`);
  return Object.freeze(config);
}

/** Whether an address to listen on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_HOSTS.includes(host);
}

type ServerReader = ConfigReader<(typeof SERVER_VARIABLES)[number]>;

function readHost(read: ServerReader): string {
  const value = read.text("HOST") ?? "127.0.0.1";
  if (/^[A-Za-z0-9.:_[\]-]{1,253}$/.test(value)) return value;
  read.refuse("HOST", value, "is not a host name or an address");
  return "127.0.0.1";
}

/** A variable that is set but holds no key is a mistake that would open the server, so it is refused. */
function readKeys(read: ServerReader): string[] {
  const value = read.text("LUKHAS_MCP_API_KEYS");
  if (value === undefined) return [];
  const keys = value.split(",").map((key) => key.trim()).filter((key) => key !== "");
  if (keys.length === 0 || !keys.every((key) => /^[\x21-\x7e]+$/.test(key))) {
    // The value is a secret, so it is the one that an error does not repeat.
    read.note("LUKHAS_MCP_API_KEYS must hold keys of printable ASCII without spaces, separated by commas");
  }
  return keys;
}
