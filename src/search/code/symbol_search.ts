/** Finds definitions by their names. */
import { type DocumentSymbol, toDocument } from "../document.ts";
import type { CurrentFile, IndexReader } from "../index_reader.ts";
import { FileOrder } from "./file_order.ts";
import { foldSymbol, splitWords } from "../words.ts";
import { showLines } from "../shown_lines.ts";
import type { CodeHit, ModeParts, OrderedHits } from "./code_query.ts";

/** Files whose definitions are looked through for a part of a name, and those of which they are the first in the scope. */
const FILES_MAX = 400;
const HELD_MAX = 100_000;

/** Definitions of one name. */
const NAMED_MAX = 500;

/** Words before a name that say what it is to be. */
const KIND_WORDS: Readonly<Record<string, readonly DocumentSymbol["kind"][]>> = {
  function: ["function", "method"],
  func: ["function", "method"],
  fn: ["function", "method"],
  def: ["function", "method"],
  method: ["method", "function"],
  class: ["class"],
  interface: ["interface"],
  type: ["type", "interface"],
  enum: ["enum"],
  struct: ["struct"],
  trait: ["trait"],
  const: ["constant", "variable"],
  var: ["variable", "constant"],
  let: ["variable", "constant"],
  macro: ["macro"],
  table: ["table"],
  heading: ["heading"],
};

interface Found {
  readonly path: string;
  readonly symbol: DocumentSymbol;
  /** Higher is better. */
  readonly fit: number;
}

/** All definitions that fit: the name itself first, then names of the same letters, then those that hold all the words. */
export async function findSymbols({ index, scan, query, inScope, signal }: ModeParts): Promise<OrderedHits> {
  const { name, kinds } = takeApart(query.query);
  const words = splitWords(name);
  const folded = foldSymbol(name);
  const longest = words.toSorted((a, b) => b.length - a.length).slice(0, 1);
  // Before the index is asked: what comes into it meanwhile is then found there.
  const beside = await scan.scan(longest, signal);
  const order = new FileOrder();
  const named = index.symbolsNamed(folded, NAMED_MAX, inScope);
  const holding = words.length === 0
    ? []
    : index.matching(`definitions : (${words.map((word) => `"${word}"`).join(" AND ")})`, HELD_MAX)
      .filter(inScope);
  const paths = new Set([...named.map(({ path }) => path), ...holding.slice(0, FILES_MAX)]);
  const isCut = named.length === NAMED_MAX || holding.length > FILES_MAX;
  const unindexed = new Set([...index.unindexed(), ...beside.paths]);
  for (const path of unindexed) paths.add(path);
  const found: Found[] = [];
  for (const path of paths) {
    if (!inScope(path)) continue;
    for (const symbol of symbolsOf(index, path, unindexed.has(path))) {
      const fit = fitOf(symbol, { name, folded, words, kinds, caseSensitive: query.caseSensitive ?? false });
      if (fit > 0) found.push({ path, symbol, fit });
    }
  }
  found.sort((a, b) => b.fit - a.fit || order.compare(a.path, b.path) || a.symbol.line - b.symbol.line);
  return {
    hits: found.map((hit) => () => show(index, hit, query.context)),
    isPartial: isCut || beside.isPartial,
  };
}

function takeApart(query: string): { name: string; kinds: readonly DocumentSymbol["kind"][] | undefined } {
  const match = /^\s*(\w+)\s+(\S.*)$/.exec(query);
  const kinds = match === null ? undefined : KIND_WORDS[(match[1] ?? "").toLowerCase()];
  const name = kinds === undefined ? query : match?.[2] ?? query;
  return { name: name.trim().replace(/\(.*$/s, ""), kinds };
}

function symbolsOf(index: IndexReader, path: string, isUnindexed: boolean): readonly DocumentSymbol[] {
  if (!isUnindexed) return index.symbolsOf(path);
  const file = index.read(path);
  if (file === undefined) return [];
  return file.isNewer ? toDocument(path, file.text).symbols : index.symbolsOf(path);
}

function fitOf(
  symbol: DocumentSymbol,
  { name, folded, words, kinds, caseSensitive }: {
    name: string;
    folded: string;
    words: readonly string[];
    kinds: readonly string[] | undefined;
    caseSensitive: boolean;
  },
): number {
  const ofKind = kinds === undefined || kinds.includes(symbol.kind) ? 1 : 0.5;
  if (symbol.name === name) return 3 * ofKind;
  if (caseSensitive) return 0;
  if (foldSymbol(symbol.name) === folded) return 2 * ofKind;
  const own = splitWords(symbol.name);
  return words.length > 0 && words.every((word) => own.includes(word))
    ? (words.length / own.length) * ofKind
    : 0;
}

/** The definition as it stands now; undefined when it is gone. */
function show(index: IndexReader, { path, symbol }: Found, context: number): CodeHit | undefined {
  const file = index.read(path);
  const now = file === undefined ? undefined : currentOf(file, symbol);
  if (file === undefined || now === undefined) return undefined;
  const startLine = Math.max(1, now.line - Math.min(context, 1));
  return {
    path,
    ...showLines(file.text, { startLine, count: now.line - startLine + 1 + context }),
    matches: [now.line],
    symbol: { name: now.name, kind: now.kind },
  };
}

function currentOf({ path, text, isNewer }: CurrentFile, symbol: DocumentSymbol): DocumentSymbol | undefined {
  if (!isNewer) return symbol;
  const same = toDocument(path, text).symbols.filter(({ name, kind }) =>
    name === symbol.name && kind === symbol.kind
  );
  return same.toSorted((a, b) => Math.abs(a.line - symbol.line) - Math.abs(b.line - symbol.line))[0];
}
