import assert from "node:assert/strict";
import fc from "fast-check";
import { ToolError } from "../../src/core/errors.ts";
import { compileGlob } from "../../src/repo/glob.ts";
import { threadMs } from "../support/thread_time.ts";

const PATHS = [
  ...["a.ts", "b.md", "c.TS", "src/a.ts", "src/b/c.ts", "src/b/d.js", "src/[x].ts", "docs/a b.md"],
  ...[".env", ".github/ci.yml", "src/.hidden.ts", "node/a.ts", "é/日.md", "(a|b)/x", "#x", "{y}"],
];

/** The paths of the table that a glob fits. */
const fitting = (glob: string) => PATHS.filter(compileGlob(glob));

Deno.test("a glob understands stars, braces, classes, negation and dots as users know them", () => {
  const cases: [string, string[]][] = [
    ["*", ["a.ts", "b.md", "c.TS", "#x", "{y}"]],
    ["*.ts", ["a.ts"]],
    ["**/*.ts", ["a.ts", "src/a.ts", "src/b/c.ts", "src/[x].ts", "node/a.ts"]],
    ["src/*", ["src/a.ts", "src/[x].ts"]],
    ["src/**", ["src/a.ts", "src/b/c.ts", "src/b/d.js", "src/[x].ts"]],
    ["./src/*.ts", ["src/a.ts", "src/[x].ts"]],
    ["/src/*.ts", ["src/a.ts", "src/[x].ts"]],
    ["{src,node}/a.ts", ["src/a.ts", "node/a.ts"]],
    ["**/*.{js,md}", ["b.md", "src/b/d.js", "docs/a b.md", "é/日.md"]],
    ["[ab].*", ["a.ts", "b.md"]],
    ["[!a].*", ["b.md", "c.TS"]],
    ["?.ts", ["a.ts"]],
    ["src/\\[x\\].ts", ["src/[x].ts"]],
    ["!**/*.ts", ["b.md", "c.TS", "src/b/d.js", "docs/a b.md", "é/日.md", "(a|b)/x", "#x", "{y}"]],
    [".*", [".env"]],
    ["**/.*", [".env", "src/.hidden.ts"]],
    [".github/**", [".github/ci.yml"]],
    ["(a|b)/x", ["(a|b)/x"]],
    ["#x", ["#x"]],
    ["é/?.md", ["é/日.md"]],
    ["nothing", []],
  ];
  for (const [glob, expected] of cases) assert.deepEqual(fitting(glob), expected, glob);
});

Deno.test("a glob that leads out, or says nothing, is refused", () => {
  for (
    const glob of ["", "!", "/", "./", "../*", "a/../../*", "!../*", "x".repeat(513), "{a,b}".repeat(12)]
  ) {
    assert.throws(
      () => compileGlob(glob),
      (error) => error instanceof ToolError && error.code === "invalid_arguments",
      glob.slice(0, 20),
    );
  }
});

Deno.test("no glob can hold the server up", () => {
  const name = "a".repeat(250);
  const hostile = [
    ...[
      "*a".repeat(8) + "*b",
      "*a".repeat(250) + "b",
      "*?a".repeat(100) + "[b]",
      "*[a-z]".repeat(70) + "[0-9]",
    ],
    ...["**/a/".repeat(100) + "b", "**/*a*/".repeat(70) + "b", "*[[:alpha:]]".repeat(40) + "[0-9]"],
    ...[
      "{1..99999999}",
      "{1..9}".repeat(80),
      "{a,b}".repeat(102),
      "{".repeat(512),
      "{,".repeat(256),
      "[".repeat(512),
    ],
    ...["{a,".repeat(120) + "b" + "}".repeat(120), "x".repeat(10 * 1024), "**".repeat(256), "?".repeat(512)],
  ];
  for (const glob of hostile) {
    const started = threadMs();
    try {
      const match = compileGlob(glob);
      for (const path of [name, "a/".repeat(500) + "x", `${name}/${name}`]) match(path);
    } catch (error) {
      assert.ok(error instanceof ToolError, String(error));
    }
    // Half a second is a thousand times what the slowest takes.
    assert.ok(threadMs() - started < 5_000, glob.slice(0, 40));
  }
});

Deno.test("any text is a glob or a precise refusal", () => {
  const piece = fc.constantFrom(
    ..."*?[]{},!^-\\/.|()+@#ab1 é".split(""),
    "**",
    "..",
    "{1..3}",
    "[a-z]",
    "\n",
  );
  const property = fc.property(
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("")),
    (glob) => {
      try {
        const match = compileGlob(glob);
        for (const path of PATHS) assert.equal(typeof match(path), "boolean");
      } catch (error) {
        assert.ok(error instanceof ToolError && error.code === "invalid_arguments", String(error));
      }
    },
  );
  fc.assert(property, { seed: 20260801, numRuns: 1000 });
});
