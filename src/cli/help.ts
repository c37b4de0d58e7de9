/** What `--help` says, made from the table of commands. */
import { EXIT_MEANINGS } from "../launcher/launch_parts.ts";
import { type Command, type CommandName, COMMANDS, type Flag, type FlagName, FLAGS } from "./commands.ts";

/** The text for one command, or for all of them. */
export function helpText(command: CommandName | undefined): string {
  return command === undefined ? overview() : details(command);
}

function overview(): string {
  const commands = Object.entries(COMMANDS).map(([name, { text }]): [string, string] => [name, text]);
  const codes = Object.entries(EXIT_MEANINGS);
  return [
    "lukhas-mcp: a safe, searchable, writable view of one git repository for MCP clients",
    "",
    "Usage: lukhas-mcp [COMMAND] [FLAGS]     (serve is meant where no command is named)",
    "",
    ...columns(commands),
    "",
    ...flagLines(["root", "port", "host", "yes", "help"]),
    "",
    "A flag wins over its variable (--root: LUKHAS_REPO_ROOT, --port: PORT, --host: HOST). Keys, logs and all the rest",
    "are variables; doctor says which matter here.",
    "",
    "Exit codes:",
    ...columns(codes),
  ].join("\n");
}

function details(name: CommandName): string {
  const { text, operands, flags }: Command = COMMANDS[name];
  const usage = [`lukhas-mcp ${name}`, ...operands.map((one) => `[${one}]`), ...flags.map(flagUsage)];
  return [`Usage: ${usage.join(" ")}`, "", `${name}: ${text}`, "", ...flagLines([...flags, "help"])].join(
    "\n",
  );
}

function flagUsage(name: FlagName): string {
  const { value }: Flag = FLAGS[name];
  return value === undefined ? `[--${name}]` : `[--${name} ${value}]`;
}

function flagLines(names: readonly FlagName[]): string[] {
  return columns(names.map((name) => [flagUsage(name).slice(1, -1), FLAGS[name].text]));
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
