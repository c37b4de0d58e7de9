/** Unified diffs as models write them: what is mended, what is refused, and what the answer says. */

import assert from "node:assert/strict";
import type { ToolError } from "../../src/core/errors.ts";
import { type Applied, applyUnified, parsePatch } from "../../src/repo/patch.ts";
import { threadMs } from "../support/thread_time.ts";

const SHA256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
const PATH = "docs/mcp/hello.md";

/** What the contract's script sends, byte for byte: `jq -sR . <<<\"$DIFF\"`. */
const CONTRACT_PATCH = '"--- a\n+++ b\n@@ -1,1 +1,2 @@\n-# Hello\n+# Hello\nPatched\n"\n';

interface Options {
  readonly path?: string;
  readonly files?: readonly string[];
}

function apply(patch: string, original: string, { path = PATH, files = [] }: Options = {}): Applied {
  const parsed = parsePatch(patch);
  assert(parsed.format === "unified");
  return applyUnified(parsed, original, { path, sha256: SHA256, fileExists: (name) => files.includes(name) });
}

function refusal(patch: string, original: string, options: Options = {}): ToolError {
  try {
    const { text } = apply(patch, original, options);
    assert.fail(`applied, with the result ${JSON.stringify(text)}`);
  } catch (error) {
    assert.equal((error as ToolError).name, "ToolError", String(error));
    assert.equal((error as ToolError).code, "patch_failed");
    return error as ToolError;
  }
}

/** Headers that name the file, so that nothing about them is repaired. */
function named(...hunks: string[]): string {
  return `--- a/${PATH}\n+++ b/${PATH}\n${hunks.join("")}`;
}

Deno.test("apply_patch applies the contract's own patch and names both repairs", () => {
  const { text, hunks, repaired } = apply(CONTRACT_PATCH, "# Hello\n");
  assert.equal(text, "# Hello\nPatched\n");
  assert.equal(hunks, 1);
  assert.deepEqual(repaired, [
    'ignored the stray quotes around the patch: "\\""',
    `took the patch for "${PATH}": its headers name "a" and "b", and no such file exists`,
    'read "Patched" in hunk 1 as an added line',
  ]);
});

Deno.test("apply_patch refuses the contract's patch the second time, as Patched is already there", () => {
  const { message, details } = refusal(CONTRACT_PATCH, "# Hello\nPatched\n");
  assert.equal(
    message,
    'Cannot apply hunk 1: its line "Patched" has no prefix and may be an added line or a line that the file ' +
      'already has: start it with "+" or " "',
  );
  assert.deepEqual(details, {
    path: PATH,
    hunk: 1,
    expected: "Patched",
    found: "Patched",
    line: 2,
    sha256: SHA256,
  });
});

Deno.test("apply_patch ignores a stray quote on the last line when the counts are satisfied without it", () => {
  const patch = named('@@ -1,1 +1,2 @@\n-# Hello\n+# Hello\nPatched\n"\n');
  const { text, repaired } = apply(patch, "# Hello\n");
  assert.equal(text, "# Hello\nPatched\n");
  assert.deepEqual(repaired, [
    'read "Patched" in hunk 1 as an added line',
    'ignored 1 line after hunk 1: "\\""',
  ]);
});

Deno.test("apply_patch repairs nothing in a well-formed patch that fits where it says", () => {
  const cases: [name: string, patch: string, original: string, expected: string][] = [
    ["a change", named("@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"), "a\nb\nc\n", "a\nB\nc\n"],
    ["omitted counts", named("@@ -1 +1 @@\n-a\n+A\n"), "a\n", "A\n"],
    [
      "two hunks",
      named("@@ -1,2 +1,1 @@\n-a\n b\n@@ -4,2 +3,3 @@\n d\n+x\n e\n"),
      "a\nb\nc\nd\ne\n",
      "b\nc\nd\nx\ne\n",
    ],
    ["an insertion without context", named("@@ -1,0 +2,1 @@\n+b\n"), "a\nc\n", "a\nb\nc\n"],
    ["an insertion at the top", named("@@ -0,0 +1,1 @@\n+z\n"), "a\n", "z\na\n"],
    ["a deletion of everything", named("@@ -1,2 +0,0 @@\n-a\n-b\n"), "a\nb\n", ""],
    ["a repeated context at the stated line", named("@@ -3,1 +3,1 @@\n-x\n+y\n"), "x\nx\nx\n", "x\nx\ny\n"],
    [
      "a removed SQL comment before the next hunk",
      named("@@ -1,1 +1,1 @@\n--- old\n+++ new\n@@ -3,1 +3,1 @@\n-c\n+C\n"),
      "-- old\nb\nc\n",
      "++ new\nb\nC\n",
    ],
    [
      "git's extended headers",
      `diff --git a/${PATH} b/${PATH}\nindex 83db48f..bf2a7d1 100644\n${
        named("@@ -1 +1 @@ # heading\n-a\n+A\n")
      }`,
      "a\n",
      "A\n",
    ],
    [
      "timestamps",
      `--- ${PATH}\t2024-05-01 10:00:00.0 +0200\n+++ ${PATH}\t2024-05-02\n@@ -1 +1 @@\n-a\n+A\n`,
      "a\n",
      "A\n",
    ],
    [
      "timestamps after spaces",
      `--- ${PATH} 2024-05-01 10:00:00\n+++ ${PATH} Wed May  1 10:00:00 2024\n@@ -1 +1 @@\n-a\n+A\n`,
      "a\n",
      "A\n",
    ],
    ["a newline that goes", named("@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n"), "a\n", "a"],
    ["a newline that comes", named("@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"), "a", "a\n"],
    [
      "no newline before and after",
      named("@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n"),
      "a\nb",
      "A\nb",
    ],
    [
      "a last line that goes from a file without a newline",
      named("@@ -1,2 +1,1 @@\n a\n-b\n\\ No newline at end of file\n"),
      "a\nb",
      "a\n",
    ],
    ["a CRLF diff by a tool", named("@@ -1,2 +1,3 @@\n a\r\n+x\r\n b\r\n"), "a\r\nb\r\n", "a\r\nx\r\nb\r\n"],
    ["a change of line endings by a tool", named("@@ -1,2 +1,2 @@\n a\n-b\n+b\r\n"), "a\nb\n", "a\nb\r\n"],
  ];
  for (const [name, patch, original, expected] of cases) {
    const { text, repaired } = apply(patch, original);
    assert.equal(text, expected, name);
    assert.deepEqual(repaired, [], name);
  }
});

Deno.test("apply_patch creates a file from a patch against /dev/null", () => {
  const patch = `--- /dev/null\n+++ b/${PATH}\n@@ -0,0 +1,2 @@\n+a\n+b\n`;
  assert.deepEqual(apply(patch, ""), { text: "a\nb\n", hunks: 1, repaired: [] });
  assert.equal(apply(`${patch}\\ No newline at end of file\n`, "").text, "a\nb");
  assert.equal(apply(patch.replaceAll("\n", "\r\n"), "").text, "a\r\nb\r\n");
  assert.equal(apply(patch.replace("+1,2", "+1,9"), "").text, "a\nb\n");
  const git = `diff --git a/${PATH} b/${PATH}\nnew file mode 100644\nindex 0000000..1234567\n${patch}`;
  assert.deepEqual(apply(git, "").repaired, []);
});

Deno.test("apply_patch mends what has one reading and says what it mended", () => {
  const change = "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n";
  const from = "a\nb\nc\n";
  const to = "a\nB\nc\n";
  const took = `took the patch for "${PATH}": `;
  const cases: [name: string, patch: string, original: string, expected: string, repaired: string[]][] = [
    ["prose before", `Here it is:\n\n${named(change)}`, from, to, [
      'ignored 1 line before the first header: "Here it is:"',
    ]],
    ["prose after", `${named(change)}\nDone.\nBye.\n`, from, to, ['ignored 2 lines after hunk 1: "Done."']],
    ["a fence", `\`\`\`diff\n${named(change)}\`\`\`\n`, from, to, ["took the patch out of its fenced block"]],
    [
      "a fence in prose with a list after it",
      `Look:\n\n~~~\n${named(change)}~~~\n\n- I changed b\n`,
      from,
      to,
      [
        'ignored 1 line before the first header: "Look:"',
        "took the patch out of its fenced block",
        'ignored 1 line after the fenced block: "- I changed b"',
      ],
    ],
    [
      "a mail of git format-patch",
      `From 1 Mon Sep 17\nSubject: x\n---\n hello.md | 2 +-\n\n${named(change)}-- \n2.39.2\n\n`,
      from,
      to,
      [
        'ignored 4 lines before the first header: "From 1 Mon Sep 17"',
        'ignored the mail signature after the patch: "2.39.2"',
      ],
    ],
    ["no headers", change, from, to, [`${took}it has no file headers`]],
    ["one header", `--- a/${PATH}\n${change}`, from, to, ['did without the missing file header "+++"']],
    ["a header of nothing", `--- a/x\n+++ b/x\n${change}`, from, to, [
      `${took}its headers name "a/x" and "b/x", and no such file exists`,
    ]],
    ["wrong counts", named(change.replace("1,3 +1,3", "1,9 +1,2")), from, to, [
      "corrected the line counts of hunk 1 from 9,2 to 3,3",
    ]],
    ["no numbers", named(change.replace(/@@.*@@/, "@@ ... @@")), from, to, [
      "found hunk 1, which has no line numbers, at line 1",
    ]],
    ["drift", named(change), `x\ny\n${from}`, `x\ny\n${to}`, ["moved hunk 1 from line 1 to line 3"]],
    [
      "a second hunk that drifts like the first, among repeated lines",
      named("@@ -1,1 +1,1 @@\n-head\n+HEAD\n@@ -5,1 +5,1 @@\n-x\n+y\n"),
      "new\nhead\nx\nb\nc\nx\n",
      "new\nHEAD\nx\nb\nc\ny\n",
      ["moved hunk 1 from line 1 to line 2", "moved hunk 2 from line 5 to line 6"],
    ],
    ["an unprefixed context line", named("@@ -1,3 +1,3 @@\n a\n-b\n+B\nc\n"), from, to, [
      'read "c" in hunk 1 as a context line',
    ]],
    ["an empty context line", named("@@ -1,3 +1,3 @@\n a\n\n-b\n+B\n"), "a\n\nb\n", "a\n\nB\n", [
      'read "" in hunk 1 as a context line',
    ]],
    [
      "an empty added line, by the counts",
      named("@@ -1,2 +1,4 @@\n a\n+x\n\n b\n"),
      "a\nb\n",
      "a\nx\n\nb\n",
      ['read "" in hunk 1 as an added line'],
    ],
    [
      "context and added lines without prefixes",
      named("@@ -1,2 +1,3 @@\n# Hello\nPatched\nworld\n"),
      "# Hello\nworld\n",
      "# Hello\nPatched\nworld\n",
      [
        'read "Patched" in hunk 1 as an added line',
        'read "# Hello" in hunk 1 as a context line',
        'read "world" in hunk 1 as a context line',
      ],
    ],
    ["whitespace at line ends", named(change), "a  \nb\t\nc\n", "a  \nB\nc\n", [
      "matched hunk 1 without regard to whitespace at line ends",
    ]],
    ["CRLF in the patch", named(change).replaceAll("\n", "\r\n"), from, to, [
      "gave the added lines of hunk 1 the line endings of the file",
    ]],
    ["CRLF in the file", named(change), "a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n", [
      "gave the added lines of hunk 1 the line endings of the file",
    ]],
    ["mixed line endings", named("@@ -2,1 +2,2 @@\n b\n+x\n"), "a\nb\r\nc\n", "a\nb\r\nx\r\nc\n", [
      "gave the added lines of hunk 1 the line endings of the file",
    ]],
    ["a file without a final newline", named("@@ -2,1 +2,2 @@\n b\n+c\n"), "a\nb", "a\nb\nc", [
      "kept the file without a newline at its end",
    ]],
    ["a CRLF file without a final newline", named("@@ -2,1 +2,2 @@\n b\n+c\n"), "a\r\nb", "a\r\nb\r\nc", [
      "gave the added lines of hunk 1 the line endings of the file",
      "kept the file without a newline at its end",
    ]],
    [
      "a mode",
      `diff --git a/${PATH} b/${PATH}\nold mode 100644\nnew mode 100755\n${named(change)}`,
      from,
      to,
      ['ignored the change of the file\'s mode: "new mode 100755"'],
    ],
    ["an indented stray quote", ` '${named(change)}`, from, to, [
      `ignored a stray quote before the first header: "'"`,
    ]],
  ];
  for (const [name, patch, original, expected, repaired] of cases) {
    const applied = apply(patch, original);
    assert.equal(applied.text, expected, name);
    assert.deepEqual(applied.repaired, repaired, name);
  }
});

Deno.test("apply_patch keeps the byte order mark, whether the patch shows it or not", () => {
  const bom = "\uFEFF";
  const patch = named("@@ -1,2 +1,2 @@\n a\n-b\n+B\n");
  assert.deepEqual(apply(patch, `${bom}a\nb\n`), { text: `${bom}a\nB\n`, hunks: 1, repaired: [] });
  const shown = patch.replace("\n a", `\n ${bom}a`);
  assert.deepEqual(apply(shown, `${bom}a\nb\n`), { text: `${bom}a\nB\n`, hunks: 1, repaired: [] });
  assert.equal(apply(`${bom}${patch}`, "a\nb\n").text, "a\nB\n");
});

Deno.test("apply_patch refuses what it cannot place or must not guess, and says what it found", () => {
  const ab = named("@@ -1,2 +1,2 @@\n a\n-b\n+B\n");
  const cases: [
    name: string,
    patch: string,
    original: string,
    message: RegExp,
    details: Record<string, unknown>,
  ][] = [
    [
      "context that fits nowhere",
      named("@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"),
      "x\na\nb\nC\n",
      /^Cannot apply hunk 1: line 4 should be "c", found "C" \(the nearest match: 2 of 3 lines\)/,
      { hunk: 1, expected: "c", found: "C", line: 4 },
    ],
    [
      "context past the end",
      named("@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"),
      "a\nb\n",
      /line 3 should be "c", found the end of the file/,
      { hunk: 1, expected: "c", found: null, line: 3 },
    ],
    [
      "context that fits in two places",
      named("@@ -9,1 +9,1 @@\n-x\n+y\n"),
      "x\na\nx\n",
      /^Cannot apply hunk 1: it fits equally well at lines 1, 3: /,
      { hunk: 1, expected: "x", found: "x", line: 1, candidates: [1, 3] },
    ],
    [
      "the stated line or the drift of the hunk before",
      named("@@ -1,1 +1,1 @@\n-head\n+HEAD\n@@ -3,1 +3,1 @@\n-x\n+y\n"),
      "new\nhead\nx\nx\nx\n",
      /^Cannot apply hunk 2: it fits equally well at lines 3, 4: /,
      { hunk: 2, candidates: [3, 4] },
    ],
    [
      "a hunk before its predecessor",
      named("@@ -3,1 +3,1 @@\n-c\n+C\n@@ -1,1 +1,1 @@\n-a\n+A\n"),
      "a\nb\nc\n",
      /^Cannot apply hunk 2: it fits only at line 1, which is not after the preceding hunk/,
      { hunk: 2, expected: "a", found: "a", line: 1 },
    ],
    [
      "hunks that overlap",
      named("@@ -1,2 +1,2 @@\n-a\n+A\n b\n@@ -2,2 +2,2 @@\n b\n-c\n+C\n"),
      "a\nb\nc\n",
      /^Cannot apply hunk 2: it fits only at line 2, which is not after/,
      { hunk: 2, line: 2 },
    ],
    [
      "an insertion that could drift or not",
      named("@@ -1,1 +1,1 @@\n-a\n+A\n@@ -2,0 +3,1 @@\n+x\n"),
      "new\na\nb\nc\n",
      /^Cannot apply hunk 2: it fits equally well at lines 3, 4/,
      { hunk: 2 },
    ],
    [
      "an insertion nowhere",
      named("@@ -1,3 +1,4 @@\n+x\n"),
      "a\nb\n",
      /it only adds lines and does not say where/,
      { hunk: 1 },
    ],
    [
      "an insertion past the end",
      named("@@ -9,0 +10,1 @@\n+x\n"),
      "a\n",
      /line 9 should exist .* found the end of the file after line 1/,
      { hunk: 1, line: 9 },
    ],
    [
      "an unprefixed line that is neither demanded nor there",
      named("@@ -1,1 +1,1 @@\n-a\n+A\nfoo\n+B\n"),
      "a\nb\n",
      /line 2 should be "foo", found "b"/,
      { hunk: 1, expected: "foo", found: "b", line: 2 },
    ],
    [
      "counts that want one more line, and an empty one after the hunk",
      named("@@ -1,1 +1,2 @@\n-a\n+A\n\n"),
      "a\n",
      /its counts ask for more lines, and "" at its end may be one of them or not/,
      { hunk: 1, found: "" },
    ],
    [
      "counts that want one more line, and a quote after the hunk",
      named('@@ -1,1 +1,2 @@\n-a\n+A\n"\n'),
      "a\n",
      /its counts ask for more lines, and "\\"" at its end/,
      { hunk: 1, found: '"' },
    ],
    [
      "an unprefixed line that the counts leave out, with context of the file behind it",
      named("@@ -1,1 +1,1 @@\n-a\n+A\nnew\n b\n"),
      "a\nb\n",
      /its line "new" has no prefix and may be an added line/,
      { hunk: 1, found: "new" },
    ],
    [
      "too many unprefixed lines",
      named(`@@ -1,9 +1,18 @@\n${"x\n".repeat(18)}`),
      "x\n".repeat(9),
      /too many of its lines have no prefix/,
      { hunk: 1 },
    ],
    [
      "a last line that is not the last",
      named("@@ -1,1 +1,1 @@\n-a\n+A\n\\ No newline at end of file\n"),
      "a\nb\n",
      /it should end at the end of the file, found line 2 "b" after it/,
      { hunk: 1, found: "b", line: 2 },
    ],
    [
      "a marker in the middle",
      named("@@ -1,2 +1,2 @@\n a\n\\ No newline at end of file\n-b\n+B\n"),
      "a\nb\n",
      /"\\ No newline at end of file" /,
      { hunk: 1 },
    ],
    [
      "a file that is there already",
      `--- /dev/null\n+++ b/${PATH}\n@@ -0,0 +1,1 @@\n+a\n`,
      "a\n",
      /^Cannot create "docs\/mcp\/hello.md": the file exists and has 1 line/,
      { found: "a", line: 1 },
    ],
    ["a patch that is applied twice", ab, "a\nB\n", /line 2 should be "b", found "B"/, {
      expected: "b",
      found: "B",
    }],
    ["an empty file", ab, "", /line 1 should be "a", found the end of the file/, {
      expected: "a",
      found: null,
      line: 1,
    }],
  ];
  for (const [name, patch, original, message, details] of cases) {
    const error = refusal(patch, original);
    assert.match(error.message, message, name);
    assert.deepEqual({ ...error.details, ...details }, error.details, name);
    assert.equal(error.details.sha256, SHA256, name);
  }
});

Deno.test("apply_patch refuses a header that names another file that exists", () => {
  const patch = "--- a/other.md\n+++ b/other.md\n@@ -1 +1 @@\n-a\n+A\n";
  const { message, details } = refusal(patch, "a\n", { files: ["other.md", PATH] });
  assert.match(message, /its header names "other.md", another file that exists/);
  assert.deepEqual(details, { path: PATH, expected: PATH, found: "other.md", sha256: SHA256 });
  assert.equal(apply(patch, "a\n", { files: [PATH] }).text, "A\n");
  refusal(patch.replace("b/other.md", `b/${PATH}`), "a\n", { files: ["other.md"] });
  refusal("--- a\n+++ b\n@@ -1 +1 @@\n-a\n+A\n", "a\n", { files: ["b"] });
});

Deno.test("apply_patch takes a folder that is really named a for what it is", () => {
  const patch = "--- a/x\n+++ a/x\n@@ -1 +1 @@\n-a\n+A\n";
  assert.deepEqual(apply(patch, "a\n", { path: "a/x", files: ["a/x"] }).repaired, []);
  refusal(patch, "a\n", { path: "x", files: ["a/x", "x"] });
});

Deno.test("apply_patch refuses what is no change of one text file, and names the tool that does it", () => {
  const hunk = "@@ -1 +1 @@\n-a\n+A\n";
  const cases: [name: string, patch: string, message: RegExp][] = [
    ["nothing", " \n\n", /^Cannot read the patch: it is empty$/],
    ["prose", "Please change a to b.\n", /^Cannot read the patch: it has no hunk/],
    ["lines without a hunk header", "-a\n+b\n", /it has no hunk/],
    ["headers alone", "--- a/x\n+++ b/x\n", /it has headers but no hunk/],
    ["a hunk without lines", named("@@ -1,1 +1,1 @@\n\n"), /^Cannot apply hunk 1: it has no lines$/],
    ["a deletion", `--- a/${PATH}\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n`, /use delete_file/],
    [
      "git's deletion",
      `diff --git a/x b/x\ndeleted file mode 100644\nindex e69de29..0000000\n`,
      /use delete_file/,
    ],
    [
      "a rename",
      `diff --git a/x b/y\nsimilarity index 90%\nrename from x\nrename to y\n${hunk}`,
      /\*\*\* Move to: new/,
    ],
    [
      "a binary patch",
      "diff --git a/x b/x\nGIT binary patch\nliteral 1\nIcmZP\n",
      /^Cannot apply a binary patch/,
    ],
    [
      "a binary difference",
      "diff --git a/x b/x\nBinary files a/x and b/x differ\n",
      /^Cannot apply a binary patch/,
    ],
    [
      "several files",
      `--- a/x\n+++ b/x\n${hunk}--- a/y\n+++ b/y\n${hunk}`,
      /with 2 file headers: .*\*\*\* Begin Patch/,
    ],
    ["several files by git", `diff --git a/x b/x\n${hunk}diff --git a/y b/y\n${hunk}`, /with 2 file headers/],
    ["a merge", "diff --cc x\n--- a/x\n+++ b/x\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++c\n", /combined diff/],
    ["a quote that may be the file's", `"${named(hunk).trimEnd()}"`, /may belong to the patch or not/],
  ];
  for (const [name, patch, message] of cases) assert.match(refusal(patch, "a\n").message, message, name);
});

Deno.test("apply_patch stays fast on the largest files and the most hostile patches", () => {
  const lines = 300_000;
  const cases: [name: string, patch: string, original: string][] = [
    ["one line 300,000 times", named(`@@ -1,1 +1,1 @@\n${" x\n".repeat(150_000)}-y\n`), "x\n".repeat(lines)],
    ["a period of two", named(`@@\n${" x\n y\n".repeat(60_000)}-x\n-x\n`), "x\ny\n".repeat(lines / 2)],
    ["many hunks", named("@@\n-x\n-y\n+z\n".repeat(100_000)), "x\nz\n".repeat(lines / 2)],
    ["many drifting hunks", named(...drifting(60_000)), `new\n${numbered(lines)}`],
    ["one hunk of a whole file", named(`@@ -1,1 +1,1 @@\n${" x\n".repeat(500_000)}`), numbered(lines)],
    ["spaces in headers", `--- ${" ".repeat(1_000_000)}x\n+++ b\n@@ -1 +1 @@\n-x\n+y\n`, "x\n"],
    [
      "many readings",
      named(`@@ -1,400004 +1,400008 @@\n${"y\n".repeat(8)}-y\n${" x\n".repeat(399_999)}-x\n`),
      "x\n".repeat(lines),
    ],
    ["unprefixed lines", named(`@@ -1,1 +1,200001 @@\n-x\n${"y\n".repeat(200_001)}`), "x\n".repeat(lines)],
  ];
  for (const [name, patch, original] of cases) {
    const started = threadMs();
    try {
      apply(patch, original);
    } catch (error) {
      assert.equal((error as Error).name, "ToolError", `${name}: ${error}`);
    }
    const took = threadMs() - started;
    // About a second on an idle machine; a search that grows with the square takes minutes on any.
    assert(took < 30_000, `${name} took ${Math.round(took)} ms`);
  }
});

function numbered(lines: number): string {
  return Array.from({ length: lines }, (_, at) => `line ${at}\n`).join("");
}

function drifting(count: number): string[] {
  return Array.from(
    { length: count },
    (_, at) => `@@ -${5 * at + 1},1 +${5 * at + 1},1 @@\n-line ${5 * at}\n+x\n`,
  );
}
