/** Reads the command line. What makes no sense is an error that names the nearest thing that does. */
import { nearest } from "../core/nearest.ts";
import { EXIT, StartError } from "../launcher/launch_parts.ts";
import { type CommandName, COMMANDS, COMMON_FLAGS, type Flag, type FlagName, FLAGS } from "./commands.ts";

/** What the command line says. */
export interface CommandLine {
  readonly command: CommandName;
  /** The flags that were given; a switch has the value `""`. */
  readonly flags: Readonly<Partial<Record<FlagName, string>>>;
  readonly operands: readonly string[];
  /** The only root that this file may serve, where it was compiled for one. */
  readonly pinnedRoot: string | undefined;
}

/** What a file that was compiled for one root starts with, before anything that its user says. */
export const PINNED_FLAG = "--pinned-root";

/** @throws {StartError} That says what is wrong in one line. */
export async function readCommandLine(args: readonly string[]): Promise<CommandLine> {
  const isPinned = args[0] === PINNED_FLAG;
  const pinnedRoot = isPinned ? args[1] : undefined;
  const own = isPinned ? args.slice(2) : args;
  // Most starts have no flags, and the parser takes the runtime longer to load than the rest of the launcher.
  const hasFlags = own.some((word) => word.startsWith("-"));
  const { flags, words } = hasFlags ? await readFlags(own) : { flags: {}, words: own };
  if (flags.version !== undefined) return { command: "version", flags, operands: [], pinnedRoot };
  const [name = "serve", ...operands] = words;
  const command = commandNamed(name);
  if (flags.help !== undefined) {
    return { command: "help", flags, operands: words.length > 0 ? [command] : [], pinnedRoot };
  }
  refuseForeignFlags(command, flags);
  if (command === "help" && operands[0] !== undefined) commandNamed(operands[0]);
  const taken = COMMANDS[command].operands;
  if (operands.length > taken.length) {
    const named = taken.length === 0 ? "nothing" : `at most ${taken.join(" and ")}`;
    throw refused(`${command} takes ${named} beside flags, not ${quoted(operands[taken.length] ?? "")}`);
  }
  return { command, flags, operands, pinnedRoot };
}

/** @throws {StartError} That names the nearest command, when there is none of this name. */
export function commandNamed(name: string): CommandName {
  const names = Object.keys(COMMANDS) as CommandName[];
  const command = names.find((known) => known === name);
  if (command !== undefined) return command;
  throw refused(`Unknown command ${quoted(name)}; ${hint(name, names)}`);
}

interface Words {
  readonly flags: Partial<Record<FlagName, string>>;
  readonly words: readonly string[];
}

async function readFlags(args: readonly string[]): Promise<Words> {
  const { parseArgs } = await import("node:util");
  const { tokens } = parseArgs({
    args: [...args],
    // Its own complaints name no neighbour.
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      root: { type: "string" },
      port: { type: "string" },
      host: { type: "string" },
      yes: { type: "boolean" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "V" },
    },
  });
  const flags: Partial<Record<FlagName, string>> = {};
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind === "option") {
      const name = knownFlag(token);
      if (flags[name] !== undefined) throw refused(`--${name} is given twice`);
      flags[name] = flagValue(name, token);
    }
  }
  return { flags, words };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function knownFlag({ name, rawName }: OptionToken): FlagName {
  const names = Object.keys(FLAGS) as FlagName[];
  const known = names.find((known) => known === name);
  if (known !== undefined) return known;
  throw refused(`Unknown flag ${quoted(rawName)}; ${hint(name, names, "--")}`);
}

function flagValue(name: FlagName, { value, inlineValue }: OptionToken): string {
  const flag: Flag = FLAGS[name];
  if (flag.value === undefined) {
    if (value !== undefined) throw refused(`--${name} takes no value`);
    return "";
  }
  // "--port --host x" forgot the port.
  const isMissing = value === undefined || value.trim() === "" || !inlineValue && value.startsWith("-");
  if (isMissing) throw refused(`--${name} needs a value: --${name}=${flag.value}`);
  return value;
}

function refuseForeignFlags(command: CommandName, flags: Words["flags"]): void {
  const allowed: readonly FlagName[] = [...COMMANDS[command].flags, ...COMMON_FLAGS];
  const foreign = (Object.keys(flags) as FlagName[]).find((name) => !allowed.includes(name));
  if (foreign !== undefined) {
    throw refused(`${command} takes no --${foreign}; ${listed(allowed.map((name) => `--${name}`))}`);
  }
}

function hint(name: string, candidates: readonly string[], prefix = ""): string {
  const near = nearest(name, candidates);
  return near === undefined
    ? listed(candidates.map((one) => prefix + one))
    : `did you mean ${prefix}${near}?`;
}

function listed(names: readonly string[]): string {
  return `there are ${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** A word of the command line on one line, cut to what is readable. */
function quoted(word: string): string {
  return JSON.stringify(word.slice(0, 100));
}

function refused(reason: string): StartError {
  return new StartError(`${reason}`, EXIT.config);
}
