import assert from "node:assert/strict";
import fc from "fast-check";
import { ERROR_CODES } from "../../src/core/errors.ts";
import { fileTree } from "../support/file_tree.ts";
import {
  FILE_CALLS,
  layLinks,
  SECRET,
  SECRET_WORD,
  SPARE,
  trappedRoot,
  VIEW_CALLS,
} from "../support/path_traps.ts";
import { TestApp } from "../support/test_app.ts";

/** Segments that mean something to some file system, to git, to this server or to a parser of paths. */
const NASTY = [
  ..."docs sub beside root root-other secret.txt guide.md plain.txt spare.txt new file-out folder-out chain-out"
    .split(" "),
  ..."missing-out docs-in git-folder git-file own-file loop-a loop-self dangling absolute-in device inner"
    .split(" "),
  ..."link-in .mcp-lock .mcp-state.json .mcp-journal .git .GIT .git. .g\u200cit git~1 config secret".split(
    " ",
  ),
  ...[
    "",
    ".",
    "..",
    "...",
    "..\\",
    ".git\\secret",
    "%2e%2e",
    "~",
    "\0",
    " ",
    "..;",
    "-rf",
    "\u202e",
    "\ud800",
    "é",
  ],
  "n".repeat(256),
  ..."app.env .env .ENV .env.local id_rsa x.pem .lukhas policy.json .husky pre-commit .github workflows"
    .split(" "),
];

Deno.test("no path, however it is put together, reads or writes outside, or fails in an unknown way", async () => {
  await using root = await trappedRoot();
  await using app = await TestApp.create({ root });
  const beside = fileTree(root.outside, { except: ["root"] });
  const reserved = [".git/secret", ".mcp-lock", ".mcp-state.json", ".mcp-journal/1", "sub/.git/config"];
  const nasty = fc.array(fc.constantFrom(...NASTY), { minLength: 1, maxLength: 6 })
    .map((segments) => segments.join("/"));
  const prefix = fc.constantFrom("", "", "", "/", `${root.root}/`, `${root.root}-other/`, `${root.outside}/`);
  const call = fc.constantFrom(...[...FILE_CALLS, ...VIEW_CALLS].filter(({ label }) => label !== "search"));
  const property = fc.asyncProperty(prefix, nasty, call, async (start, path, { tool, args }) => {
    await root.write({ "spare.txt": SPARE });
    layLinks(root);
    const message = {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: tool, arguments: args(start + path) },
    };
    const { result } = await (await app.post(message)).json();
    const text: string = result.content[0].text;
    if (result.isError) assert.ok(ERROR_CODES.includes(JSON.parse(text).error.code), text);
    const value = result.structuredContent?.text ?? "";
    assert.ok(!`${text}${atob64(value)}`.includes(SECRET_WORD), text);
    assert.deepEqual(fileTree(root.outside, { except: ["root"] }), beside);
    for (const own of reserved) assert.equal(await root.read(own), SECRET);
  });
  await fc.assert(property, { seed: 20260801, numRuns: 500 });
  assert.deepEqual(app.logged.filter(({ msg }) => msg === "bug"), []);
});

/** What a base64 text stands for; nothing when it is none. */
function atob64(text: string): string {
  return /^[A-Za-z0-9+/]+=*$/.test(text) && text.length % 4 === 0 ? atob(text) : "";
}
