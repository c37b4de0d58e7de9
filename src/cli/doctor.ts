/** `doctor`: looks at everything that a server needs, and says of each thing that it is well, or what to do. */
import { readConfig } from "../launcher/launch_config.ts";
import { EXIT, type LaunchParts, StartError } from "../launcher/launch_parts.ts";
import { operatorsGit } from "../launcher/operators_git.ts";
import { servedRoot } from "../launcher/served_root.ts";
import { type Check, type CheckContext, type Finding, ok, problem } from "./check.ts";
import { addressCheck } from "./checks/address.ts";
import { backendsCheck } from "./checks/backends.ts";
import { cageCheck } from "./checks/cage.ts";
import { executionCheck } from "./checks/execution.ts";
import { gitCheck } from "./checks/git.ts";
import { identityCheck } from "./checks/identity.ts";
import { journalCheck } from "./checks/journal.ts";
import { keysCheck } from "./checks/keys.ts";
import { policyCheck } from "./checks/policy.ts";
import { repositoryCheck } from "./checks/repository.ts";
import { searchIndexCheck } from "./checks/search_index.ts";
import { storeCheck } from "./checks/store.ts";
import { writeAccessCheck } from "./checks/write_access.ts";
import type { CommandLine } from "./command_line.ts";
import type { CommandParts } from "./command_parts.ts";

/** Every check, in the order of the output. */
export const CHECKS: readonly Check[] = [
  gitCheck,
  repositoryCheck,
  identityCheck,
  writeAccessCheck,
  policyCheck,
  addressCheck,
  keysCheck,
  executionCheck,
  searchIndexCheck,
  storeCheck,
  journalCheck,
  backendsCheck,
  cageCheck,
];

/** Resolves with the exit code: not `ok` when there is a problem. */
export async function runDoctor(
  line: CommandLine,
  { parts, print }: CommandParts,
): Promise<number> {
  const counts = { ok: 0, note: 0, problem: 0 };
  const show = (name: string, { level, text }: Finding) => {
    counts[level]++;
    print(`${level.padEnd(7)}  ${name.padEnd(NAME_WIDTH)}  ${text}`);
  };
  const context = await prepare(line, { parts, show });
  if (context !== undefined) {
    for (const check of CHECKS) {
      for (const finding of await findings(check, context)) show(check.name, finding);
    }
  }
  print(`${counts.ok} ok, ${counts.note} to know, ${counts.problem} to mend`);
  return counts.problem === 0 ? EXIT.ok : EXIT.failed;
}

/** What would stop the start is a problem, wherever a check meets it. */
async function findings({ look }: Check, context: CheckContext): Promise<readonly Finding[]> {
  try {
    return [await look(context)].flat();
  } catch (error) {
    if (error instanceof StartError) return [problem(error.message)];
    throw error;
  }
}

const NAME_WIDTH = Math.max(
  ...[...CHECKS.map(({ name }) => name), "configuration"].map((name) => name.length),
);

/** What every check needs. Without it there is nothing to look at, and the first thing to mend is known. */
async function prepare(
  line: CommandLine,
  { parts, show }: { parts: LaunchParts; show: (name: string, finding: Finding) => void },
): Promise<CheckContext | undefined> {
  let name = "configuration";
  try {
    const config = readConfig(parts.env, line);
    show(name, ok("every variable and flag makes sense"));
    name = "root";
    const root = await servedRoot(config, line);
    show(name, ok(root));
    name = "git";
    return { config, root, git: await operatorsGit(parts.env, root), parts };
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    show(name, problem(error.message));
    return undefined;
  }
}
