/** How a caller's paths become git's: judged by the root, one or many. */
import type { SharedContext } from "./call_context.ts";
import { giveWay } from "./core/turns.ts";
import type { RepoRoot } from "./repo/root.ts";

/** Paths that are judged before other requests have their turn: each costs up to 256 looks at the file system. */
const PATHS_PER_TURN = 20;

/** See {@linkcode ToolContext}. */
export function judgedPaths(root: RepoRoot): Pick<SharedContext, "gitPath" | "gitPaths"> {
  const gitPath = (path = "") => root.resolve(path, { entry: true }).realPath;
  const gitPaths = async (paths: readonly string[]) => {
    const judged: string[] = [];
    for (const path of new Set(paths)) {
      judged.push(gitPath(path));
      if (judged.length % PATHS_PER_TURN === 0) await giveWay();
    }
    return judged;
  };
  return { gitPath, gitPaths };
}
