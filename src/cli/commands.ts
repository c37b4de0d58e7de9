/** The commands and their flags: the one table that the command line is read by and the help is made from. */

/** A flag. Those with a `variable` say what that variable would, and win over it. */
export interface Flag {
  /** What stands for its value in the help; a flag without one is a switch. */
  readonly value?: string;
  readonly text: string;
  readonly variable?: "LUKHAS_REPO_ROOT" | "HOST" | "PORT";
}

/** Every flag by name. */
export const FLAGS = {
  root: {
    value: "PATH",
    text: "the repository, or the folder in one (default: the current folder)",
    variable: "LUKHAS_REPO_ROOT",
  },
  port: { value: "N", text: "the port to listen on; 0 picks a free one (default: 8766)", variable: "PORT" },
  host: { value: "H", text: "the address to listen on (default: 127.0.0.1)", variable: "HOST" },
  yes: { text: "write docs/mcp/ and a commit to the repository behind URL" },
  help: { text: "say how a command is used" },
  version: { text: "the same as the command version" },
} as const satisfies Readonly<Record<string, Flag>>;

/** The name of a flag. */
export type FlagName = keyof typeof FLAGS;

/** What a process can be asked to do. */
export interface Command {
  readonly text: string;
  /** What it takes beside flags, in order, as the help shows it. */
  readonly operands: readonly string[];
  readonly flags: readonly FlagName[];
}

/** Every command by name; the first one is meant when none is named. */
export const COMMANDS = {
  serve: { text: "serve a repository over HTTP", operands: [], flags: ["root", "port", "host"] },
  stdio: {
    text: "serve the client that started this process, over its pipes",
    operands: [],
    flags: ["root"],
  },
  smoke: {
    text: "prove the contract, of a server of its own or of the one at URL",
    operands: ["URL", "KEY"],
    flags: ["yes"],
  },
  doctor: {
    text: "look at everything that a server needs, and say what to do",
    operands: [],
    flags: ["root", "port", "host"],
  },
  version: { text: "the versions of the server, Deno, SQLite and git", operands: [], flags: [] },
  help: { text: "this text", operands: ["COMMAND"], flags: [] },
} as const satisfies Readonly<Record<string, Command>>;

/** The name of a command. */
export type CommandName = keyof typeof COMMANDS;

/** Flags that every command takes. */
export const COMMON_FLAGS: readonly FlagName[] = ["help", "version"];
