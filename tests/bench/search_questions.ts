/** Questions about a repository, taken from its own text: the same ones every time. */
import { git } from "../support/temp_repo.ts";

/** What one question asks for, in the forms that each tool takes. */
export interface Question {
  /** For `search`. */
  readonly query: string;
  /** The words of the query that are looked for, for tools that know only strings. */
  readonly terms: readonly string[];
  /** A string with punctuation, for `search_code` in mode literal; undefined when the file has none. */
  readonly literal: string | undefined;
}

/** Files that are looked at for questions. */
const SAMPLED_FILES = 200;

/** Larger files are data. */
const FILE_BYTES_MAX = 200_000;

/** At most `count` questions: an identifier, words of a line, a file's name, in turn. */
export async function questionsOf(root: string, count: number): Promise<Question[]> {
  const paths = (await git(root, "ls-files", "-z")).split("\0").filter((path) => path !== "");
  const step = Math.max(1, Math.floor(paths.length / SAMPLED_FILES));
  const questions: Question[] = [];
  for (let at = Math.floor(step / 2); at < paths.length && questions.length < count; at += step) {
    const path = paths[at] ?? "";
    const info = await Deno.lstat(`${root}/${path}`);
    if (!info.isFile || info.size > FILE_BYTES_MAX) continue;
    const question = questionOf(path, await Deno.readTextFile(`${root}/${path}`), questions.length);
    if (question !== undefined) questions.push(question);
  }
  return questions;
}

function questionOf(path: string, text: string, index: number): Question | undefined {
  const lines = text.split("\n").filter((line) => line.length < 300);
  const line = lines[Math.floor(lines.length * 0.6)] ?? "";
  const identifier = /[A-Za-z_][A-Za-z0-9_]{7,}/.exec(line)?.[0];
  const words = line.match(/[A-Za-z]{4,}/g)?.slice(0, 3) ?? [];
  const literal = /[A-Za-z_]{4,}[.(:=]{1,2}[A-Za-z_ "]{2,}/.exec(line)?.[0];
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (identifier === undefined || words.length < 3) return undefined;
  const terms = [[identifier], words, [name]][index % 3] ?? [];
  return { query: terms.join(" "), terms, literal };
}
