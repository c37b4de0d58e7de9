/** What a file is beside the source: a test, prose, data, something generated. By its path alone. */
import { languageOf } from "../language.ts";

const TEST =
  /(^|\/)(tests?|testing|__tests__|specs?|e2e|testdata|fixtures?|__snapshots__|benches|benchmarks?|bench|playground|mocks?|__mocks__|examples?)\/|[._-](test|spec|bench|e2e)\.\w+$|[._-](test|spec)s?\.\w+\.?\w*$|(^|\/)(test_[^/]*|[^/]*_test|[^/]*_spec|conftest)\.\w+$|[a-z]Tests?\.(java|kt|cs|swift|php|scala)$/;

const GENERATED =
  /(^|\/)(vendor|third_party|node_modules|dist|build|out|generated|gen|__generated__)\/|\.(min\.(js|css)|map|lock|snap|pb\.go|pb\.cc|pb\.h|g\.dart|svg)$|_pb2\.py$|\.generated\.|[_.]gen\.go$|(^|\/)(package-lock\.json|pnpm-lock\.yaml|yarn\.lock|Cargo\.lock|go\.sum|deno\.lock|poetry\.lock|uv\.lock)$/;

const CHANGELOG =
  /(^|\/)(change_?logs?|changes|releases?|release[_-]?notes|history|news)(\.\w+)?$|(^|\/)(changelogs?|changes)\//i;

/** Whether a file tests, measures or shows other files. */
export function isTest(path: string): boolean {
  return TEST.test(path);
}

/** Whether a file is written for people alone. */
export function isProse(path: string): boolean {
  const language = languageOf(path);
  return language === "markdown" || language === "text" || /(^|\/)(docs?|documentation)\//i.test(path);
}

/** Whether a file holds values rather than code. */
export function isData(path: string): boolean {
  const language = languageOf(path);
  return language === "json" || language === "yaml" || language === "toml" || language === "css" ||
    language === "html";
}

/** Whether a file was made by a program, or by somebody else. */
export function isGenerated(path: string): boolean {
  return GENERATED.test(path);
}

/** Whether a file lists what has changed: it says of everything that it is there, and is never where. */
export function isChangelog(path: string): boolean {
  return CHANGELOG.test(path);
}
