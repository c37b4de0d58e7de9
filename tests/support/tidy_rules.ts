/** The house rules (DESIGN, section 2): each looks at the whole source and says where it is broken. */
import type { SourceFacts } from "./source_facts.ts";

/** Who may import what. The first line whose `from` fits a file decides; a path ending in `/` is a folder. */
export interface ImportRule {
  readonly from: string;
  readonly files: readonly string[];
  /** Bare specifiers; `node:*` is any module that the runtime has built in. */
  readonly packages: readonly string[];
}

/** A source, by path. */
export type Sources = ReadonlyMap<string, SourceFacts>;

/** The directions of the design: everything points towards `core`. */
export const IMPORT_RULES: readonly ImportRule[] = [
  { from: "src/core/", files: ["src/core/"], packages: ["zod", "node:crypto", "node:net"] },
  { from: "src/mcp/", files: ["src/core/", "src/mcp/"], packages: [] },
  { from: "src/http/", files: ["src/core/", "src/mcp/", "src/http/"], packages: ["node:*"] },
  {
    from: "src/repo/",
    files: ["src/core/", "src/repo/"],
    packages: ["diff", "ignore", "mime/lite", "minimatch", "node:*"],
  },
  { from: "src/search/", files: ["src/core/", "src/repo/", "src/search/"], packages: ["re2js", "node:*"] },
  { from: "src/config/", files: ["src/core/", "src/config/"], packages: ["node:*"] },
  { from: "src/store/", files: ["src/core/", "src/store/"], packages: ["zod", "node:*"] },
  { from: "src/adapters/", files: ["src/core/", "src/store/", "src/adapters/"], packages: ["zod", "node:*"] },
  {
    from: "src/ops/",
    files: ["src/core/", "src/mcp/", "src/store/", "src/adapters/", "src/ops/"],
    packages: ["fflate", "zod", "node:*"],
  },
  { from: "src/metrics/", files: ["src/core/", "src/metrics/"], packages: ["prom-client"] },
  {
    from: "src/offers/",
    files: ["src/core/", "src/mcp/", "src/repo/", "src/store/", "src/ops/", "src/offers/"],
    packages: [],
  },
  { from: "src/", files: ["src/"], packages: ["zod", "node:*"] },
  { from: "tools/registry.ts", files: ["tools/", "src/tool.ts"], packages: [] },
  { from: "tools/", files: ["src/core/", "src/tool.ts"], packages: ["zod"] },
  { from: "main.ts", files: ["src/", "tools/registry.ts", "deno.json"], packages: ["node:*"] },
  {
    from: "scripts/",
    files: ["scripts/", "src/", "tools/registry.ts", "deno.json"],
    packages: ["*", "node:*"],
  },
];

/** Lines of a file, and of a function. */
const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

/** Uses that a few places own, and those places. */
const OWNED_USES: readonly { use: RegExp; owners: readonly string[]; instead: string }[] = [
  { use: /^console\./, owners: [], instead: "the log is a value in the context" },
  { use: /^(Deno|process)\.env$/, owners: ["main.ts", "scripts/"], instead: "main.ts reads the environment" },
  {
    use: /^(Date\.now|new Date\(\)|performance\.(now|timeOrigin)|Math\.random|crypto\.randomUUID)$/,
    owners: ["main.ts", "scripts/"],
    instead: "time and ids come in as values",
  },
  { use: /^Deno\.exit$/, owners: ["main.ts", "scripts/"], instead: "return an exit code" },
];

/** Folders without any I/O: the runtime's name does not stand in them. */
const PURE_FOLDERS = ["src/core/", "src/mcp/"];

/** Every rule by what it says. Each returns one line for each place that breaks it. */
export const RULES: Readonly<Record<string, (sources: Sources, packages: readonly string[]) => string[]>> = {
  "imports follow the design's directions": importProblems,
  "no imports go in a circle": (sources) => circles(sources).map((circle) => circle.join(" → ")),
  "every file of src is reached from main.ts": unreachedFiles,
  "no file only passes on what others export": (sources) =>
    [...sources.values()].filter(({ isBarrel }) => isBarrel).map(({ path }) => path),
  "every file has a name of its own": (sources) =>
    [...sources.keys()].filter((path) =>
      /([_/](utils?|helpers?)|[/](common|misc|index|mod))\.ts$/.test(path)
    ),
  [`no file has more than ${FILE_LINES_MAX} lines`]: (sources) =>
    [...sources.values()].filter(({ lines }) => lines > FILE_LINES_MAX).map(({ path, lines }) =>
      `${path}: ${lines}`
    ),
  [`no function has more than ${FUNCTION_LINES_MAX} lines`]: (sources) =>
    places(
      sources,
      ({ functions }) =>
        functions.filter(({ lines }) => lines > FUNCTION_LINES_MAX).map((f) => ({
          ...f,
          what: `${f.what}: ${f.lines}`,
        })),
    ),
  "what one place owns, no other uses": ownedUses,
  "core and mcp do no I/O": (sources) =>
    places(
      sources,
      ({ path, uses }) =>
        PURE_FOLDERS.some((folder) => path.startsWith(folder))
          ? uses.filter(({ what }) => /^Deno\./.test(what))
          : [],
    ),
  "what is private is written with #": (sources) => places(sources, ({ privates }) => privates),
  "no error is swallowed": (sources) => places(sources, ({ emptyCatches }) => emptyCatches),
  // Its own `z` holds every language's messages, which nobody here reads and every start would load.
  "zod is imported as a namespace": (sources) => textMatches(sources, /import \{[^}]*\} from "zod"/),
  "nothing is left to do": (sources) => textMatches(sources, /\b(TO[D]O|FIX[M]E)\b/),
  "no path of a developer's machine, and no registry": (sources) =>
    textMatches(
      sources,
      /[/](home|Users|root|work)[/]\w+|registry[.]npmjs|jsr[.]io|deno[.]land|esm[.]sh|https:[/][/][^"'` ]*[.]tgz/,
    ),
  "every file of src says in its first sentence what it is for": (sources) =>
    [...sources.values()].filter(({ path, text }) =>
      !/^tools[/]/.test(path) && !/^\/\*\*\s+(\* )?[A-Z`"]/.test(text)
    )
      .map(({ path }) => path),
};

/** The files that a file imports, as paths of the repository. */
export function importedFiles({ path, imports }: SourceFacts): string[] {
  return imports.filter(({ what }) => what.startsWith(".")).map(({ what }) =>
    new URL(what, `file:///${path}`).pathname.slice(1)
  );
}

function importProblems(sources: Sources, packages: readonly string[]): string[] {
  return places(sources, ({ path, imports }) => {
    const rule = IMPORT_RULES.find(({ from }) => isIn(path, from));
    if (rule === undefined) return [{ line: 1, what: "no rule says what it may import" }];
    return imports.filter(({ what }) => !mayImport(rule, { path, specifier: what, packages }));
  });
}

function mayImport(
  rule: ImportRule,
  { path, specifier, packages }: { path: string; specifier: string; packages: readonly string[] },
): boolean {
  if (/^\.\.?\//.test(specifier)) {
    const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
    return rule.files.some((allowed) => isIn(target, allowed));
  }
  if (specifier.startsWith("node:") && rule.packages.includes("node:*")) return true;
  if (specifier.startsWith("node:")) return rule.packages.includes(specifier);
  return packages.includes(specifier) && (rule.packages.includes(specifier) || rule.packages.includes("*"));
}

/** Each circle once, as the paths around it. */
function circles(sources: Sources): string[][] {
  const found: string[][] = [];
  const finished = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) return void found.push([...trail.slice(start), path]);
    const source = sources.get(path);
    if (finished.has(path) || source === undefined) return;
    for (const target of new Set(importedFiles(source))) walk(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of sources.keys()) walk(path, []);
  return found;
}

function unreachedFiles(sources: Sources): string[] {
  const pending = ["main.ts", "tools/registry.ts"];
  const reached = new Set<string>();
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const source = sources.get(path);
    if (reached.has(path) || source === undefined) continue;
    reached.add(path);
    pending.push(...importedFiles(source));
  }
  return [...sources.keys()].filter((path) => !path.startsWith("scripts/") && !reached.has(path));
}

function ownedUses(sources: Sources): string[] {
  return OWNED_USES.flatMap(({ use, owners, instead }) =>
    places(
      sources,
      ({ path, uses }) =>
        owners.some((owner) => isIn(path, owner))
          ? []
          : uses.filter(({ what }) => use.test(what)).map((found) => ({
            ...found,
            what: `${found.what}: ${instead}`,
          })),
    )
  );
}

function textMatches(sources: Sources, pattern: RegExp): string[] {
  return places(sources, ({ text }) =>
    text.split("\n").flatMap((line, index) => {
      const what = pattern.exec(line)?.[0];
      return what === undefined ? [] : [{ line: index + 1, what }];
    }));
}

function places(
  sources: Sources,
  find: (source: SourceFacts) => readonly { line: number; what: string }[],
): string[] {
  return [...sources.values()].flatMap((source) =>
    find(source).map(({ line, what }) => `${source.path}:${line}: ${what}`)
  );
}

function isIn(path: string, place: string): boolean {
  return place.endsWith("/") ? path.startsWith(place) : path === place;
}
