/** The git of whoever started the server, and of its environment what git may see. */
import { findProgram } from "./find_program.ts";
import { EXIT, type LaunchParts, StartError } from "./launch_parts.ts";

/** Variables of the operator that a child process gets to see. */
export const CHILD_VARIABLES = [
  "PATH",
  "HOME",
  "LANG",
  "XDG_CONFIG_HOME",
  "SSH_AUTH_SOCK",
  "GNUPGHOME",
] as const;

/** How git is run. */
export interface OperatorsGit {
  /** Absolute path of the program; undefined when there is none. */
  readonly program: string | undefined;
  /** All that a child process gets of the operator's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds git outside the folder `root`. Where another one comes first on the PATH, the repository may have brought it, and
 * with it whatever git itself looks for there.
 *
 * @throws {StartError} When git cannot be used safely.
 */
export async function operatorsGit(read: LaunchParts["env"], root: string): Promise<OperatorsGit> {
  const env: Record<string, string> = {};
  for (const name of CHILD_VARIABLES) {
    const value = read(name);
    if (value !== undefined) env[name] = value;
  }
  const program = await findProgram("git", { path: env.PATH ?? "", outside: root });
  if (program === undefined) return { program, env };
  const first = await findProgram("git", { path: fromHere(env.PATH ?? "") });
  const { state } = await Deno.permissions.query({ name: "run", command: program });
  if (first === program && state === "granted") return { program, env };
  throw new StartError(
    `Cannot use ${program}: another git comes first on the PATH; take the folders of the root off it`,
    EXIT.config,
  );
}

/** A PATH without relative entries: they mean folders below where the server was started. */
function fromHere(path: string): string {
  const separator = Deno.build.os === "windows" ? ";" : ":";
  const isAbsolute = (entry: string) => /^([A-Za-z]:)?[/\\]/.test(entry);
  return path.split(separator).map((entry) => isAbsolute(entry) ? entry : `${Deno.cwd()}/${entry}`).join(
    separator,
  );
}
