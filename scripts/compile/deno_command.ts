/** Runs this Deno for one of its own subcommands. */

/** How it ended, and what it said on stderr, without colours. */
export interface DenoRun {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `deno <args>` to its end. */
export async function runDeno(args: readonly string[], options: { cwd?: string } = {}): Promise<DenoRun> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    ...options,
  }).output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** The same, where a failure is an error. */
export async function runDenoOrThrow(
  args: readonly string[],
  options: { cwd?: string } = {},
): Promise<DenoRun> {
  const run = await runDeno(args, options);
  if (run.success) return run;
  throw new Error(`Cannot run deno ${args[0]}: ${run.stderr.trim()}`);
}
