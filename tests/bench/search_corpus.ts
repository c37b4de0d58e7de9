/** A repository to search in: made up, the same every time, with the proportions of a real one. */
import { git } from "../support/temp_repo.ts";

/** Mean size of a file: 25,000 of them are 175 MB. */
export const FILE_BYTES = 7_000;

/** Files to a folder, which share a subject and most of their names. */
const FILES_PER_FOLDER = 12;

/** Words that there are. Text takes them by Zipf's law; a folder's subject has a few dozen of its own. */
const VOCABULARY = 20_000;
const SUBJECT_WORDS = 40;

/** Names that there are in a folder, and names that the whole repository uses. */
const FOLDER_NAMES = 80;
const COMMON_NAMES = 8_000;

const SYLLABLES =
  "ba be bi bo bu ca ce co da de di do fa fe fi ga ge go ha he la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se si so ta te ti to va ve vi"
    .split(" ");

/** Languages of the files, by how often they come. */
const EXTENSIONS = ["ts", "ts", "ts", "py", "go", "java", "java", "md", "md", "yaml"] as const;

/** What a file can be found by. */
export interface Known {
  readonly path: string;
  /** A definition that stands in this file alone. */
  readonly symbol: string;
  /** Words of its subject. */
  readonly words: readonly string[];
}

/** Park and Miller's generator: small, and the same everywhere. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435 + 12_345) % 0x7fffffff || 1;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    this.#state = (this.#state * 48_271) % 0x7fffffff;
    return this.#state % end;
  }

  /** The same, small numbers far more often than large ones. */
  zipf(end: number): number {
    return Math.floor(end ** (this.below(1_000_000) / 1_000_000)) - 1;
  }
}

function word(at: number): string {
  const random = new Random(at + 7);
  return Array.from({ length: 2 + at % 3 }, () => SYLLABLES[random.below(SYLLABLES.length)]).join("");
}

const WORDS = Array.from({ length: VOCABULARY }, (_, at) => word(at));

const NAMES = Array.from({ length: COMMON_NAMES }, (_, at) => {
  const random = new Random(at + 3);
  return (WORDS[random.zipf(VOCABULARY)] ?? "") + capital(WORDS[random.zipf(VOCABULARY)] ?? "");
});

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What the file of that number can be found by. */
export function known(at: number): Known {
  const subject = subjectOf(at);
  const [first = "", second = "", third = ""] = subject;
  const extension = EXTENSIONS[at % EXTENSIONS.length];
  const folder = Math.floor(at / FILES_PER_FOLDER);
  return {
    path: `${WORDS[folder % 40]}/${WORDS[folder % 997]}_${folder}/${first}_${second}_${at}.${extension}`,
    symbol: `${second}${capital(first)}${capital(third)}${at}`,
    words: subject.slice(0, 4),
  };
}

function subjectOf(at: number): string[] {
  const folder = new Random(Math.floor(at / FILES_PER_FOLDER) + 1);
  const own = Array.from({ length: SUBJECT_WORDS }, () => WORDS[folder.below(VOCABULARY)] ?? "");
  const start = at % SUBJECT_WORDS;
  return [...own.slice(start), ...own.slice(0, start)];
}

function folderNames(at: number): string[] {
  const random = new Random(Math.floor(at / FILES_PER_FOLDER) + 5);
  const subject = subjectOf(at - at % FILES_PER_FOLDER);
  return Array.from(
    { length: FOLDER_NAMES },
    () => (subject[random.below(SUBJECT_WORDS)] ?? "") + capital(subject[random.below(SUBJECT_WORDS)] ?? ""),
  );
}

function contents(at: number): string {
  const random = new Random(at + 1);
  const subject = subjectOf(at);
  const { symbol } = known(at);
  const any = () =>
    (random.below(3) === 0 ? subject[random.below(SUBJECT_WORDS)] : WORDS[random.zipf(VOCABULARY)]) ?? "";
  const own = folderNames(at);
  const name = () =>
    random.below(2) === 0 ? own[random.below(FOLDER_NAMES)] : NAMES[random.zipf(COMMON_NAMES)];
  const isProse = at % EXTENSIONS.length >= 7;
  const lines = isProse
    ? [`# ${symbol}`, ""]
    : [`// ${any()} ${any()} of the ${any()}`, `export function ${symbol}() {`];
  let bytes = 0;
  // Sizes vary as they do in real repositories: many small files, a few large ones.
  const size = FILE_BYTES * (at % 10 === 0 ? 4 : 0.67);
  while (bytes < size) {
    const line = isProse
      ? Array.from({ length: 12 }, any).join(" ")
      : `  const ${name()} = await ${name()}.${any()}(${name()}, "${any()} ${any()}"); // ${any()}`;
    lines.push(line);
    bytes += line.length + 1;
  }
  if (!isProse) lines.push("}");
  return `${lines.join("\n")}\n`;
}

/** Fills the empty folder `root`, and adds all of it to a repository. */
export async function makeSearchCorpus(root: string, files: number): Promise<void> {
  await git(root, "init", "-q", "-b", "main");
  for (let at = 0; at < files; at++) {
    const path = `${root}/${known(at).path}`;
    if (at % FILES_PER_FOLDER === 0) {
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    }
    await Deno.writeTextFile(path, contents(at));
  }
  // Objects are for git alone: a fast compression is good enough.
  await git(root, "-c", "core.compression=0", "add", "-A");
  await git(root, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "-q", "-m", "seed");
}

/** Adds a word, and the word with the file's number, at the end of the first `count` files. */
export async function touchCorpus(root: string, { count, word: added }: Touch): Promise<void> {
  for (let at = 0; at < count; at++) {
    await Deno.writeTextFile(`${root}/${known(at).path}`, `\n${added} ${added}${at}\n`, { append: true });
  }
}

/** What is added to how many files. */
export interface Touch {
  readonly count: number;
  readonly word: string;
}
