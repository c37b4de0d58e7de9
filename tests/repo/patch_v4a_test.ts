/** The `*** Begin Patch` format: files, anchors, and places that are found without line numbers. */

import assert from "node:assert/strict";
import type { ToolError } from "../../src/core/errors.ts";
import { type Applied, applyChunks, parsePatch, type V4aPatch } from "../../src/repo/patch.ts";
import { threadMs } from "../support/thread_time.ts";

const SHA256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

function parse(patch: string): V4aPatch {
  const parsed = parsePatch(patch);
  assert(parsed.format === "v4a");
  return parsed;
}

/** An update of the file x.py. */
function update(...lines: string[]): string {
  return ["*** Begin Patch", "*** Update File: x.py", ...lines, "*** End Patch", ""].join("\n");
}

function apply(patch: string, original: string): Applied {
  const [operation, ...others] = parse(patch).operations;
  assert(operation?.kind === "update" && others.length === 0);
  return applyChunks(operation, original, { path: operation.path, sha256: SHA256 });
}

function refusal(run: () => unknown): ToolError {
  try {
    assert.fail(`not refused: ${JSON.stringify(run())}`);
  } catch (error) {
    assert.equal((error as ToolError).name, "ToolError", String(error));
    assert.equal((error as ToolError).code, "patch_failed");
    return error as ToolError;
  }
}

const FUNCTIONS = "def f():\n    a = 0\n    return 1\n\ndef g():\n    a = 0\n    return 1\n";

Deno.test("apply_patch reads updates, additions, deletions and moves of several files", () => {
  const patch = [
    "*** Begin Patch",
    "*** Add File: docs/new.md",
    "+# New",
    "+",
    "+text",
    "*** Update File: src/old.ts",
    "*** Move to: src/new.ts",
    "@@",
    "-a",
    "+A",
    "*** Delete File: gone.txt",
    "*** Add File: empty",
    "*** Update File: moved only",
    "*** Move to: here",
    "*** End Patch",
  ].join("\n");
  const { operations, repaired } = parse(patch);
  assert.deepEqual(repaired, []);
  assert.deepEqual(
    operations.map((operation) =>
      operation.kind === "update" ? { ...operation, chunks: operation.chunks.length } : operation
    ),
    [
      { kind: "add", path: "docs/new.md", contents: "# New\n\ntext\n" },
      { kind: "update", path: "src/old.ts", moveTo: "src/new.ts", chunks: 1 },
      { kind: "delete", path: "gone.txt" },
      { kind: "add", path: "empty", contents: "" },
      { kind: "update", path: "moved only", moveTo: "here", chunks: 0 },
    ],
  );
});

Deno.test("apply_patch places chunks by their context and anchors, and repairs nothing in a good patch", () => {
  const cases: [name: string, patch: string, original: string, expected: string][] = [
    ["unique context", update("@@", " a", "-b", "+B", " c"), "a\nb\nc\n", "a\nB\nc\n"],
    ["no @@ before the first chunk", update(" a", "-b", "+B"), "a\nb\n", "a\nB\n"],
    ["two chunks", update("@@", "-a", "+A", "@@", "-c", "+C"), "a\nb\nc\n", "A\nb\nC\n"],
    [
      "an anchor",
      update("@@ def g():", "     a = 0", "-    return 1", "+    return 2"),
      FUNCTIONS,
      FUNCTIONS.replace(/1\n$/, "2\n"),
    ],
    [
      "the place right below the anchor, before others further down",
      update("@@ def f():", "     a = 0", "-    return 1", "+    return 2"),
      FUNCTIONS,
      FUNCTIONS.replace("1", "2"),
    ],
    [
      "an anchor that is repeated as context",
      update("@@ def f():", " def f():", "-    a = 0", "+    a = 9"),
      FUNCTIONS,
      FUNCTIONS.replace("0", "9"),
    ],
    [
      "anchors within anchors",
      update("@@ class B:", "@@   def run():", "-    pass", "+    go()"),
      "class A:\n  def run():\n    pass\nclass B:\n  def run():\n    pass\n",
      "class A:\n  def run():\n    pass\nclass B:\n  def run():\n    go()\n",
    ],
    [
      "one anchor for two chunks",
      update("@@ def f():", "-    a = 0", "+    a = 9", "@@ def f():", "-    b = 0", "+    b = 9"),
      "def f():\n    a = 0\n    x\n    b = 0\n",
      "def f():\n    a = 9\n    x\n    b = 9\n",
    ],
    ["the end of the file", update("@@", "-x", "+y", "*** End of File"), "x\nx\n", "x\ny\n"],
    ["lines at the end of the file", update("@@", "+z", "*** End of File"), "x\nx\n", "x\nx\nz\n"],
    ["lines in an empty file", update("@@", "+z"), "", "z\n"],
    ["CRLF in the file", update("@@", " a", "+x"), "a\r\nb\r\n", "a\r\nx\r\nb\r\n"],
    ["no final newline", update("@@", "-a", "+A"), "a\nb", "A\nb"],
    ["a byte order mark", update("@@", "-a", "+A"), "\uFEFFa\nb\n", "\uFEFFA\nb\n"],
  ];
  for (const [name, patch, original, expected] of cases) {
    assert.deepEqual(parse(patch).repaired, [], name);
    const { text, repaired } = apply(patch, original);
    assert.equal(text, expected, name);
    const eol = repaired.filter((repair) => !repair.includes("line endings of the file"));
    assert.deepEqual(eol, [], name);
  }
});

Deno.test("apply_patch mends a v4a patch that has one reading and says what it mended", () => {
  const good = update("@@", "-b", "+B");
  const inFile = 'chunk 1 of "x.py"';
  const cases: [name: string, patch: string, original: string, expected: string, repaired: string[]][] = [
    ["no end", good.replace("*** End Patch\n", ""), "b\n", "B\n", [
      'did without the missing "*** End Patch"',
    ]],
    ["no begin", good.replace("*** Begin Patch\n", ""), "b\n", "B\n", [
      'did without the missing "*** Begin Patch"',
    ]],
    ["a fence", `\`\`\`\n${good}\`\`\`\n`, "b\n", "B\n", ["took the patch out of its fenced block"]],
    [
      "a heredoc",
      `apply_patch <<'EOF'\n${good}EOF\n`,
      "b\n",
      "B\n",
      [
        `ignored 1 line before the first header: "apply_patch <<'EOF'"`,
        'ignored 1 line after "*** End Patch": "EOF"',
      ],
    ],
    [
      "a heredoc without an end",
      `apply_patch <<'EOF'\n${good.replace("*** End Patch\n", "")}EOF\n`,
      "b\n",
      "B\n",
      [
        `ignored 1 line before the first header: "apply_patch <<'EOF'"`,
        'did without the missing "*** End Patch"',
        'ignored 1 line after the patch: "EOF"',
      ],
    ],
    ["stray quotes", `"${good}"\n`, "b\n", "B\n", ['ignored the stray quotes around the patch: "\\""']],
    ["CRLF", good.replaceAll("\n", "\r\n"), "b\n", "B\n", [
      `gave the added lines of ${inFile} the line endings of the file`,
    ]],
    ["spaces at line ends", good, "b  \n", "B\n", [
      `matched ${inFile} without regard to whitespace at line ends`,
    ]],
    ["an unprefixed line", update("@@", "a", "-b", "+B"), "a\nb\n", "a\nB\n", [
      `read "a" in ${inFile} as a context line`,
    ]],
    ["an empty line", update("@@", " a", "", "-b", "+B"), "a\n\nb\n", "a\n\nB\n", [
      `read "" in ${inFile} as a context line`,
    ]],
    [
      "line numbers",
      update("@@ -9,1 +9,1 @@", "-b", "+B"),
      "b\n",
      "B\n",
      ['ignored line numbers, which this format does not have: "@@ -9,1 +9,1 @@"'],
    ],
    [
      "an anchor without its indentation",
      update("@@ def f():", "-    b", "+    B"),
      "class A:\n  def f():\n    b\n",
      "class A:\n  def f():\n    B\n",
      [`matched the anchor "def f():" of ${inFile} without regard to indentation`],
    ],
  ];
  for (const [name, patch, original, expected, repaired] of cases) {
    const applied = apply(patch, original);
    assert.equal(applied.text, expected, name);
    assert.deepEqual([...parse(patch).repaired, ...applied.repaired], repaired, name);
  }
});

Deno.test("apply_patch refuses a chunk that has no place or several, and says what it found", () => {
  const cases: [
    name: string,
    patch: string,
    original: string,
    message: RegExp,
    details: Record<string, unknown>,
  ][] = [
    [
      "nowhere",
      update("@@", " a", "-b", "+B"),
      "a\nc\n",
      /^Cannot apply chunk 1 of "x.py": line 2 should be "b", found "c"/,
      { expected: "b", found: "c", line: 2 },
    ],
    ["several places", update("@@", "-x", "+y"), "x\nx\n", /it fits equally well at lines 1, 2/, {
      candidates: [1, 2],
    }],
    [
      "several places below an anchor",
      update("@@ f", "-x", "+y"),
      "f\na\nx\nx\n",
      /it fits equally well at lines 3, 4/,
      { candidates: [3, 4] },
    ],
    [
      "an anchor that two lines are",
      update("@@ f", "-x", "+y"),
      "f\nx\nf\nx\n",
      /it fits equally well at lines 2, 4/,
      { candidates: [2, 4] },
    ],
    [
      "no such anchor",
      update("@@ def f():", "-x", "+y"),
      "x\n",
      /no line is its anchor "def f\(\):"/,
      { expected: "def f():", found: null, line: 1 },
    ],
    ["lines without a place", update("@@", "+y"), "x\n", /it only adds lines and does not say where/, {}],
    ["lines below an anchor without context", update("@@ x", "+y"), "x\n", /it only adds lines/, {}],
    [
      "not at the end of the file",
      update("@@", "-x", "+y", "*** End of File"),
      "x\nz\n",
      /it should end at the end of the file, found line 2 "z" after it/,
      { found: "z", line: 2 },
    ],
  ];
  for (const [name, patch, original, message, details] of cases) {
    const error = refusal(() => apply(patch, original));
    assert.match(error.message, message, name);
    const expected = { path: "x.py", hunk: 1, sha256: SHA256, ...details };
    assert.deepEqual({ ...error.details, ...expected }, error.details, name);
  }
  const order = refusal(() => apply(update("@@", "-b", "+B", "@@", "-a", "+A"), "a\nb\n"));
  assert.match(order.message, /^Cannot apply chunk 2 of "x.py": it fits only at line 1, which is not after/);
});

Deno.test("apply_patch refuses a v4a patch that makes no sense before any file is read", () => {
  const cases: [name: string, patch: string, message: RegExp][] = [
    ["no file", "*** Begin Patch\n*** End Patch\n", /it names no file/],
    ["an empty name", "*** Begin Patch\n*** Delete File: \n*** End Patch\n", /names no file/],
    ["an update of nothing", update(), /no line of it changes/],
    ["an anchor of nothing", update("@@ f"), /no lines follow "f"/],
    [
      "a file twice",
      "*** Begin Patch\n*** Delete File: x\n*** Add File: ./x\n+a\n*** End Patch\n",
      /it names ".\/x" twice/,
    ],
    [
      "a move onto another file of the patch",
      "*** Begin Patch\n*** Delete File: y\n*** Update File: x\n*** Move to: y\n*** End Patch\n",
      /it names "y" twice/,
    ],
    [
      "a line of a new file without +",
      "*** Begin Patch\n*** Add File: x\n+a\nb\n*** End Patch\n",
      /should begin with "\+", found "b"/,
    ],
    ["two patches", `${update("-a", "+b")}${update("-a", "+b")}`, /"\*\*\* Begin Patch" twice/],
    ["a file after the end", `${update("-a", "+b")}*** Delete File: x\n`, /stands after "\*\*\* End Patch"/],
    ["a move in the middle", update("-a", "+b", "*** Move to: y"), /stands in the middle of "x.py"/],
    [
      "lines after the end of the file",
      update("-a", "+b", "*** End of File", "+c"),
      /stands after "\*\*\* End of File"/,
    ],
  ];
  for (const [name, patch, message] of cases) {
    assert.match(refusal(() => parsePatch(patch)).message, message, name);
  }
});

Deno.test("apply_patch stays fast on hostile v4a patches", () => {
  const lines = 300_000;
  const cases: [name: string, patch: string, original: string][] = [
    [
      "many anchors",
      update("@@ f\n-x\n+y\n".repeat(80_000)),
      "f\nx\n".repeat(lines / 2),
    ],
    [
      "anchors that are not there",
      update("@@ nowhere\n".repeat(80_000) + "-x"),
      "x\n".repeat(lines),
    ],
    ["empty lines between anchors", update("@@ f\n\n".repeat(300_000) + "-x"), "f\n".repeat(lines)],
    ["nested anchors", update("@@  f \n".repeat(300_000) + "-x"), "f\n".repeat(lines)],
    ["pairs that are unique", update(deBruijn(120_000).join("\n")), pairs()],
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

/** A file in which every line is common and every pair of lines unique. */
function pairs(): string {
  const lines: string[] = [];
  for (let i = 0; i < 500; i++) for (let j = 0; j < i; j++) lines.push(`${i}`, `${j}`);
  return lines.join("\n") + "\n";
}

function deBruijn(count: number): string[] {
  const lines: string[] = [];
  for (let i = 0; i < 500; i++) {
    for (let j = 0; j < i && lines.length < count; j++) lines.push("@@", ` ${i}`, `-${j}`);
  }
  return lines;
}
