/** What runs here: the server's own version, and those of what it stands on. */
import { DatabaseSync } from "node:sqlite";
import { type LaunchParts, StartError } from "../launcher/launch_parts.ts";
import { operatorsGit } from "../launcher/operators_git.ts";
import type { CommandLine } from "./command_line.ts";

/** One line a component, its name first. */
export async function versionLines(
  { pinnedRoot }: Pick<CommandLine, "pinnedRoot">,
  { version, env }: Pick<LaunchParts, "version" | "env">,
): Promise<string[]> {
  return [
    `lukhas-mcp ${version}`,
    `deno ${Deno.version.deno}`,
    `sqlite ${sqliteVersion()}`,
    `git ${await gitOnPath(env, pinnedRoot ?? Deno.cwd())}`,
  ];
}

/** The version of the SQLite that the runtime has built in. */
export function sqliteVersion(): string {
  const database = new DatabaseSync(":memory:");
  try {
    return String(database.prepare("SELECT sqlite_version() AS version").get()?.version);
  } finally {
    database.close();
  }
}

async function gitOnPath(env: LaunchParts["env"], root: string): Promise<string> {
  try {
    const git = await operatorsGit(env, root);
    return git.program === undefined ? "(none on the PATH)" : await gitVersion(git.program, git.env);
  } catch (error) {
    if (error instanceof StartError) return `(${error.message})`;
    throw error;
  }
}

/** What a git program says of itself: `2.39.5`. */
export async function gitVersion(program: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await new Deno.Command(program, {
    args: ["--version"],
    env,
    clearEnv: true,
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).replace(/^git version /, "").trim();
}
