/** Whether commits would have an author. */
import { type Check, type CheckContext, note, ok } from "../check.ts";

export const identityCheck: Check = {
  name: "identity",
  async look(context) {
    if (context.git.program === undefined) return note("not looked at: there is no git");
    const { gitName, gitEmail } = context.config;
    const name = await configured(context, "user.name") ?? gitName;
    const email = await configured(context, "user.email") ?? gitEmail;
    if (name !== undefined && email !== undefined) return ok(`commits are by ${name} <${email}>`);
    return note(
      "git knows nobody to commit as: git_commit will be refused until user.name and user.email are set with " +
        "git config, or LUKHAS_GIT_NAME and LUKHAS_GIT_EMAIL are",
    );
  },
};

async function configured({ git, root }: CheckContext, key: string): Promise<string | undefined> {
  if (git.program === undefined) return undefined;
  const { stdout } = await new Deno.Command(git.program, {
    args: ["config", "--get", key],
    cwd: root,
    env: git.env,
    clearEnv: true,
    stdin: "null",
    stderr: "null",
  }).output();
  const value = new TextDecoder().decode(stdout).trim();
  return value === "" ? undefined : value;
}
