/** Makes questions whose answers are known from a repository alone, the same ones each time. */
import { createHash } from "node:crypto";
import { type Language, languageOf } from "../../../src/search/language.ts";
import { symbolsIn } from "../../../src/search/symbols.ts";
import { foldSymbol, splitWords } from "../../../src/search/words.ts";
import type { Commit } from "./repository.ts";

/** What a question is made of. */
export const KINDS = ["change", "identifier", "words", "doc", "path", "literal"] as const;
export type Kind = (typeof KINDS)[number];

/** A question, and the files of which any is a right answer. */
export interface KnownItem {
  readonly kind: Kind;
  readonly query: string;
  readonly answers: readonly string[];
  /** Weights may be tuned on these; the others are reported. */
  readonly isTuning: boolean;
}

/** Commits that are looked through for questions. */
export const COMMITS_MAX = 3_000;

/** Questions of one kind: half of them to tune on. */
const QUESTIONS_PER_KIND = 100;

/** A change that touches more than this is not about any of its files. */
const CHANGE_FILES_MAX = 10;

/** Commits that change whatever needs it: releases, dependencies, pipelines, spelling, form. */
const ASKS_FOR_NO_PLACE =
  /^(bump|release|revert|merge|chore|ci|deps?|build|style|lint|v?\d)\b|\b(deps|dependenc(y|ies)|version|release|changelog|typos?|grammar|wording|formatting|broken links?|unused imports?|clippy|lint|linter|msrv|fmt|upgrade|bump)\b|#\d+$/i;

const PROSE: ReadonlySet<Language | undefined> = new Set<Language>(["markdown", "text", "html"]);
const DATA: ReadonlySet<Language | undefined> = new Set<Language>(["json", "yaml", "toml", "css"]);

type Candidate = Omit<KnownItem, "isTuning">;

/** All questions of a repository. */
export function knownItems(texts: ReadonlyMap<string, string>, commits: readonly Commit[]): KnownItem[] {
  const candidates: Candidate[][] = [
    changes(texts, commits),
    ...identifiers(texts),
    sentences(texts),
    pathPieces(texts),
    literals(texts),
  ];
  return candidates.flatMap((ofKind) =>
    spread(ofKind.filter((candidate) => !holdsAnswer(candidate))).map((candidate, index) => ({
      ...candidate,
      isTuning: index % 2 === 0,
    }))
  );
}

/** As many as are wanted, chosen by what they say and not by where they stand. */
function spread(candidates: readonly Candidate[]): Candidate[] {
  const keyed = new Map(candidates.map((candidate) => [digest(candidate.query), candidate]));
  return [...keyed].sort(([a], [b]) => a < b ? -1 : 1).slice(0, QUESTIONS_PER_KIND).map(([, candidate]) =>
    candidate
  );
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Whether a question names the file that it asks for. Path pieces do so on purpose, but never in whole. */
function holdsAnswer({ kind, query, answers }: Candidate): boolean {
  if (kind === "path") return answers.some((path) => query.includes(path));
  const folded = foldSymbol(query);
  return answers.some((path) => {
    const stem = foldSymbol(stemOf(path));
    if (query.includes(path) || query.includes(nameOf(path))) return true;
    return kind !== "change" && stem.length > 3 && folded.includes(stem);
  });
}

/** The subject of a commit asks for the files that it changed and that are still there. */
function changes(texts: ReadonlyMap<string, string>, commits: readonly Commit[]): Candidate[] {
  const asked = commits.flatMap(({ subject, paths }) => {
    const query = subject.replace(/\s*\(?#\d+\)?/g, "").trim();
    if (query.split(/\s+/).length < 4 || ASKS_FOR_NO_PLACE.test(query)) return [];
    const answers = paths.filter((path) =>
      texts.has(path) && !/(^|\/)(change(log|s)|releases?|news)\b|\.lock$|lock\.(json|yaml)$/i.test(path)
    );
    return answers.length === 0 || paths.length > CHANGE_FILES_MAX
      ? []
      : [{ kind: "change", query, answers } as const];
  });
  // The newest: what an old commit changed may not be there any more.
  return asked.filter((candidate) => !holdsAnswer(candidate)).slice(0, QUESTIONS_PER_KIND);
}

/** A name that one file defines asks for that file: as it is written, and in words. */
function identifiers(texts: ReadonlyMap<string, string>): [Candidate[], Candidate[]] {
  const owners = new Map<string, { name: string; paths: Set<string> }>();
  for (const [path, text] of texts) {
    for (const { name, kind } of symbolsIn(text, languageOf(path))) {
      if (kind === "heading") continue;
      const key = foldSymbol(name);
      const owner = owners.get(key) ?? { name, paths: new Set() };
      owner.paths.add(path);
      owners.set(key, owner);
    }
  }
  const asWritten: Candidate[] = [];
  const inWords: Candidate[] = [];
  for (const { name, paths } of owners.values()) {
    if (paths.size !== 1 || name.length < 6) continue;
    const words = splitWords(name);
    asWritten.push({ kind: "identifier", query: name, answers: [...paths] });
    if (words.length >= 2 && words.length <= 5) {
      inWords.push({ kind: "words", query: words.join(" "), answers: [...paths] });
    }
  }
  return [asWritten, inWords];
}

/** A sentence of a comment or of prose, in lower case and without its punctuation, asks for where it stands. */
function sentences(texts: ReadonlyMap<string, string>): Candidate[] {
  const places = new Map<string, Set<string>>();
  for (const [path, text] of texts) {
    const language = languageOf(path);
    if (language === undefined || DATA.has(language)) continue;
    for (const sentence of PROSE.has(language) ? proseSentences(text) : commentSentences(text)) {
      const query = sentence.toLowerCase().replace(/[^\p{L}\p{N}' -]+/gu, " ").replace(/\s+/g, " ").trim();
      const words = query.split(" ");
      if (words.length < 8 || words.length > 24) continue;
      // One word in five is missing: who asks does not quote.
      const asked = words.filter((_, index) => index % 5 !== 3).join(" ");
      places.set(asked, (places.get(asked) ?? new Set()).add(path));
    }
  }
  return few(places, "doc");
}

function proseSentences(text: string): string[] {
  return text.replace(/```[\s\S]*?```/g, "").split(/\n\s*\n/).filter((block) => /^[A-Z]/.test(block))
    .map((block) => /^[^.!?\n|<>{}[\]]+[^.!?|<>{}[\]]*[.!?]/.exec(block)?.[0] ?? "");
}

function commentSentences(text: string): string[] {
  const blocks =
    text.match(/\/\*\*[\s\S]{1,2000}?\*\/|(?:^[ \t]*(?:\/\/\/?|#)[ \t].*\n){1,20}|"""[\s\S]{1,1000}?"""/gm) ??
      [];
  return blocks.map((block) => {
    const prose = block.replace(/^[ \t]*(\/\*\*|\*\/|\*|\/\/[/!]?|#+|""")/gm, " ").replace(/\*\/|"""/g, " ")
      .trim();
    return /^[A-Z][^.!?@{}<>]*[.!?](?=\s|$)/.exec(prose)?.[0] ?? "";
  });
}

/** The end of a path without its extension asks for the path, when nothing else ends so. */
function pathPieces(texts: ReadonlyMap<string, string>): Candidate[] {
  const pieces = new Map<string, Set<string>>();
  for (const path of texts.keys()) {
    const segments = path.split("/");
    if (segments.length < 3) continue;
    const stem = stemOf(path);
    for (
      const piece of [
        `${segments.at(-2)}/${stem}`,
        `${segments.at(-3)}/${segments.at(-2)}/${nameOf(path)}`,
        `${segments.at(-2)} ${stem}`,
      ]
    ) {
      pieces.set(piece, (pieces.get(piece) ?? new Set()).add(path));
    }
  }
  return few(pieces, "path");
}

/** A string of the source asks for the one file that holds it; every other time in quotes. */
function literals(texts: ReadonlyMap<string, string>): Candidate[] {
  const places = new Map<string, Set<string>>();
  const names = new Set([...texts.keys()].flatMap((path) => [nameOf(path), stemOf(path)]));
  // A string that is the path of a file asks for that file.
  const isPath = (literal: string) => literal.includes("/") && names.has(stemOf(literal));
  for (const [path, text] of texts) {
    const language = languageOf(path);
    if (language === undefined || DATA.has(language) || PROSE.has(language)) continue;
    for (const [, , literal = ""] of text.matchAll(/(["'`])([^"'`\\\n]{12,70})\1/g)) {
      if (/^[^\s].*[\s.:/(_-].*[^\s]$/.test(literal) && /[a-z]{3}/.test(literal) && !isPath(literal)) {
        places.set(literal, (places.get(literal) ?? new Set()).add(path));
      }
    }
  }
  const unique = few(places, "literal").filter(({ query, answers }) => {
    let holders = 0;
    for (const text of texts.values()) if (text.includes(query) && ++holders > answers.length) return false;
    return true;
  });
  return unique.map((candidate, index) =>
    index % 2 === 0 ? candidate : { ...candidate, query: `"${candidate.query}"` }
  );
}

/** Those that stand in one file. Limited before anything costly is asked of them. */
function few(places: ReadonlyMap<string, ReadonlySet<string>>, kind: Kind): Candidate[] {
  const unique = [...places].filter(([, paths]) => paths.size === 1).map(([query, paths]) => ({
    kind,
    query,
    answers: [...paths],
  }));
  return unique.map((candidate) => ({ candidate, key: digest(candidate.query) })).sort((a, b) =>
    a.key < b.key ? -1 : 1
  )
    .slice(0, QUESTIONS_PER_KIND * 4).map(({ candidate }) => candidate);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function stemOf(path: string): string {
  return nameOf(path).replace(/(?<!^)\..*$/, "");
}
