/** Names that no tool may touch. */
import assert from "node:assert/strict";
import { isGitName, isOwnName, OWN_FILE_PATTERNS, reservedReason } from "../../src/core/own_files.ts";

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
