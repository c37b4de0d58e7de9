/** `.git/info/exclude`: the server's own files do not show up in `git status`, and nothing else is changed. */
import assert from "node:assert/strict";
import { OWN_FILE_PATTERNS } from "../../src/core/own_files.ts";
import { excludeOwnFiles } from "../../src/launcher/git_exclude.ts";
import { git, TempRoot } from "../support/temp_repo.ts";

const EXCLUDE = ".git/info/exclude";
const SECTION = `# Files of lukhas-mcp\n${OWN_FILE_PATTERNS.join("\n")}\n`;

Deno.test("the server's own files are invisible to git status afterwards", async () => {
  await using temp = await TempRoot.create();
  await temp.write({
    ".mcp-lock": "",
    ".mcp-state.json": "",
    "a/.mcp-tmp-1": "",
    ".mcp-index.db-wal": "",
    ".mcp-journal/1": "",
    "mine.txt": "",
  });
  await excludeOwnFiles(temp.root);
  assert.equal(await temp.git("status", "--porcelain", "-uall"), "?? mine.txt\n");
});

Deno.test("what the file held stays, and a second start adds nothing", async () => {
  for (const before of ["", "*.log\n", "*.log", "*.log\r\n"]) {
    await using temp = await TempRoot.create();
    await temp.write({ [EXCLUDE]: before });
    await excludeOwnFiles(temp.root);
    const after = await temp.read(EXCLUDE);
    assert.equal(after, before + (before === "*.log" ? "\n" : "") + SECTION);
    await excludeOwnFiles(temp.root);
    assert.equal(await temp.read(EXCLUDE), after);
  }
});

Deno.test("only the patterns that are missing are added", async () => {
  await using temp = await TempRoot.create();
  await temp.write({ [EXCLUDE]: ".mcp-lock\r\n.mcp-state.*\n" });
  await excludeOwnFiles(temp.root);
  const text = await temp.read(EXCLUDE);
  for (const pattern of OWN_FILE_PATTERNS) {
    assert.equal(text.split(/\r?\n/).filter((line) => line === pattern).length, 1);
  }
});

Deno.test("a repository without info gets one, and a subfolder uses the repository above", async () => {
  await using temp = await TempRoot.create();
  await Deno.remove(`${temp.root}/.git/info`, { recursive: true });
  await Deno.mkdir(`${temp.root}/a/b`, { recursive: true });
  await excludeOwnFiles(`${temp.root}/a/b`);
  assert.equal(await temp.read(EXCLUDE), SECTION);
});

Deno.test("a linked worktree shares the file with others, so it is left alone", async () => {
  await using temp = await TempRoot.create();
  await temp.commit({ "a.txt": "x" });
  await git(temp.root, "worktree", "add", "-q", `${temp.outside}/tree`);
  const before = await temp.read(EXCLUDE);
  await excludeOwnFiles(`${temp.outside}/tree`);
  assert.equal(await temp.read(EXCLUDE), before);
});

Deno.test("a folder without git is left as it is", async () => {
  await using temp = await TempRoot.create({ git: false });
  await excludeOwnFiles(temp.root);
  assert.deepEqual(Array.from(Deno.readDirSync(temp.root)), []);
});

Deno.test("a link on the way is not followed: what it leads to stays as it was", async (t) => {
  const traps: Record<string, (temp: TempRoot) => Promise<void>> = {
    "exclude as a link": async (temp) => {
      await Deno.remove(`${temp.root}/${EXCLUDE}`);
      await Deno.symlink(`${temp.outside}/away/exclude`, `${temp.root}/${EXCLUDE}`);
    },
    "info as a link": async (temp) => {
      await Deno.remove(`${temp.root}/.git/info`, { recursive: true });
      await Deno.symlink(`${temp.outside}/away`, `${temp.root}/.git/info`);
    },
    ".git as a link": async (temp) => {
      await Deno.rename(`${temp.root}/.git`, `${temp.outside}/repository`);
      await Deno.remove(`${temp.outside}/repository/info`, { recursive: true });
      await Deno.symlink(`${temp.outside}/away`, `${temp.outside}/repository/info`);
      await Deno.symlink(`${temp.outside}/repository`, `${temp.root}/.git`);
    },
  };
  for (const [name, lay] of Object.entries(traps)) {
    await t.step(name, async () => {
      await using temp = await TempRoot.create();
      await Deno.mkdir(`${temp.outside}/away`);
      await Deno.writeTextFile(`${temp.outside}/away/exclude`, "precious\n");
      await lay(temp);
      await excludeOwnFiles(temp.root);
      assert.equal(await Deno.readTextFile(`${temp.outside}/away/exclude`), "precious\n");
    });
  }
});

Deno.test("something else in the file's place does not stop the start", async () => {
  await using temp = await TempRoot.create();
  await Deno.remove(`${temp.root}/${EXCLUDE}`);
  await Deno.mkdir(`${temp.root}/${EXCLUDE}`);
  await excludeOwnFiles(temp.root);
  await Deno.remove(`${temp.root}/.git/info`, { recursive: true });
  await temp.write({ ".git/info": "a file" });
  await excludeOwnFiles(temp.root);
  assert.equal(await temp.read(".git/info"), "a file");
});
