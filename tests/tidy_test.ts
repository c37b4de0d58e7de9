/** The house rules, and what each of them catches. */
import assert from "node:assert/strict";
import { loadedWith } from "./support/loaded_with.ts";
import { readSource, type SourceFacts } from "./support/source_facts.ts";
import { importedFiles, RULES, type Sources } from "./support/tidy_rules.ts";

const REPOSITORY = new URL("../", import.meta.url);

/** What lies at the top of the repository, and nothing else. */
const TOP_LEVEL = [
  ".ci",
  ".github",
  ".gitignore",
  "CHANGELOG.md",
  "README.md",
  "deno.json",
  "deno.lock",
  "docs",
  "main.ts",
  "packaging",
  "scripts",
  "src",
  "tests",
  "tools",
];

/** Every file of the repository, committed or about to be. */
async function repositoryFiles(): Promise<string[]> {
  const { stdout, success } = await new Deno.Command("git", {
    args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    cwd: REPOSITORY,
  }).output();
  assert.ok(success, "git lists the repository's files");
  return new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "");
}

/** The sources that the rules are about. Tests are free to break most of them on purpose. */
async function productionSources(): Promise<Map<string, SourceFacts>> {
  const sources = new Map<string, SourceFacts>();
  for (const path of await repositoryFiles()) {
    if (!/^(main\.ts|(src|tools|scripts)\/.*\.ts)$/.test(path)) continue;
    const text = await Deno.readTextFile(new URL(path, REPOSITORY)).catch(absentAsUndefined);
    if (text !== undefined) sources.set(path, readSource(path, text));
  }
  assert.ok(sources.size > 50, "the sources were found");
  return sources;
}

/** A file that was removed and is still in the index. */
function absentAsUndefined(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

async function denoJson(): Promise<{ imports: Record<string, string> }> {
  return JSON.parse(await Deno.readTextFile(new URL("deno.json", REPOSITORY)));
}

Deno.test("the source keeps the house rules", async (t) => {
  const sources = await productionSources();
  const packages = Object.keys((await denoJson()).imports);
  for (const [rule, check] of Object.entries(RULES)) {
    await t.step(rule, () => assert.deepEqual(check(sources, packages), []));
  }
});

Deno.test("every import of a file leads to a file", async () => {
  const sources = await productionSources();
  const files = new Set(await repositoryFiles());
  for (const source of sources.values()) {
    for (const target of importedFiles(source)) assert.ok(files.has(target), `${source.path} → ${target}`);
  }
});

Deno.test("the top of the repository holds what belongs there, and nothing else", async () => {
  const entries = new Set((await repositoryFiles()).map((path) => path.split("/")[0] ?? ""));
  assert.deepEqual([...entries].filter((entry) => !TOP_LEVEL.includes(entry)), []);
});

Deno.test("every dependency comes from npm in one exact version, and is used", async () => {
  const { imports } = await denoJson();
  const used = new Set<string>();
  for (const path of await repositoryFiles()) {
    if (!path.endsWith(".ts")) continue;
    const text = await Deno.readTextFile(new URL(path, REPOSITORY)).catch(absentAsUndefined);
    for (const [, specifier] of (text ?? "").matchAll(/ from "([^".][^"]*)"/g)) used.add(specifier ?? "");
  }
  for (const [name, target] of Object.entries(imports)) {
    assert.match(target, /^npm:(@[\w-]+\/)?[\w-]+@\d+\.\d+\.\d+(\/[\w/]+)?$/);
    assert.ok(used.has(name), `${name} is imported by something`);
  }
});

Deno.test("the lock file names no registry and nothing but npm packages", async () => {
  const text = await Deno.readTextFile(new URL("deno.lock", REPOSITORY));
  assert.doesNotMatch(text, /https?:|jsr:|"remote"|tarball/);
});

// Each client on stdio waits for what every start loads.
Deno.test("the launcher loads nothing heavy: no package, and no module of node's", async () => {
  const loaded = [...await loadedWith("main.ts"), ...await loadedWith("src/launcher/launcher.ts")];
  assert.ok(loaded.length > 20, "the modules were found");
  assert.deepEqual(loaded.filter((specifier) => !specifier.startsWith("file:")), []);
});

Deno.test("the launcher does not load the app", async () => {
  const loaded = [...await loadedWith("src/launcher/launcher.ts")];
  assert.deepEqual(loaded.filter((specifier) => /\/src\/(app|worker)\.ts$|\/tools\//.test(specifier)), []);
});

/** The problems that a rule finds in a source made up for it. */
function problems(rule: string, files: Record<string, string>, packages = ["zod", "diff"]): string[] {
  const sources: Sources = new Map(
    Object.entries(files).map(([path, text]) => [path, readSource(path, text)]),
  );
  const check = Object.entries(RULES).find(([name]) => name.includes(rule))?.[1];
  assert.ok(check !== undefined, `there is a rule about ${rule}`);
  return check(sources, packages);
}

Deno.test("rule of directions: what may import what", () => {
  const allowed: [string, string][] = [
    ["src/core/a.ts", "./b.ts"],
    ["src/core/a.ts", "zod"],
    ["src/mcp/a.ts", "../core/b.ts"],
    ["src/http/a.ts", "../mcp/b.ts"],
    ["src/search/a.ts", "../repo/b.ts"],
    ["src/app.ts", "./http/b.ts"],
    ["tools/a.ts", "../src/tool.ts"],
    ["tools/a.ts", "../src/core/b.ts"],
    ["tools/a.ts", "zod"],
    ["tools/registry.ts", "./a.ts"],
    ["main.ts", "./tools/registry.ts"],
    ["main.ts", "node:process"],
  ];
  const refused: [string, string][] = [
    ["src/core/a.ts", "../repo/b.ts"],
    ["src/core/a.ts", "node:fs"],
    ["src/mcp/a.ts", "../http/b.ts"],
    ["src/mcp/a.ts", "../tool.ts"],
    ["src/mcp/a.ts", "zod"],
    ["src/http/a.ts", "../repo/b.ts"],
    ["src/repo/a.ts", "../http/b.ts"],
    ["src/repo/a.ts", "../search/b.ts"],
    ["src/search/a.ts", "../mcp/b.ts"],
    ["src/app.ts", "../tools/registry.ts"],
    ["src/app.ts", "../main.ts"],
    ["src/app.ts", "lodash"],
    ["src/app.ts", "npm:zod@4"],
    ["src/app.ts", "jsr:@std/assert"],
    ["src/app.ts", "https://example.com/a.ts"],
    ["tools/a.ts", "../src/repo/b.ts"],
    ["tools/a.ts", "../src/app.ts"],
    ["tools/a.ts", "./b.ts"],
    ["tools/a.ts", "diff"],
    ["tools/a.ts", "node:fs"],
    ["main.ts", "./tools/a.ts"],
    ["main.ts", "zod"],
    ["elsewhere/a.ts", "./b.ts"],
  ];
  for (const [path, specifier] of allowed) {
    assert.deepEqual(problems("directions", { [path]: `import { x } from "${specifier}";` }), [], specifier);
  }
  for (const [path, specifier] of refused) {
    assert.equal(
      problems("directions", { [path]: `import "${specifier}";` }).length,
      1,
      `${path} ${specifier}`,
    );
  }
});

Deno.test("rule of directions: every way to import counts", () => {
  const ways = [
    `import type { X } from "../repo/b.ts";`,
    `export { x } from "../repo/b.ts";`,
    `export * from "../repo/b.ts";`,
    `const x = await import("../repo/b.ts");`,
    `type X = import("../repo/b.ts").X;`,
    `const name = "../repo/b.ts"; await import(name);`,
    "await import(`../repo/b.ts`);",
  ];
  for (const text of ways) assert.equal(problems("directions", { "src/core/a.ts": text }).length, 1, text);
});

Deno.test("rule of circles: a circle is found once, a diamond is none", () => {
  const file = (...targets: string[]) => targets.map((target) => `import "./${target}.ts";`).join("\n");
  const diamond = {
    "src/a.ts": file("b", "c"),
    "src/b.ts": file("d"),
    "src/c.ts": file("d"),
    "src/d.ts": "",
  };
  assert.deepEqual(problems("circle", diamond), []);
  const circle = { ...diamond, "src/d.ts": `import type { A } from "./b.ts";` };
  assert.deepEqual(problems("circle", circle), ["src/b.ts → src/d.ts → src/b.ts"]);
  assert.equal(problems("circle", { "src/a.ts": file("a") }).length, 1);
});

Deno.test("rule of reach: a file that nothing imports is found", () => {
  const files = {
    "main.ts": `await import("./src/a.ts");`,
    "src/a.ts": `import type { B } from "./b.ts";`,
    "src/b.ts": "",
    "src/c.ts": `import "./a.ts";`,
  };
  assert.deepEqual(problems("reached", files), ["src/c.ts"]);
});

Deno.test("rules of names and barrels", () => {
  assert.equal(problems("passes on", { "src/a.ts": `export { b } from "./b.ts";` }).length, 1);
  assert.equal(problems("passes on", { "src/a.ts": `export * from "./b.ts"; const a = 1;` }).length, 1);
  assert.equal(
    problems("passes on", { "src/a.ts": `export { b } from "./b.ts"; export const a = 1;` }).length,
    0,
  );
  assert.equal(problems("passes on", { "src/a.ts": `export {};` }).length, 0);
  for (const name of ["utils", "git_utils", "helper", "common", "index", "mod"]) {
    assert.equal(problems("name of its own", { [`src/${name}.ts`]: "" }).length, 1, name);
  }
  assert.equal(problems("name of its own", { "src/line_index.ts": "", "src/commonmark.ts": "" }).length, 0);
});

Deno.test("rules of length: the last line that fits, and the first that does not", () => {
  const lines = (count: number) => "ü;\n".repeat(count);
  assert.equal(problems("300 lines", { "src/a.ts": lines(300) }).length, 0);
  assert.equal(problems("300 lines", { "src/a.ts": lines(301) }).length, 1);
  for (
    const [start, end] of [["function f() {", "}"], ["class A { f() {", "} }"], ["const f = () => {", "};"]]
  ) {
    assert.equal(problems("70 lines", { "src/a.ts": `${start}\n${lines(68)}${end}\n` }).length, 0);
    assert.deepEqual(problems("70 lines", { "src/a.ts": `\n${start}\n${lines(69)}${end}\n` }), [
      "src/a.ts:2: f: 71",
    ]);
  }
});

Deno.test("rules of what one place owns", () => {
  const uses = [
    "console.log(1);",
    "Deno.env.get('A');",
    "process.env.A;",
    "Date.now();",
    "new Date();",
    "Deno.exit();",
  ];
  for (const text of uses) {
    assert.equal(problems("one place owns", { "src/a.ts": text }).length, 1, text);
    const inMain = problems("one place owns", { "main.ts": text }).length;
    assert.equal(inMain, text.startsWith("console") ? 1 : 0, text);
  }
  assert.equal(
    problems("one place owns", { "src/a.ts": "new Date(1); a.console; env; 'Deno.env'; // Deno.env" }).length,
    0,
  );
  assert.equal(
    problems("no I/O", { "src/core/a.ts": "Deno.cwd();", "src/repo/a.ts": "Deno.cwd();" }).length,
    1,
  );
});

Deno.test("rules of privacy and of errors", () => {
  const text = `class A { private constructor() {} private x = 1; private f() {} #y = 2; }
    class B { constructor(private z: number) {} }`;
  assert.equal(problems("private", { "src/a.ts": text }).length, 3);
  const caught =
    "try { f(); } catch { }\ntry { f(); } catch (error) { /* why */ }\ntry { f(); } catch { g(); }";
  assert.equal(problems("swallowed", { "src/a.ts": caught }).length, 2);
});

Deno.test("rules of text", () => {
  assert.equal(
    problems("left to do", { "src/a.ts": `// ${"TO"}DO later\n// ${"FIX"}ME\n// todos` }).length,
    2,
  );
  const paths = [`"/${"home"}/ada/x"`, `"/${"Users"}/ada"`, `"https://registry.${"npmjs"}.org/"`];
  for (const text of paths) {
    assert.equal(problems("developer's machine", { "src/a.ts": text }).length, 1, text);
  }
  assert.equal(problems("first sentence", { "src/a.ts": `import "./b.ts";` }).length, 1);
  assert.equal(problems("first sentence", { "src/a.ts": "/** */" }).length, 1);
  assert.equal(problems("first sentence", { "src/a.ts": "/** What it is. */", "tools/a.ts": "" }).length, 0);
  assert.equal(problems("first sentence", { "src/a.ts": "/**\n * What it is.\n */" }).length, 0);
});
