/** Names that no tool may touch. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  foldedSegments,
  isGitName,
  isOwnName,
  OWN_FILE_PATTERNS,
  reservedReason,
} from "../../src/core/own_files.ts";

Deno.test("git's folder is recognised in every spelling that some file system would accept", () => {
  const spellings = [
    ".git",
    ".GIT",
    ".gIt",
    ".git.",
    ".git ",
    ".git. .",
    "git~1",
    "GIT~1",
    "git~12",
    ".g\u200cit",
    "\ufeff.git",
    ".git\u200e",
    ".git::$INDEX_ALLOCATION",
    ".git:stream",
  ];
  for (const name of spellings) assert.ok(isGitName(name), JSON.stringify(name));
});

Deno.test("names that only resemble git's folder stay usable", () => {
  for (
    const name of [
      ".gitignore",
      ".github",
      ".gitmodules",
      "git",
      "git~",
      "git~x",
      "a.git",
      ".git2",
      "..git",
      ":git",
    ]
  ) {
    assert.ok(!isGitName(name), name);
  }
});

Deno.test("the server's own files are recognised without regard to case, and no others", () => {
  const own = [
    ".mcp-lock",
    ".MCP-LOCK",
    ".mcp-state.json",
    ".mcp-state.db-wal",
    ".mcp-index.db",
    ".mcp-journal",
    ".mcp-tmp-a",
  ];
  for (const name of [...own, ".mcp-lock.", ".mcp-lock:x", ".mcp-\u200clock"]) {
    assert.ok(isOwnName(name), name);
  }
  for (
    const name of [
      ".mcp",
      ".mcp-locks",
      ".mcp.json",
      "mcp-lock",
      ".mcp-journals",
      ".mcp-states.json",
      ".mcp-config",
    ]
  ) {
    assert.ok(!isOwnName(name), name);
  }
});

Deno.test("every pattern that git is told to ignore is one that no tool touches", () => {
  for (const pattern of OWN_FILE_PATTERNS) {
    assert.ok(isOwnName(pattern.replace(/\/$/, "").replace("*", "x")), pattern);
  }
});

Deno.test("a reserved name is found anywhere in a path, behind a backslash too", () => {
  for (
    const path of [".git/config", "a/.git/hooks/x", "a/b/.mcp-lock", "a\\.git\\config", "sub/.MCP-tmp-1/x"]
  ) {
    assert.ok(reservedReason(path) !== undefined, path);
  }
  for (const path of ["", "a/b.txt", ".github/workflows/ci.yml", "docs/.gitkeep"]) {
    assert.equal(reservedReason(path), undefined, path);
  }
});

Deno.test("a path folds like its segments, whatever stands beside them", () => {
  // A character that no folding is short-cut for: with it in the path, each segment is folded by itself.
  const unusual = "\u00e9";
  const segment = fc.string({ unit: fc.constantFrom(..."aZ.: ~1\t\u0130\u017f\u200c"), maxLength: 6 });
  const path = fc.array(fc.tuple(segment, fc.constantFrom("/", "\\")), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.map((part) => part.join("")).join("").slice(0, -1));
  fc.assert(
    fc.property(path, (given) => {
      assert.deepEqual(foldedSegments(given), foldedSegments(`${given}/${unusual}`).slice(0, -1));
    }),
    { seed: 7, numRuns: 3_000 },
  );
});
