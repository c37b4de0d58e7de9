/** The overview of the repository: what a model should know before its first step, as Markdown. */
import { ToolError } from "../core/errors.ts";
import { OVERVIEW_BYTES_MAX } from "../core/limits.ts";
import type { FileReader } from "../repo/file_reader.ts";
import type { Git } from "../repo/git.ts";
import type { FileNames, ProjectFiles } from "../repo/project_files.ts";
import { type Count, countLanguages, countTopFolders } from "./file_counts.ts";
import { cutLines, inline } from "./markdown.ts";
import type { OfferContext } from "./offer_context.ts";
import { mainRemote, ownerAndName } from "./repo_name.ts";

/** How much of each part is shown. */
const COMMITS_SHOWN = 5;
const FOLDERS_SHOWN = 40;
const LANGUAGES_SHOWN = 15;
const README_LINES_SHOWN = 40;

const README = /^readme(\.(md|markdown|txt|rst|adoc|org))?$/i;

/** Writes the overview. */
export class Overview {
  readonly #folderName: string;
  readonly #project: ProjectFiles;

  /** @param parts.folderName The root's own name, without the path that leads to it. */
  constructor(parts: { folderName: string; project: ProjectFiles }) {
    this.#folderName = parts.folderName;
    this.#project = parts.project;
  }

  /** @throws {ToolError} What git and the listing of files throw. A root without git has an overview too. */
  async write(context: OfferContext): Promise<string> {
    const { git, reader, signal } = context;
    const [names, state] = await Promise.all([this.#project.list("", signal), stateOf(git, signal)]);
    const parts = [
      `# ${state.name ?? (this.#folderName || "repository")}`,
      state.lines.join("\n"),
      fileLines(names).join("\n"),
      section("Last commits", state.commits),
      section("README, its first lines", await readmeLines(names.paths, reader)),
    ];
    return cutLines(`${parts.filter((part) => part !== "").join("\n\n")}\n`, {
      bytesMax: OVERVIEW_BYTES_MAX,
      note: "(The overview ends here; list_dir, git_log and read_file have the rest.)",
    });
  }
}

async function stateOf(
  git: Git,
  signal: AbortSignal,
): Promise<{ name?: string; lines: string[]; commits: string[] }> {
  try {
    const [status, log, remotes] = await Promise.all([
      git.status({}, signal),
      git.log({ limit: COMMITS_SHOWN }, signal),
      git.remotes(signal),
    ]);
    const { branch, head, upstream, ahead = 0, behind = 0, entries, truncated, clean } = status;
    const name = ownerAndName(mainRemote(remotes) ?? "");
    const tracking = upstream === undefined
      ? ""
      : `, ${ahead} ahead and ${behind} behind ${inline(upstream)}`;
    const dirty = `${entries.length}${truncated ? " or more" : ""}`;
    return {
      ...(name !== undefined && { name }),
      lines: [
        `- Branch: ${branch === null ? "none (HEAD is detached)" : inline(branch)}${tracking}`,
        `- HEAD: ${head === null ? "no commit yet" : inline(head)}`,
        `- Work tree: ${clean ? "clean" : `${dirty} paths with uncommitted changes (see git_status)`}`,
      ],
      commits: log.commits.map(({ commit, date, subject }) =>
        `- ${inline(commit.slice(0, 10))} ${date.slice(0, 10)} ${inline(subject)}`
      ),
    };
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== "unavailable") throw error;
    return { lines: ["- Not a git repository: the git tools cannot be used here"], commits: [] };
  }
}

/** As a quotation: what it says is the repository's word, not the server's. */
async function readmeLines(paths: readonly string[], reader: FileReader): Promise<string[]> {
  const path = paths.find((candidate) => README.test(candidate));
  if (path === undefined) return [];
  try {
    const { text } = await reader.readText(path);
    const lines = text.split(/\r\n|[\r\n]/, README_LINES_SHOWN + 1);
    const shown = lines.slice(0, README_LINES_SHOWN).map((line) => `> ${line}`.trimEnd());
    return lines.length > README_LINES_SHOWN ? [...shown, "", `(read_file has all of ${path})`] : shown;
  } catch (error) {
    // Tracked, and gone, or no text: the overview does without.
    if (error instanceof ToolError) return [];
    throw error;
  }
}

function fileLines({ paths, truncated }: FileNames): string[] {
  const folders = countTopFolders(paths).map(([folder, files]): Count => [
    folder === "" ? "(in the root itself)" : inline(`${folder}/`),
    files,
  ]);
  const languages = countLanguages(paths).map(([name, files]): Count => [inline(name), files]);
  return [
    `## Files: ${paths.length}${truncated ? " or more" : ""}`,
    "",
    ...countLines(folders, FOLDERS_SHOWN),
    "",
    "## Languages",
    "",
    ...countLines(languages, LANGUAGES_SHOWN),
  ];
}

function countLines(counts: readonly Count[], max: number): string[] {
  const shown = counts.slice(0, max).map(([name, files]) => `- ${name}: ${files}`);
  return counts.length > max ? [...shown, `- and ${counts.length - max} more`] : shown;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [`## ${title}`, "", ...lines].join("\n");
}
