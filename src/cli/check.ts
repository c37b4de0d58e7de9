/** What a check of `doctor` is: one look at one thing, and what to do where it is not as it should be. */
import type { Config } from "../config.ts";
import type { LaunchParts } from "../launcher/launch_parts.ts";
import type { OperatorsGit } from "../launcher/operators_git.ts";

/** What a check may look at. */
export interface CheckContext {
  readonly config: Config;
  /** Real path of the root. */
  readonly root: string;
  readonly git: OperatorsGit;
  readonly parts: LaunchParts;
}

/**
 * What a check found. `note`: the server works, and its operator should know this. `problem`: something does not work;
 * the text says what to do.
 */
export interface Finding {
  readonly level: "ok" | "note" | "problem";
  readonly text: string;
}

/** One look. */
export interface Check {
  readonly name: string;
  look(context: CheckContext): Promise<Finding | readonly Finding[]>;
}

/** It is as it should be. */
export function ok(text: string): Finding {
  return { level: "ok", text };
}

/** It works, and there is something to know. */
export function note(text: string): Finding {
  return { level: "note", text };
}

/** It does not work. */
export function problem(text: string): Finding {
  return { level: "problem", text };
}
