/** Every tool of the server, in the order of `tools/list`: search and fetch come first, as ChatGPT expects them. */
import type { Tool } from "../src/tool.ts";
import { abortCanary } from "./abort_canary.ts";
import { appendFile } from "./append_file.ts";
import { applyPatch } from "./apply_patch.ts";
import { canaryStatus } from "./canary_status.ts";
import { cancelEval } from "./cancel_eval.ts";
import { createFile } from "./create_file.ts";
import { deleteFile } from "./delete_file.ts";
import { fetch } from "./fetch.ts";
import { findFiles } from "./find_files.ts";
import { gitCommit } from "./git_commit.ts";
import { gitDiff } from "./git_diff.ts";
import { gitLog } from "./git_log.ts";
import { gitStatus } from "./git_status.ts";
import { listCanaries } from "./list_canaries.ts";
import { listChanges } from "./list_changes.ts";
import { listDir } from "./list_dir.ts";
import { listJobs } from "./list_jobs.ts";
import { listModels } from "./list_models.ts";
import { outline } from "./outline.ts";
import { promoteModel } from "./promote_model.ts";
import { readFile } from "./read_file.ts";
import { renameFile } from "./rename_file.ts";
import { repoMap } from "./repo_map.ts";
import { runEval } from "./run_eval.ts";
import { search } from "./search.ts";
import { searchCode } from "./search_code.ts";
import { startCanary } from "./start_canary.ts";
import { status } from "./status.ts";
import { undo } from "./undo.ts";
import { updateFile } from "./update_file.ts";
import { why } from "./why.ts";
import { whyMath } from "./why_math.ts";
import { writeFile } from "./write_file.ts";

/** The list. A name that stands here twice stops the start. */
export const TOOLS: readonly Tool[] = [
  search,
  fetch,
  searchCode,
  repoMap,
  outline,
  readFile,
  listDir,
  findFiles,
  writeFile,
  createFile,
  updateFile,
  appendFile,
  renameFile,
  deleteFile,
  applyPatch,
  undo,
  listChanges,
  gitStatus,
  gitDiff,
  gitLog,
  gitCommit,
  runEval,
  status,
  cancelEval,
  listJobs,
  promoteModel,
  listModels,
  startCanary,
  canaryStatus,
  abortCanary,
  listCanaries,
  why,
  whyMath,
];
