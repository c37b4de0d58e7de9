/** `deno compile`: the bundle appended to Deno's own base runtime, `denort`. */
import { runDeno } from "./deno_command.ts";

/** What is compiled. */
export interface NativeOptions {
  /** The bundle's entry. */
  readonly entry: string;
  readonly triple: string;
  readonly flags: readonly string[];
  /** Arguments that stand before the user's. */
  readonly args: readonly string[];
  readonly output: string;
}

/**
 * Compiles; returns why it could not where the base runtime is not to be had. `DENORT_BIN` names one, and one that was
 * downloaded before is used again.
 *
 * @throws {Error} When anything else goes wrong.
 */
export async function compileNative(options: NativeOptions): Promise<string | undefined> {
  const { entry, triple, flags, args, output } = options;
  const build = [
    // The source was checked. In a bundle, comments of packages name modules that are not there any more.
    "--no-check",
    // It would lie in the folder for temporary files, under a name that every user of the machine can take first.
    "--no-code-cache",
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
    "--target",
    triple,
    "--output",
    output,
  ];
  const { success, stderr } = await runDeno(["compile", ...build, ...flags, entry, ...args]);
  if (success) return undefined;
  const reason = /Setting up base binary[\s\S]*?\d: (.*)/.exec(stderr)?.[1];
  if (reason === undefined) throw new Error(`Cannot compile for ${triple}: ${stderr.trim()}`);
  return reason;
}
