/** `.gitignore` without git, against git itself. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { IgnoreRules } from "../../src/repo/ignore_rules.ts";
import { TempRoot } from "../support/temp_repo.ts";

/** What git ignores of the paths, asked with `check-ignore`; the index plays no part. */
async function gitIgnores(root: TempRoot, paths: readonly string[]): Promise<Set<string>> {
  const child = new Deno.Command("git", {
    args: ["check-ignore", "--no-index", "-z", "--stdin"],
    cwd: root.root,
    stdin: "piped",
    stdout: "piped",
    env: { GIT_CONFIG_GLOBAL: "/nonexistent/gitconfig", GIT_CONFIG_NOSYSTEM: "1" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(paths.map((path) => `${path}\0`).join("")));
  await writer.close();
  const { stdout } = await child.output();
  return new Set(new TextDecoder().decode(stdout).split("\0").filter((path) => path !== ""));
}

const NAMES = ["a", "b", "build", "x.log", "keep.log", "ab.md", "B", "c d", "[e]"];
const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 }).map((parts) =>
  parts.join("/")
);
const pattern = fc.tuple(
  fc.constantFrom("", "!", "/"),
  fc.array(fc.constantFrom("a", "b", "*", "**", "build", "*.log", "keep.log", "?b.md", "[ab]", "c d"), {
    minLength: 1,
    maxLength: 3,
  }),
  fc.constantFrom("", "/", " "),
).map(([start, parts, end]) => start + parts.join("/") + end);
const rules = fc.array(fc.oneof(pattern, fc.constant("# a"), fc.constant("")), { maxLength: 5 });

Deno.test("what .gitignore files exclude is what git says they exclude", async () => {
  await using root = await TempRoot.create();
  await fc.assert(
    fc.asyncProperty(
      rules,
      rules,
      fc.uniqueArray(path, { minLength: 5, maxLength: 20 }),
      async (top, below, paths) => {
        await root.write({ ".gitignore": top.join("\n"), "a/.gitignore": below.join("\n") });
        const ours = new IgnoreRules(root.root);
        const git = await gitIgnores(root, paths);
        const wrong = paths.filter((one) => ours.ignores(one, { isFolder: false }) !== git.has(one));
        assert.deepEqual(wrong, [], JSON.stringify({ top, below }));
      },
    ),
    { numRuns: 60, seed: 7 },
  );
});
