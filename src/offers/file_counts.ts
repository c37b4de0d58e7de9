/** Which languages a project is written in, by the extensions of its files. */

const NAMES: Readonly<Record<string, string>> = {
  c: "C",
  cc: "C++",
  cpp: "C++",
  cs: "C#",
  css: "CSS",
  go: "Go",
  h: "C",
  hpp: "C++",
  html: "HTML",
  java: "Java",
  js: "JavaScript",
  json: "JSON",
  jsx: "JavaScript",
  kt: "Kotlin",
  md: "Markdown",
  mjs: "JavaScript",
  php: "PHP",
  py: "Python",
  rb: "Ruby",
  rs: "Rust",
  scala: "Scala",
  sh: "Shell",
  sql: "SQL",
  swift: "Swift",
  toml: "TOML",
  ts: "TypeScript",
  tsx: "TypeScript",
  yaml: "YAML",
  yml: "YAML",
  zig: "Zig",
};

/** What is counted, and how often it is there. */
export type Count = readonly [name: string, files: number];

/** Files by language, the most frequent first; an extension that is not known stands for itself. */
export function countLanguages(paths: Iterable<string>): Count[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const extension = /[^/.][^/]*\.([A-Za-z0-9_]{1,12})$/.exec(path)?.[1]?.toLowerCase();
    if (extension === undefined) continue;
    const name = Object.hasOwn(NAMES, extension) ? NAMES[extension] ?? "" : `.${extension}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return mostFirst(counts);
}

/** Files by the folder at the top of the root that holds them, the fullest first; `""` is the root itself. */
export function countTopFolders(paths: Iterable<string>): Count[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folder = path.includes("/") ? path.slice(0, path.indexOf("/")) : "";
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return mostFirst(counts);
}

function mostFirst(counts: ReadonlyMap<string, number>): Count[] {
  return [...counts].sort(([a, more], [b, less]) => less - more || (a < b ? -1 : 1));
}
