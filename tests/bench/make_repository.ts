/** A repository of a given size, the same one every time. */
import { git } from "../support/temp_repo.ts";

/** How large it is. */
export interface RepositorySize {
  readonly files: number;
  /** Lines of each file. */
  readonly lines: number;
}

const WORDS =
  "request response token bucket canary gate model promote rollback index query patch commit branch file lock worker"
    .split(" ");

/** Fills the empty folder `root` with source-like files, 50 to a folder, and commits them. */
export async function makeRepository(root: string, { files, lines }: RepositorySize): Promise<void> {
  await git(root, "init", "-q", "-b", "main");
  await git(root, "config", "user.name", "Ada");
  await git(root, "config", "user.email", "ada@example.com");
  for (let index = 0; index < files; index++) {
    const folder = `${root}/${folderOf(index)}`;
    if (index % 50 === 0) await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/module_${index}.ts`, contentsOf(index, lines));
  }
  await git(root, "add", "-A");
  await git(root, "commit", "-q", "-m", "seed");
}

/** Where the file of that number is. */
export function pathOf(index: number): string {
  return `${folderOf(index)}/module_${index}.ts`;
}

function folderOf(index: number): string {
  return `packages/area_${Math.floor(index / 2500)}/part_${Math.floor(index / 50)}`;
}

function contentsOf(index: number, lines: number): string {
  let state = index + 1;
  const word = () => {
    // Park and Miller's generator: small, and the same everywhere.
    state = (state * 48271) % 0x7fffffff;
    return WORDS[state % WORDS.length];
  };
  const body = Array.from(
    { length: lines },
    (_, line) => `  const ${word()}_${line} = ${word()}(${word()});`,
  );
  return `/** The ${word()} of the ${word()}. */\nexport function ${word()}${index}() {\n${
    body.join("\n")
  }\n}\n`;
}
