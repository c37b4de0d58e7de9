/** A tree of the repository with its most important definitions, for a reader who has room for so much and no more. */
import type { DocumentSymbol } from "./document.ts";
import type { IndexReader, InScope } from "./index_reader.ts";
import { isData, isGenerated, isProse, isTest } from "./ranking/file_roles.ts";
import { pathWords } from "./ranking/path_features.ts";
import { foldSymbol } from "./words.ts";

/** What fits into a budget. */
export interface RepoMap {
  readonly map: string;
  /** Estimated, at four characters each. */
  readonly tokens: number;
  /** Files that the map names, of all. */
  readonly shownFiles: number;
  readonly totalFiles: number;
}

/** Characters of a token, on average over code. */
const TOKEN_CHARS = 4;

/** Files whose definitions are weighed. */
const WEIGHED_FILES_MAX = 500;

/** Definitions of one file that are weighed, and shown. */
const WEIGHED_SYMBOLS_MAX = 40;
const SHOWN_SYMBOLS_MAX = 6;

/** Names of files that a reader looks for first. */
const ENTRY_NAMES = new Set([
  "main",
  "app",
  "index",
  "lib",
  "mod",
  "server",
  "cli",
  "core",
  "readme",
  "types",
  "config",
  "api",
  "router",
]);

interface Weighed {
  readonly path: string;
  readonly weight: number;
  readonly names: readonly string[];
}

/** Makes the map. */
export function makeRepoMap(
  index: IndexReader,
  { budgetTokens, inScope }: { budgetTokens: number; inScope?: InScope | undefined },
): RepoMap {
  const paths = index.files().map(({ path }) => path).filter((path) => inScope?.(path) !== false);
  const likely = paths.map((path) => ({ path, weight: firstWeight(path) })).sort((a, b) =>
    b.weight - a.weight
  )
    .slice(0, WEIGHED_FILES_MAX);
  const weighed = likely.map(({ path, weight }) => weigh(index, path, weight)).sort((a, b) =>
    b.weight - a.weight
  );
  const tree = new Tree(paths, budgetTokens * TOKEN_CHARS);
  let used = tree.length;
  const shown = new Map<string, Weighed>();
  for (const file of weighed) {
    const cost = tree.costOf(file.path) + lineOf(file).length;
    if (used + cost > budgetTokens * TOKEN_CHARS) continue;
    used += cost;
    shown.set(file.path, file);
    tree.open(file.path);
  }
  const map = tree.render(shown);
  return {
    map,
    tokens: Math.ceil(map.length / TOKEN_CHARS),
    shownFiles: shown.size,
    totalFiles: paths.length,
  };
}

/** What a path alone says: sources near the top, by the names that lead into them. */
function firstWeight(path: string): number {
  const depth = path.split("/").length;
  const role = isGenerated(path) ? 0.05 : isTest(path) ? 0.2 : isData(path) ? 0.3 : isProse(path) ? 0.6 : 1;
  const { stem } = pathWords(path);
  const isEntry = stem.length === 1 && ENTRY_NAMES.has(stem[0] ?? "");
  return role * (isEntry ? 1.5 : 1) / (1 + 0.15 * depth);
}

/** A definition is as important as the files are many that name it; a file as its definitions are. */
function weigh(index: IndexReader, path: string, first: number): Weighed {
  const symbols = index.symbolsOf(path).filter(isWorthShowing).slice(0, WEIGHED_SYMBOLS_MAX);
  const best = symbols.map(({ name }) => ({ name, use: useOf(index, name) })).sort((a, b) => b.use - a.use);
  const use = best.slice(0, SHOWN_SYMBOLS_MAX).reduce((sum, symbol) => sum + symbol.use, 0);
  const names = [...new Set(best.map(({ name }) => name))].slice(0, SHOWN_SYMBOLS_MAX);
  return { path, weight: first * (1 + use / 8), names };
}

/** By the number of files that hold the name. A single small word stands in many that do not mean it. */
function useOf(index: IndexReader, name: string): number {
  const users = Math.min(index.documentFrequency(foldSymbol(name)), USERS_MAX);
  return Math.log2(1 + users) * (/^\p{Ll}[\p{Ll}\p{N}]*$/u.test(name) ? 0.25 : 1);
}

/** More files than this say the same as so many. */
const USERS_MAX = 200;

function isWorthShowing({ kind, name }: DocumentSymbol): boolean {
  return kind !== "method" && kind !== "variable" && kind !== "heading" && name.length > 2;
}

function lineOf({ path, names }: Weighed): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return names.length === 0 ? `${name}\n` : `${name}: ${names.join(", ")}\n`;
}

/** Characters of a map that may go to folders at its top, where not all of them have room: the rest is for files. */
const TOP_SHARE = 0.5;

/** Folders, of which those are open that something is shown in. At the top those are shown that have most files. */
class Tree {
  readonly #files = new Map<string, string[]>();
  readonly #folders = new Map<string, Set<string>>();
  readonly #counts = new Map<string, number>();
  readonly #open = new Set<string>([""]);
  readonly #listed: ReadonlySet<string>;

  constructor(paths: readonly string[], charsMax: number) {
    for (const path of paths) {
      const folders = foldersOf(path);
      const parent = folders.at(-1) ?? "";
      const siblings = this.#files.get(parent) ?? [];
      siblings.push(path);
      this.#files.set(parent, siblings);
      for (const [at, folder] of folders.entries()) {
        this.#counts.set(folder, (this.#counts.get(folder) ?? 0) + 1);
        if (at === 0) continue;
        const above = folders[at - 1] ?? "";
        this.#folders.set(above, (this.#folders.get(above) ?? new Set()).add(folder));
      }
    }
    this.#listed = this.#fitting(charsMax);
  }

  /** Characters of the tree while nothing is open but the top. */
  get length(): number {
    return charsOf(this.#listed) + 2 * FOLDER_CHARS;
  }

  /** Characters that are added when this file is shown, beside its own line. */
  costOf(path: string): number {
    const folders = foldersOf(path);
    const closed = folders.filter((folder) => !this.#open.has(folder));
    const inside = closed.flatMap((folder) => [...(this.#folders.get(folder) ?? [])]);
    const [top] = closed;
    const unlisted = top !== undefined && !top.includes("/") && !this.#listed.has(top) ? [top] : [];
    return charsOf(unlisted) +
      inside.reduce((sum, folder) => sum + folder.length - folder.lastIndexOf("/") + FOLDER_CHARS, 0) +
      closed.length * FOLDER_CHARS + 2 * folders.length;
  }

  /** Shows the folders above a file. */
  open(path: string): void {
    for (const folder of foldersOf(path)) this.#open.add(folder);
  }

  render(shown: ReadonlyMap<string, Weighed>, folder = "", indent = ""): string {
    let text = "";
    const left = { folders: 0, files: 0 };
    for (const child of [...(this.#folders.get(folder) ?? [])].sort()) {
      const name = child.slice(child.lastIndexOf("/") + 1);
      const files = this.#counts.get(child) ?? 0;
      if (this.#open.has(child)) {
        text += `${indent}${name}/\n${this.render(shown, child, `${indent}  `)}`;
      } else if (folder === "" && !this.#listed.has(child)) {
        left.folders++;
        left.files += files;
      } else text += `${indent}${name}/ (${counted(files, "file")})\n`;
    }
    if (left.folders > 0) {
      text += `(${counted(left.folders, "more folder")}, ${counted(left.files, "file")})\n`;
    }
    let others = 0;
    for (const path of this.#files.get(folder) ?? []) {
      const file = shown.get(path);
      if (file === undefined) others++;
      else text += indent + lineOf(file);
    }
    return others === 0 ? text : `${text}${indent}(${counted(others, "more file")})\n`;
  }

  #fitting(charsMax: number): ReadonlySet<string> {
    const all = [...(this.#folders.get("") ?? [])];
    if (charsOf(all) <= charsMax) return new Set(all);
    const largest = all.sort((a, b) => (this.#counts.get(b) ?? 0) - (this.#counts.get(a) ?? 0));
    let chars = 0;
    return new Set(largest.filter((folder) => {
      const cost = charsOf([folder]);
      if (chars + cost > TOP_SHARE * charsMax) return false;
      chars += cost;
      return true;
    }));
  }
}

/** What a folder's line has beside its name. */
const FOLDER_CHARS = 16;

/** Characters of the lines of folders at the top. */
function charsOf(folders: Iterable<string>): number {
  let chars = 0;
  for (const folder of folders) chars += folder.length + FOLDER_CHARS;
  return chars;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** The folders above a path, from the top, which is "". */
function foldersOf(path: string): string[] {
  const folders = [""];
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) folders.push(path.slice(0, at));
  return folders;
}
