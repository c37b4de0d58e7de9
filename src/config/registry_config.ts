/** The variables of models: which registry has them, and which gates a person must agree to. */
import { ConfigReader } from "./config_reader.ts";

/** The variables that this area reads. */
export const REGISTRY_VARIABLES = [
  "MCP_CONFIRM_GATES",
  "MLFLOW_TRACKING_URI",
  "MLFLOW_TRACKING_TOKEN",
  "MLFLOW_TRACKING_USERNAME",
  "MLFLOW_TRACKING_PASSWORD",
  "LUKHAS_MLFLOW_ALIASES",
] as const;

type RegistryRecord = Readonly<Partial<Record<(typeof REGISTRY_VARIABLES)[number], string | undefined>>>;
type Reader = ConfigReader<(typeof REGISTRY_VARIABLES)[number]>;

/** Where MLflow is, and what its aliases are called. */
export interface MlflowConfig {
  /** Without a slash at the end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The alias of a gate; a gate that is not among them is its own alias. */
  readonly aliases: Readonly<Record<string, string>>;
}

/** Which registry has the models. */
export interface RegistryConfig {
  /** Undefined: models are kept in the server's own store. */
  readonly mlflow: MlflowConfig | undefined;
  /** Gates that a person is asked about, where a client can ask. */
  readonly confirmGates: readonly string[];
}

/** Reads the variables of models; what makes no sense is noted in `problems`. */
export function parseRegistryConfig(record: RegistryRecord, problems: string[]): RegistryConfig {
  const read = new ConfigReader(record, problems);
  const url = read.url("MLFLOW_TRACKING_URI");
  const headers = readCredentials(read);
  const aliases = readAliases(read);
  const confirmGates = read.text("MCP_CONFIRM_GATES") === undefined
    ? ["production"]
    : read.list("MCP_CONFIRM_GATES", { accepted: "the name of a gate, or -", read: gateName })
      .filter((name) => name !== "-");
  return {
    mlflow: url === undefined ? undefined : { url: url.href.replace(/\/+$/, ""), headers, aliases },
    confirmGates,
  };
}

function gateName(text: string): string | undefined {
  return text === "-" || /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text) ? text : undefined;
}

/** The names and rules of MLflow's own client. What is wrong is a secret, and not repeated. */
function readCredentials(read: Reader): Record<string, string> {
  const token = read.text("MLFLOW_TRACKING_TOKEN");
  const user = read.text("MLFLOW_TRACKING_USERNAME");
  const password = read.text("MLFLOW_TRACKING_PASSWORD");
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    read.note("MLFLOW_TRACKING_TOKEN must be printable ASCII without spaces");
  }
  if ((user === undefined) !== (password === undefined)) {
    read.note("MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD go together");
  }
  if (user !== undefined && password !== undefined) {
    const bytes = new TextEncoder().encode(`${user}:${password}`);
    return { authorization: `Basic ${bytes.toBase64()}` };
  }
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** The names that MLflow's own documentation uses for these stages. */
const DEFAULT_ALIASES = {
  experiments: "candidate",
  stage: "challenger",
  staging: "challenger",
  production: "champion",
};

/** `gate=alias`, separated by commas. MLflow keeps some names for itself. */
function readAliases(read: Reader): Record<string, string> {
  const pairs = read.list("LUKHAS_MLFLOW_ALIASES", {
    accepted: "a gate and its alias, as in production=champion",
    read: (pair) => {
      const [gate = "", alias = "", ...rest] = pair.split("=").map((part) => part.trim());
      const isGood = gateName(gate) !== undefined && isAlias(alias) && rest.length === 0;
      return isGood ? [gate, alias] as const : undefined;
    },
  });
  return { ...DEFAULT_ALIASES, ...Object.fromEntries(pairs) };
}

/** What MLflow takes for an alias (its `_validate_model_alias_name`). */
function isAlias(text: string): boolean {
  return /^[\w-]{1,255}$/.test(text) && !/^(latest|v\d+)$/i.test(text);
}
