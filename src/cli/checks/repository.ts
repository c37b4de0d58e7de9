/** Whether git can use the repository that the root is in, by the same judgement as the git tools'. */
import { ToolError } from "../../core/errors.ts";
import { reservedReason } from "../../core/own_files.ts";
import { Git } from "../../repo/git.ts";
import { type Check, type CheckContext, note, ok, problem } from "../check.ts";

export const repositoryCheck: Check = {
  name: "repository",
  async look(context) {
    if (context.git.program === undefined) return note("not looked at: there is no git");
    try {
      const { branch, head, entries, truncated } = await gitOf(context).status({});
      const at = head === null ? "no commit yet" : `at ${head.slice(0, 10)}`;
      const changed = `${entries.length}${truncated ? "+" : ""} uncommitted`;
      return ok(`${branch === null ? "no branch" : `branch ${branch}`}, ${at}, ${changed}`);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return problem(error.message);
    }
  },
};

function gitOf({ config, root, git, parts }: CheckContext): Git {
  return new Git({
    program: git.program,
    root,
    env: git.env,
    trustHooks: config.trustGitHooks,
    identity: {},
    isHidden: (path) => reservedReason(path) !== undefined,
    now: parts.clock.now,
  });
}
