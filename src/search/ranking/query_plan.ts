/** What a query asks for, whatever its form: words, names, paths, quoted strings, error messages, questions. */
import { QUERY_CHARS_MAX } from "../../core/limits.ts";
import { languageOf } from "../language.ts";
import { foldSymbol, splitWords, stemOf } from "../words.ts";
import { type Wording, wordingOf } from "./word_order.ts";

/** One word that is looked for. */
export interface Term {
  /** In lower case. */
  readonly word: string;
  /** What its inflections begin with. */
  readonly stem: string;
}

/** A query, taken apart. */
export interface QueryPlan {
  /** Words that carry meaning, each once, in the order of the query. */
  readonly terms: readonly Term[];
  /** All words in their order, with those that carry no meaning, for what stands side by side. */
  readonly words: readonly string[];
  /** The words and which of them are neighbours; undefined for a few. */
  readonly wording: Wording | undefined;
  /** What the words are when written as one name: each run of up to four neighbours, and each name as it was written. */
  readonly names: readonly Name[];
  /** Strings to be found as they are: what was quoted, and the whole query. */
  readonly literals: readonly Literal[];
  /** Pieces of paths in lower case: what holds a slash or looks like a file's name, and a scope (`fix(router): …`). */
  readonly paths: readonly string[];
  /** Whether it says what is to be done, as the subject of a commit does, rather than what is looked for. */
  readonly isChange: boolean;
  /** What kind of file a commit's type names: `test(router): …`, `docs: …`. */
  readonly asked: FileRole | undefined;
  /** The area that a commit's subject names before its colon. */
  readonly scopes: readonly string[];
}

/** A string to be found as it is. */
export interface Literal {
  readonly text: string;
  /** In lower case. */
  readonly folded: string;
  /** Its part of the query's length. */
  readonly share: number;
  readonly isQuoted: boolean;
}

/** A name that the query holds or may stand for. */
export interface Name {
  /** As {@linkcode foldSymbol} makes it. */
  readonly folded: string;
  /** How many of the query's words it is made of, over all of them. */
  readonly share: number;
  /** Whether it was written as a name: `rateLimitOk`, not `rate limit ok`. */
  readonly isWritten: boolean;
}

/** What is known of a query's terms and names in the whole repository. */
export interface QueryStatistics {
  /** How rare each term is (inverse document frequency), over the rarest's. */
  readonly weights: readonly number[];
  /** For each folded name of the query that is defined somewhere: in how many files. */
  readonly definers: ReadonlyMap<string, number>;
}

/** Most words of one query that are looked for. */
const TERMS_MAX = 24;

/** Most neighbours that are tried as one name. */
const NAME_WORDS_MAX = 5;

/** Words of questions and sentences that say nothing of what is looked for. */
const STOP_WORDS = new Set(
  ("a an and are as at be been but by can could did do does for from had has have how i if in into is it its just me my no " +
    "not of on or our out s she he should show so t tell than that the their them then there these they this to us was we were " +
    "what when where which while who why will with would you your find").split(" "),
);

/** Takes a query apart. */
export function planQuery(text: string): QueryPlan {
  const query = text.slice(0, QUERY_CHARS_MAX).trim();
  const quoted = Array.from(
    query.matchAll(/"([^"\n]{2,})"|`([^`\n]{2,})`|^'([^'\n]{2,})'$/g),
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
  const unquoted = quoted.length === 1 && quoted[0]?.length === query.length - 2 ? "" : query;
  const literals = [
    ...quoted.map((text) => ({
      text,
      folded: text.toLowerCase(),
      share: (text.length + 2) / query.length,
      isQuoted: true,
    })),
    ...(unquoted === "" ? [] : [{ text: query, folded: query.toLowerCase(), share: 1, isQuoted: false }]),
  ];
  const subject = query.replace(REMARKS, "").trimStart() || query;
  const tokens = subject.replace(CHANGE_TYPE, "").match(/[\p{L}\p{N}_$]+/gu) ?? [];
  const words = tokens.flatMap((token) => splitWords(token));
  const meaningful = words.filter((word) => !STOP_WORDS.has(word));
  const unique = [...new Set(meaningful.length > 0 ? meaningful : words)].slice(0, TERMS_MAX);
  return {
    terms: unique.map((word) => ({ word, stem: stemOf(word) })),
    words,
    wording: wordingOf(words),
    names: namesIn(tokens, words),
    literals,
    paths: pathsIn(query),
    scopes: scopesIn(subject),
    asked: roleIn(subject),
    isChange: /^[a-z]+!?\([^)\n]+\)!?:|^(?:[\w/.-]+|`[\w/.-]+`): \S/i.test(subject) ||
      (words.length > 2 && /^[\w'’]+\s/.test(subject) && IMPERATIVES.has(words[0] ?? "")),
  };
}

function namesIn(tokens: readonly string[], words: readonly string[]): Name[] {
  const names = new Map<string, Name>();
  const add = (folded: string, share: number, isWritten: boolean): void => {
    const known = names.get(folded);
    if (folded.length > 1 && (known === undefined || (isWritten && !known.isWritten))) {
      names.set(folded, { folded, share, isWritten });
    }
  };
  for (const token of tokens) {
    const parts = splitWords(token).length;
    const isWritten = parts > 1 || tokens.length === 1;
    add(foldSymbol(token), parts / words.length, isWritten);
  }
  for (let start = 0; start < Math.min(words.length, TERMS_MAX); start++) {
    for (let count = 2; count <= NAME_WORDS_MAX && start + count <= words.length; count++) {
      add(words.slice(start, start + count).join(""), count / words.length, false);
    }
  }
  for (const word of words) if (!STOP_WORDS.has(word)) add(word, 1 / words.length, false);
  return [...names.values()];
}

function pathsIn(query: string): string[] {
  const pieces =
    query.match(/[\p{L}\p{N}_$@.+\-[\]()~/\\]*[/\\][\p{L}\p{N}_$@.+\-[\]()~/\\]*|[\p{L}\p{N}_$@+.-]+/gu) ??
      [];
  return pieces.map((piece) =>
    piece.toLowerCase().replace(/\\/g, "/").replace(/^(?:\.{0,2}\/)+|[.,:;)]+$/g, "")
  )
    .filter((piece) => piece.length > 2 && (piece.includes("/") || isFileName(piece, query)));
}

/** Whether a word is a file's name: by an extension that is known. `app.get` is none. */
function isFileName(word: string, query: string): boolean {
  return /\w\.\w/.test(word) && languageOf(word) !== undefined ||
    (word === query.toLowerCase() && /^\.?[\w-]+\.?\w*$/.test(word) && word.includes("."));
}

/** `fix(router): …`, `http/cors: …`, `[parser] …`. */
function scopesIn(query: string): string[] {
  const match =
    /^(?:[a-z]+!?\(([^)\n]{2,60})\)!?:|`?([\w/@.-]{2,60}(?:, ?[\w/@.-]{2,60}){0,3})`?:(?=\s)|\[([^\]\n]{2,60})\])/i
      .exec(query);
  const scope = match?.[1] ?? match?.[2] ?? match?.[3] ?? "";
  return scope.toLowerCase().split(/[\s,]+/).filter((part) => part.length > 1 && !CHANGE_TYPES.has(part));
}

/**
 * What the subject of a commit begins with: verbs that a change is asked for with. `parse`, `read`, `load` and their like
 * are no such verbs: programs do that, and who looks for it begins so.
 */
const IMPERATIVES = new Set(
  ("abort accept adapt add added address adjust adopt align allow apply avoid backport bring cache centralize change " +
    "changed check clarify clean cleanup clear collapse combine configure consolidate convert correct cover create " +
    "deduplicate define delegate deprecate detect disable document don downgrade drop edit edited eliminate enable " +
    "ensure exclude expand expose extend extract fall finish fix fixed flatten force freeze generate guard handle " +
    "harden hide honor ignore implement improve improved increase inline instrument introduce isolate keep let limit " +
    "lower make mark mention merge migrate modernize move moved normalize omit optimize override parallelize " +
    "parameterize pass permit pin polish port prefer preserve prevent print propagate protect provide raise reduce " +
    "refactor reject relax rely remove removed rename renamed render reorder reorganize replace report require " +
    "respect restore return reuse rework rewrite send separate set share shorten show shrink silence simplify skip " +
    "sort speed split stabilize stop strip support suppress swap switch test throw tidy track trim truncate turn " +
    "tweak undo unify unwrap update updated upgrade use validate warn widen wire wrap write")
    .split(" "),
);

/** What a subject says of pipelines and of where it was discussed, and not of the change. */
const REMARKS = /\s*(?:\[(?:ci skip|skip ci|no ci)\]|\(#\d{1,9}\))/gi;

/** A type at the beginning of a subject, before its scope. */
const CHANGE_TYPE = /^(?:fix|feat|refactor|perf|chore|style)(?=[!:(])/i;

/** What a file can be beside the source. */
export type FileRole = "test" | "prose" | "data";

const TYPE_ROLES: Readonly<Record<string, FileRole>> = {
  test: "test",
  tests: "test",
  bench: "test",
  doc: "prose",
  docs: "prose",
  ci: "data",
  build: "data",
};

function roleIn(query: string): FileRole | undefined {
  const type = /^([a-z]+)(?:\([^)\n]{1,60}\))?!?:/i.exec(query)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(TYPE_ROLES, type) ? TYPE_ROLES[type] : undefined;
}

/** Types of Conventional Commits 1.0.0 and the habits around it: they say nothing of where a change goes. */
const CHANGE_TYPES = new Set("fix feat feature refactor perf chore build style revert bug".split(" "));
