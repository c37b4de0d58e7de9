/** What a command that prints and ends is run with. */
import type { LaunchParts } from "../launcher/launch_parts.ts";

/** Prints a line for the person who typed the command. */
export type Print = (line: string) => void;

/** The launcher's parts, and where the command prints. */
export interface CommandParts {
  readonly parts: LaunchParts;
  readonly print: Print;
}
