/** Every tool of the server, in the order of `tools/list`: search and fetch come first, as ChatGPT expects them. */
import type { Tool } from "../src/tool.ts";
import { appendFile } from "./append_file.ts";
import { applyPatch } from "./apply_patch.ts";
import { createFile } from "./create_file.ts";
import { deleteFile } from "./delete_file.ts";
import { fetch } from "./fetch.ts";
import { findFiles } from "./find_files.ts";
import { gitCommit } from "./git_commit.ts";
import { gitDiff } from "./git_diff.ts";
import { gitLog } from "./git_log.ts";
import { gitStatus } from "./git_status.ts";
import { listChanges } from "./list_changes.ts";
import { listDir } from "./list_dir.ts";
import { readFile } from "./read_file.ts";
import { renameFile } from "./rename_file.ts";
import { search } from "./search.ts";
import { undo } from "./undo.ts";
import { updateFile } from "./update_file.ts";
import { writeFile } from "./write_file.ts";

/** The list. A name that stands here twice stops the start. */
export const TOOLS: readonly Tool[] = [
  search,
  fetch,
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
];
