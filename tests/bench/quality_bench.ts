/**
 * How well search finds what is known to be there: questions are made from each repository's own history and text, and
 * the mean reciprocal rank (at 10) of the answers is told for each kind of question.
 */
import { planQuery } from "../../src/search/ranking/query_plan.ts";
import { rank } from "../../src/search/ranking/ranking.ts";
import { type Finder, plainFts5, ripgrep } from "./quality/baselines.ts";
import { memoryIndex } from "./quality/memory_index.ts";
import { COMMITS_MAX, type Kind, KINDS, type KnownItem, knownItems } from "./quality/query_sets.ts";
import { readCommits, readTexts } from "./quality/repository.ts";

/** Ranks that count. */
const RANKS = 10;

/** Questions of each kind that ripgrep is asked: it takes some hundred times as long. */
const RIPGREP_QUESTIONS = 10;

/** Mean reciprocal ranks, by kind. */
type Row = Readonly<Record<Kind, number | undefined>>;

/**
 * Prints the table for the repositories at `roots`, or for this one.
 *
 * @param roots Folders; one that begins with `+` was not tuned on: all of its questions are reported.
 */
export function benchQuality(print: (line: string) => void, roots: readonly string[]): void {
  const tables = new Map<string, Row[]>();
  for (const root of roots.length === 0 ? ["."] : roots) {
    const isHeldOut = root.startsWith("+");
    const folder = isHeldOut ? root.slice(1) : root;
    const texts = readTexts(folder);
    const items = knownItems(texts, readCommits(folder, COMMITS_MAX));
    const index = memoryIndex(texts);
    const ranked: Finder = (query, limit) =>
      rank(index, planQuery(query)).files.slice(0, limit).map(({ file }) => file.path);
    print(`\n${folder}: ${texts.size} files, ${items.length} questions${isHeldOut ? ", not tuned on" : ""}`);
    print(`${"".padEnd(28)}${KINDS.map((kind) => kind.padStart(11)).join("")}       mean`);
    const reported = items.filter(({ isTuning }) => isHeldOut || !isTuning);
    const rows: [string, readonly KnownItem[], Finder][] = [
      ...(isHeldOut ? [] : [
        ["tuned half", items.filter(({ isTuning }) => isTuning), ranked] as [string, KnownItem[], Finder],
      ]),
      [isHeldOut ? "reported, all" : "reported half", reported, ranked],
      ["plain FTS5", reported, plainFts5(index.db, texts)],
      [
        "ripgrep, ranked by words",
        KINDS.flatMap((kind) => ofKind(reported, kind).slice(0, RIPGREP_QUESTIONS)),
        ripgrep(folder, texts),
      ],
    ];
    for (const [name, asked, find] of rows) {
      const row = measure(asked, find);
      print(format(name, row));
      const table = isHeldOut && name.startsWith("reported") ? `${name}, not tuned on` : name;
      tables.set(table, [...(tables.get(table) ?? []), row]);
    }
    index.db.close();
  }
  print(`\nmean over repositories`);
  for (const [name, rows] of tables) print(format(name, meanOf(rows)));
}

function ofKind(items: readonly KnownItem[], kind: Kind): KnownItem[] {
  return items.filter((item) => item.kind === kind);
}

function measure(items: readonly KnownItem[], find: Finder): Row {
  return byKind((kind) =>
    mean(ofKind(items, kind).map((item) => reciprocalRank(item, find(item.query, RANKS))))
  );
}

function reciprocalRank({ answers }: KnownItem, found: readonly string[]): number {
  const at = found.findIndex((path) => answers.includes(path));
  return at < 0 ? 0 : 1 / (at + 1);
}

function meanOf(rows: readonly Row[]): Row {
  return byKind((kind) => mean(rows.flatMap((row) => row[kind] ?? [])));
}

function byKind(value: (kind: Kind) => number | undefined): Row {
  return Object.fromEntries(KINDS.map((kind) => [kind, value(kind)])) as Row;
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function format(name: string, row: Row): string {
  const cells = KINDS.map((kind) => (row[kind]?.toFixed(3) ?? "-").padStart(11)).join("");
  const overall = mean(KINDS.flatMap((kind) => row[kind] ?? []));
  return `${name.padEnd(28)}${cells}${(overall?.toFixed(3) ?? "-").padStart(11)}`;
}
