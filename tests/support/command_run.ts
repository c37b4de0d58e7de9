/** `main.ts` as a command that prints and ends. */
import { environment, FLAGS, MAIN } from "./main_process.ts";

/** What a command said, and how it ended. */
export interface CommandRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, with the permissions of the start task. */
export async function runCommand(
  args: readonly string[],
  { env = {}, cwd }: { env?: Readonly<Record<string, string>>; cwd?: string } = {},
): Promise<CommandRun> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...FLAGS, MAIN, ...args],
    env: environment(env),
    clearEnv: true,
    stdin: "null",
    ...(cwd !== undefined && { cwd }),
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
