/** Runs the commands that serve nobody: each prints what it found, and ends. */
import { EXIT, type LaunchParts, StartError } from "../launcher/launch_parts.ts";
import { LineWriter } from "../line_writer.ts";
import { type CommandLine, commandNamed } from "./command_line.ts";
import type { CommandParts, Print } from "./command_parts.ts";
import type { CommandName } from "./commands.ts";
import { runDoctor } from "./doctor.ts";
import { helpText } from "./help.ts";
import { runSmoke } from "./smoke.ts";
import { versionLines } from "./version.ts";

/** A command line that asks for one of these commands. */
export type AsideLine = CommandLine & { readonly command: Exclude<CommandName, "serve" | "stdio"> };

/** Resolves with the exit code. */
export async function runCommand(line: AsideLine, parts: LaunchParts): Promise<number> {
  if (parts.stdio === undefined) throw new StartError(`Cannot run ${line.command}: no output`, EXIT.config);
  const output = new LineWriter(parts.stdio.output);
  const print: Print = (text) => output.write(text);
  try {
    return await run(line, { parts, print });
  } finally {
    // However late its reader is: what a command prints is what it was run for.
    await output.written();
  }
}

async function run(line: AsideLine, { parts, print }: CommandParts): Promise<number> {
  switch (line.command) {
    case "help":
      print(helpText(line.operands[0] === undefined ? undefined : commandNamed(line.operands[0])));
      return EXIT.ok;
    case "version":
      (await versionLines(line, parts)).forEach(print);
      return EXIT.ok;
    case "smoke":
      return await runSmoke(line, { parts, print });
    case "doctor":
      return await runDoctor(line, { parts, print });
    default:
      return line.command satisfies never;
  }
}
