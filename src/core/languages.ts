/** The languages that a file can be of. */

/** Languages whose definitions are found; other files have none. */
export const LANGUAGES = [
  "typescript",
  "javascript",
  "python",
  "go",
  "rust",
  "java",
  "kotlin",
  "swift",
  "c",
  "cpp",
  "csharp",
  "ruby",
  "php",
  "shell",
  "sql",
  "markdown",
  "json",
  "yaml",
  "toml",
  "html",
  "css",
  "text",
] as const;

/** One of {@linkcode LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];
