/** A root full of traps for whoever follows a path, and every way in which a tool can be given one. */
import assert from "node:assert/strict";
import type { ErrorCode } from "../../src/core/errors.ts";
import { sha256Hex } from "../../src/repo/digest.ts";
import { encodeRecordId } from "../../src/repo/record_id.ts";
import { TempRoot } from "./temp_repo.ts";
import type { TestApp, ToolFailure } from "./test_app.ts";

/** What no answer may hold. No argument of a call holds it either. */
export const SECRET_WORD = "TOP-SECRET";

/** A line that stands in secret files too, so that a patch that got there would fit. */
const KNOWN_LINE = "known";

/** What stands in every file that no tool may read. */
export const SECRET = `${KNOWN_LINE}\n${SECRET_WORD}\n`;

/** What stands in the file that calls move. */
export const SPARE = `${KNOWN_LINE}\n`;

/** Hash of {@linkcode SECRET}, so that no compare-and-swap is what holds a write back. */
export const SECRET_SHA256 = sha256Hex(SECRET);

/** One way to hand a path to a tool. */
export interface PathCall {
  /** The tool, and which of its paths. */
  readonly label: string;
  readonly tool: string;
  readonly args: (path: string) => Record<string, unknown>;
  /** Whether the tool acts on a link at the end of the path, instead of what it leads to. */
  readonly onLink?: boolean;
}

const patch = (...lines: string[]) => ({
  patch: ["*** Begin Patch", ...lines, "*** End Patch", ""].join("\n"),
});
const unified = `--- a\n+++ b\n@@ -1 +1 @@\n-${KNOWN_LINE}\n+changed\n`;

/** Reading and writing alike. */
export const FILE_CALLS: readonly PathCall[] = [
  { label: "fetch", tool: "fetch", args: (id) => ({ id }) },
  { label: "fetch by id", tool: "fetch", args: (path) => ({ id: encodeRecordId(path) }) },
  { label: "read_file", tool: "read_file", args: (path) => ({ path }) },
  { label: "read_file base64", tool: "read_file", args: (path) => ({ path, encoding: "base64" }) },
  {
    label: "write_file",
    tool: "write_file",
    args: (path) => ({ path, contents: "changed", overwrite: true }),
  },
  { label: "create_file", tool: "create_file", args: (path) => ({ path, contents: "changed" }) },
  {
    label: "update_file",
    tool: "update_file",
    args: (path) => ({ path, contents: "changed", expectSha256: SECRET_SHA256 }),
  },
  { label: "append_file", tool: "append_file", args: (path) => ({ path, contents: "changed" }) },
  {
    label: "rename_file from",
    tool: "rename_file",
    args: (from) => ({ from, to: "moved.txt" }),
    onLink: true,
  },
  {
    label: "rename_file to",
    tool: "rename_file",
    args: (to) => ({ from: "spare.txt", to, overwrite: true }),
    onLink: true,
  },
  {
    label: "delete_file",
    tool: "delete_file",
    args: (path) => ({ path, expectSha256: SECRET_SHA256 }),
    onLink: true,
  },
  {
    label: "apply_patch unified",
    tool: "apply_patch",
    args: (path) => ({ path, patch: unified, allowCreate: true }),
  },
  {
    label: "apply_patch add",
    tool: "apply_patch",
    args: (path) => patch(`*** Add File: ${path}`, "+changed"),
  },
  {
    label: "apply_patch update",
    tool: "apply_patch",
    args: (path) => patch(`*** Update File: ${path}`, "@@", `-${KNOWN_LINE}`, "+changed"),
  },
  { label: "apply_patch delete", tool: "apply_patch", args: (path) => patch(`*** Delete File: ${path}`) },
  {
    label: "apply_patch move to",
    tool: "apply_patch",
    args: (path) =>
      patch("*** Update File: spare.txt", `*** Move to: ${path}`, "@@", `-${KNOWN_LINE}`, "+changed"),
  },
];

/** Tools that take a file or a folder. */
export const VIEW_CALLS: readonly PathCall[] = [
  { label: "list_dir", tool: "list_dir", args: (path) => ({ path }) },
  { label: "list_dir deep", tool: "list_dir", args: (path) => ({ path, glob: "**" }) },
  { label: "search", tool: "search", args: (path) => ({ query: "secret", path }) },
];

/** git's own view of a path is the link, not its target. */
export const GIT_CALLS: readonly PathCall[] = [
  { label: "git_status", tool: "git_status", args: (path) => ({ path }), onLink: true },
  { label: "git_diff", tool: "git_diff", args: (path) => ({ path }), onLink: true },
  { label: "git_log", tool: "git_log", args: (path) => ({ path }), onLink: true },
  {
    label: "git_commit",
    tool: "git_commit",
    args: (path) => ({ message: "test: trap", add: [path] }),
    onLink: true,
  },
];

/** Every way in which a tool can be given a path. */
export const PATH_CALLS: readonly PathCall[] = [...FILE_CALLS, ...VIEW_CALLS, ...GIT_CALLS];

/** Lays the traps: secrets beside the root and in the server's own files, and links of every kind. */
export async function trappedRoot(): Promise<TempRoot> {
  const temp = await TempRoot.create();
  const { outside, root } = temp;
  await Deno.mkdir(`${outside}/beside/inner`, { recursive: true });
  await Deno.mkdir(`${root}-other`);
  for (
    const path of ["beside/secret.txt", "beside/inner/secret.txt", "root-other/secret.txt", "secret.txt"]
  ) {
    await Deno.writeTextFile(`${outside}/${path}`, SECRET);
  }
  await temp.commit({ "plain.txt": "plain\n", "spare.txt": SPARE, "docs/guide.md": "guide\n" });
  await temp.write({
    "sub/.git/config": SECRET,
    ".git/secret": SECRET,
    ".mcp-lock": SECRET,
    ".mcp-state.json": SECRET,
    ".mcp-journal/1": SECRET,
    ".mcp-index.db": SECRET,
  });
  layLinks(temp);
  return temp;
}

/** Lays the links, or those that a call has taken away or replaced. */
export function layLinks({ root, outside }: TempRoot): void {
  const links: Record<string, string> = {
    "file-out": "../beside/secret.txt",
    "missing-out": "../beside/nothing.txt",
    "absolute-out": `${outside}/beside/secret.txt`,
    "missing-absolute-out": `${outside}/beside/nothing.txt`,
    "folder-out": "../beside",
    "chain-out": "docs/hop-out",
    "docs/hop-out": "../../beside/secret.txt",
    "out-and-back": "../root/plain.txt",
    "device": "/dev/null",
    "loop-a": "loop-b",
    "loop-b": "loop-a",
    "loop-self": "loop-self/x",
    "dangling": "docs/nothing.md",
    "link-in": "docs/guide.md",
    "absolute-in": `${root}/docs/guide.md`,
    "docs-in": "docs",
    "git-folder": ".git",
    "git-file": "docs/../.git/secret",
    "own-file": ".mcp-lock",
  };
  for (const [path, target] of Object.entries(links)) {
    try {
      Deno.symlinkSync(target, `${root}/${path}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      if (Deno.lstatSync(`${root}/${path}`).isSymlink) continue;
      Deno.removeSync(`${root}/${path}`);
      Deno.symlinkSync(target, `${root}/${path}`);
    }
  }
}

/** Calls a tool that must fail with `code`, and whose error must not say where the root lies. */
export async function expectRefusal(
  app: TestApp,
  { call, path, code }: { call: PathCall; path: string; code: ErrorCode },
): Promise<ToolFailure> {
  const args = call.args(path);
  const label = `${call.label} ${JSON.stringify(path.slice(0, 80))}`;
  const failure = await app.callFailing(call.tool, args).catch((error) => {
    throw new Error(`${label}: ${error.message}`, { cause: error });
  });
  assert.equal(failure.code, code, `${label}: ${failure.message}`);
  if (!path.startsWith("/")) {
    assert.ok(!JSON.stringify(failure).includes(app.root.outside), `${label} names the host path`);
  }
  return failure;
}
