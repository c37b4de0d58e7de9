/** A git layer on a temporary root, as the launcher would set it up, with a home of its own. */

import { Git } from "../../../src/repo/git.ts";
import type { GitOptions } from "../../../src/repo/git/options.ts";
import { ToolError } from "../../../src/core/errors.ts";
import { type TempRoot } from "../../support/temp_repo.ts";
import assert from "node:assert/strict";

/** The git of this machine. */
export const GIT_PROGRAM = await findProgram("git");

/** Where a program lies on PATH. */
export async function findProgram(name: string): Promise<string> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      if ((await Deno.stat(`${folder}/${name}`)).isFile) return `${folder}/${name}`;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Error(`Cannot find program "${name}"`);
}

/** The operator's environment: programs of their own in `bin` beside the root, and an empty home. */
export function operatorEnv(temp: TempRoot): Record<string, string> {
  return { PATH: `${temp.outside}/bin:${Deno.env.get("PATH")}`, HOME: `${temp.outside}/home` };
}

/** Options for a root whose operator has an empty home beside it. */
export function gitOptions(temp: TempRoot, changes: Partial<GitOptions> = {}): GitOptions {
  return {
    program: GIT_PROGRAM,
    root: temp.root,
    env: operatorEnv(temp),
    trustHooks: false,
    identity: {},
    isHidden: (path) => /^\.mcp-(state|index|tmp-|lock|journal)/.test(path),
    now: () => Date.now(),
    ...changes,
  };
}

/** The layer itself. */
export function gitOn(temp: TempRoot, changes: Partial<GitOptions> = {}): Git {
  return new Git(gitOptions(temp, changes));
}

/** Writes the operator's own configuration, `~/.gitconfig`. */
export async function writeGlobalConfig(temp: TempRoot, text: string): Promise<void> {
  await Deno.mkdir(`${temp.outside}/home`, { recursive: true });
  await Deno.writeTextFile(`${temp.outside}/home/.gitconfig`, text);
}

/** A commit of the given paths with everything else at its default. */
export function commitOf(git: Git, add: readonly string[], message = "test: change") {
  return git.commit({ message, add, signoff: false, stageAll: false });
}

/** Asserts that a call fails with this code, and answers the error. */
export async function failsWith(code: ToolError["code"], call: Promise<unknown>): Promise<ToolError> {
  const error = await call.then(() => undefined, (error) => error);
  assert.ok(error instanceof ToolError, `expected ToolError "${code}", found ${error}`);
  assert.equal(error.code, code, error.message);
  assert.doesNotMatch(error.message, /lukhas-test-/, "a host path leaked");
  return error;
}

/** Whether a file exists. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
