/** The configuration of one start: the variables, and the flags that win over them. */
import type { CommandLine } from "../cli/command_line.ts";
import { type Flag, type FlagName, FLAGS } from "../cli/commands.ts";
import {
  type Config,
  CONFIG_VARIABLES,
  type ConfigRecord,
  type ConfigVariable,
  parseConfig,
} from "../config.ts";
import { ConfigError } from "../config/config_reader.ts";
import { EXIT, type LaunchParts, StartError } from "./launch_parts.ts";

/**
 * Variables about the address. A process on stdio has a socket for its bridges alone, and a client's configuration
 * often hands one environment to several: a port in it would let only the first of them start.
 */
const ADDRESS_VARIABLES: ReadonlySet<string> = new Set([
  "HOST",
  "PORT",
  "LUKHAS_MCP_API_KEYS",
  "LUKHAS_MCP_API_KEYS_FILE",
  "LUKHAS_PUBLIC_URL",
  "MCP_ALLOWED_HOSTS",
  "MCP_ALLOWED_ORIGINS",
  "MCP_INSECURE",
]);

/** @throws {StartError} That names every variable and flag that makes no sense. */
export function readConfig(env: LaunchParts["env"], { command, flags }: CommandLine): Config {
  const record: Partial<Record<ConfigVariable, string | undefined>> = {};
  for (const name of CONFIG_VARIABLES) {
    if (command !== "stdio" || !ADDRESS_VARIABLES.has(name)) record[name] = env(name);
  }
  if (command === "stdio") record.PORT = "0";
  const sources: Partial<Record<ConfigVariable, string>> = {};
  for (const [name, value] of Object.entries(flags) as [FlagName, string][]) {
    const { variable }: Flag = FLAGS[name];
    if (variable === undefined) continue;
    record[variable] = value;
    sources[variable] = `--${name}`;
  }
  return parsed(record, sources);
}

function parsed(record: ConfigRecord, sources: Partial<Record<ConfigVariable, string>>): Config {
  try {
    return parseConfig(record, sources);
  } catch (error) {
    if (error instanceof ConfigError) throw new StartError(error.message, EXIT.config);
    throw error;
  }
}
