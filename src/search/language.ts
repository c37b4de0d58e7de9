/** The language of a file, by its name. */
import { type Language, LANGUAGES } from "../core/languages.ts";

export type { Language } from "../core/languages.ts";

const EXTENSIONS: Readonly<Record<Language, string>> = {
  typescript: "ts tsx mts cts",
  javascript: "js jsx mjs cjs",
  python: "py pyi pyw",
  go: "go",
  rust: "rs",
  java: "java",
  kotlin: "kt kts",
  swift: "swift",
  c: "c h",
  cpp: "cc cpp cxx c++ hpp hh hxx h++ ipp inl cu cuh",
  csharp: "cs csx",
  ruby: "rb rake gemspec ru",
  php: "php phtml",
  shell: "sh bash zsh ksh bats",
  sql: "sql ddl pgsql",
  markdown: "md markdown mdx mdown",
  json: "json jsonc json5 jsonl ndjson",
  yaml: "yaml yml",
  toml: "toml",
  html: "html htm xhtml vue svelte",
  css: "css scss sass less",
  text: "txt rst adoc",
};

const BY_EXTENSION: ReadonlyMap<string, Language> = new Map(
  LANGUAGES.flatMap((language) => EXTENSIONS[language].split(" ").map((extension) => [extension, language])),
);

const BY_NAME: ReadonlyMap<string, Language> = new Map([
  ["rakefile", "ruby"],
  ["gemfile", "ruby"],
  ["configure", "shell"],
  ["readme", "text"],
  ["changelog", "text"],
  ["license", "text"],
]);

/** The language of the file at `path`; undefined for one that is not known. */
export function languageOf(path: string): Language | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const dot = name.lastIndexOf(".");
  return (dot > 0 ? BY_EXTENSION.get(name.slice(dot + 1)) : undefined) ?? BY_NAME.get(name);
}
