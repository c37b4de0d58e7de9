/** Times the tools that look through a repository on one whose files, of one line each, all stand in one folder. */
import { startServerProcess } from "../../scripts/server_process.ts";
import { git, TempRoot } from "../support/temp_repo.ts";
import { untilWhole, waitFor } from "./search_waits.ts";

const DEFAULT_FILES = 100_000;

/** One file in so many holds this word. */
const RARE_EVERY = 1_000;
const RARE_WORD = "zebrafish";

/** What is asked, with what it takes from a client that wants everything. */
const CALLS: Readonly<Record<string, readonly [name: string, args: Record<string, unknown>]>> = {
  "search, words of every file": ["search", { query: "note number" }],
  "search, a rare word": ["search", { query: RARE_WORD }],
  "search, a file's name": ["search", { query: "note_77.md" }],
  "search_code, a literal of every file": ["search_code", { query: "number: ", mode: "literal" }],
  "search_code, a regex without a literal": ["search_code", { query: "[0-9]{2}[05]$", mode: "regex" }],
  "search_code, a piece of a path": ["search_code", { query: "note_77", mode: "path" }],
  "find_files, 500": ["find_files", { glob: "**/*77.md", max: 500 }],
  "list_dir of the folder, 200": ["list_dir", { path: "notes", max: 200 }],
  repo_map: ["repo_map", {}],
};

/** Prints the table. */
export async function benchFolder(print: (line: string) => void, files = DEFAULT_FILES): Promise<void> {
  await using temp = await TempRoot.create({ git: false });
  print(`making ${files} files in one folder`);
  await makeFolder(temp.root, files);
  const env = { MCP_INDEX_PATH: `${temp.outside}/index.db` };
  const row = (name: string, ms: number) => print(name.padEnd(44) + ms.toFixed(0).padStart(10));
  print("".padEnd(44) + "ms".padStart(10));
  await using server = await startServerProcess({ root: temp.root, env });
  const timed = async (name: string, action: () => Promise<unknown>) => {
    const started = performance.now();
    await action();
    row(name, performance.now() - started);
  };
  const started = performance.now();
  await timed("first answer", () => server.call("search", { query: RARE_WORD }));
  await untilWhole(server);
  row("first build", performance.now() - started);
  for (const [name, [tool, args]] of Object.entries(CALLS)) {
    await timed(`${name}, first`, () => server.call(tool, args));
    await timed(`${name}, again`, () => server.call(tool, args));
  }
  await Deno.writeTextFile(`${temp.root}/notes/new.md`, "platypus\n");
  await timed("a new file is found", async () => {
    const missing = async () => {
      const { results } = await server.call("search", { query: "platypus" });
      return results.length === 0 ? "it is not found" : undefined;
    };
    await waitFor({ what: "the new file", pauseMs: 5, missing });
  });
}

async function makeFolder(root: string, files: number): Promise<void> {
  await git(root, "init", "-q", "-b", "main");
  await Deno.mkdir(`${root}/notes`);
  for (let at = 0; at < files; at++) {
    const rare = at % RARE_EVERY === 0 ? ` ${RARE_WORD}` : "";
    await Deno.writeTextFile(`${root}/notes/note_${at}.md`, `A note with a number: ${at}${rare}\n`);
  }
  await git(root, "-c", "core.compression=0", "add", "-A");
  await git(root, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "-q", "-m", "seed");
}
