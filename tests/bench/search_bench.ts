/**
 * Times search: how long the index takes to build, how soon it is current again after a start and after a checkout, and how
 * long questions take over HTTP, beside `rg -l` and a plain FTS5 table. One column a size, or one for a given repository.
 */
import { type ServerProcess, startServerProcess } from "../../scripts/server_process.ts";
import { cpuSeconds } from "./load.ts";
import { git, TempRoot } from "../support/temp_repo.ts";
import { everywhereFigures } from "./search_everywhere.ts";
import { makeSearchCorpus, touchCorpus } from "./search_corpus.ts";
import { type Question, questionsOf } from "./search_questions.ts";
import { hasRipgrep, PlainFullText, ripgrep } from "./search_rivals.ts";
import { untilFound, untilWhole } from "./search_waits.ts";

const QUESTIONS = 150;
const CLIENTS = 8;

/** Ripgrep takes its time, and takes it every time. */
const RIPGREP_QUESTIONS = 20;

/** The sizes of the table, as far as they are asked for. */
const SIZES = [2_500, 25_000, 250_000];
const DEFAULT_SIZE = 25_000;

/** The collector of the runtime takes a rest of 8 s for a sign that it may take its time. */
const REST_MS = 30_000;

/** With fewer files there is nothing to give back. */
const RESTING_FILES = 1_000;

/** Files that are changed while no server runs. */
const CHANGED_FILES = 20;

/** Figures by what they say. */
type Figures = Map<string, string>;

/** A repository, and where its index is to lie. */
interface Bench {
  readonly root: string;
  readonly index: string;
  /** Whether it was made for this, and may be changed. */
  readonly isOurs: boolean;
  readonly figures: Figures;
}

/**
 * Prints the table.
 *
 * @param asked A size, up to which all of {@linkcode SIZES} are made, or a repository's folder.
 */
export async function benchSearch(
  print: (line: string) => void,
  asked = String(DEFAULT_SIZE),
): Promise<void> {
  const columns = new Map<string, Figures>();
  const size = Number(asked);
  const sizes = SIZES.filter((known) => known <= size);
  const subjects = Number.isNaN(size) ? [asked] : sizes.length > 0 ? sizes : [size];
  for (const subject of subjects) {
    await using temp = await TempRoot.create({ git: false });
    const figures: Figures = new Map();
    const isOurs = typeof subject === "number";
    const root = isOurs ? temp.root : await Deno.realPath(subject);
    if (isOurs) print(`making a repository of ${subject} files`);
    if (isOurs) await makeSearchCorpus(root, subject);
    await measure({ root, isOurs, figures, index: `${temp.outside}/index.db` });
    columns.set(isOurs ? `${subject} files` : root.slice(root.lastIndexOf("/") + 1), figures);
  }
  printTable(print, columns);
}

async function measure(bench: Bench): Promise<void> {
  const { root, figures } = bench;
  const questions = await questionsOf(root, QUESTIONS);
  figures.set("text, MB", megabytes(await textBytes(root)));
  {
    await using server = await start(bench);
    await measureBuild(bench, server);
    await measureQuestions(bench, server, questions);
    for (const [what, figure] of await everywhereFigures(root, server)) figures.set(what, figure);
    figures.set("memory after all questions, MB", memoryMegabytes(server.pid));
    measureSize(bench);
    if (bench.isOurs) await measureCheckout(bench, server);
  }
  await measureStart(bench);
  await measureRivals(bench, questions);
}

function start({ root, index }: Bench): Promise<ServerProcess> {
  const env = { MCP_INDEX_PATH: index, MCP_RL_BUCKET: "0" };
  return startServerProcess({ root, env });
}

async function measureBuild({ root, figures }: Bench, server: ServerProcess): Promise<void> {
  const started = performance.now();
  await server.call("search", { query: "first question of all" });
  figures.set("first answer, ms", milliseconds(performance.now() - started));
  await untilWhole(server);
  figures.set("first build, s", seconds(performance.now() - started));
  figures.set("first build, CPU s", cpuSeconds(server.pid).toFixed(1));
  figures.set("memory right after it, MB", memoryMegabytes(server.pid));
  if (await filesOf(root) < RESTING_FILES) return;
  // What only the build needed is given back: the indexer's worker is another one by then, and collectors have run.
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  figures.set(`memory ${REST_MS / 1000} s later, MB`, memoryMegabytes(server.pid));
}

function measureSize({ index, figures }: Bench): void {
  const files = [index, `${index}-wal`].map((path) => Deno.statSync(path).size);
  figures.set("index, MB", megabytes(files.reduce((sum, bytes) => sum + bytes)));
}

async function measureQuestions(
  { figures }: Bench,
  server: ServerProcess,
  questions: readonly Question[],
): Promise<void> {
  const ask = ({ query }: Question) => server.call("search", { query });
  // Once for the caches of the system: what is measured is the server.
  await times(questions, ask);
  const before = cpuSeconds(server.pid);
  figures.set("search, p50 / p95 ms", percentiles(await times(questions, ask)));
  figures.set("search, CPU ms", ((cpuSeconds(server.pid) - before) / questions.length * 1000).toFixed(1));
  const together = await Promise.all(
    Array.from(
      { length: CLIENTS },
      (_, client) => times(questions.filter((_, at) => at % CLIENTS === client), ask),
    ),
  );
  figures.set(`search, ${CLIENTS} clients, p50 / p95 ms`, percentiles(together.flat()));
  const code = (mode: string, queries: readonly string[]) =>
    times(queries, (query) => server.call("search_code", { query, mode }));
  const literals = questions.flatMap(({ literal }) => literal ?? []).slice(0, 50);
  figures.set("search_code literal, p50 / p95 ms", percentiles(await code("literal", literals)));
  const expressions = literals.map((literal) => `${escape(literal.slice(0, 4))}\\w*`);
  figures.set(
    "search_code regex with a literal, p50 / p95 ms",
    percentiles(await code("regex", expressions)),
  );
  figures.set("search_code regex without, ms", percentiles(await code("regex", BROAD)));
}

/** Expressions in which nothing stands for itself. */
const BROAD = ["\\d{7,9}\\b", "[A-Z]{14}", "\\b[a-z]{3}\\d[a-z]{3}\\b"];

function escape(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

async function measureCheckout({ root, figures }: Bench, server: ServerProcess): Promise<void> {
  const touch = { count: Math.min(5_000, Math.floor(await filesOf(root) / 2)), word: "checkedout" };
  await git(root, "checkout", "-q", "-b", "other");
  await touchCorpus(root, touch);
  await git(
    root,
    "-c",
    "user.name=Ada",
    "-c",
    "user.email=ada@example.com",
    "commit",
    "-q",
    "-a",
    "-m",
    "other",
  );
  await git(root, "checkout", "-q", "main");
  await untilWhole(server);
  await git(root, "checkout", "-q", "other");
  const started = performance.now();
  await untilFound(server, touch);
  figures.set(
    "whole after a checkout of 5,000 files (half of 2,500), ms",
    milliseconds(performance.now() - started),
  );
}

async function measureStart(bench: Bench): Promise<void> {
  const { root, isOurs, figures } = bench;
  const touch = { count: CHANGED_FILES, word: "changedmeanwhile" };
  if (isOurs) await touchCorpus(root, touch);
  const started = performance.now();
  await using server = await start(bench);
  figures.set("start with an index, ms", milliseconds(performance.now() - started));
  await (isOurs ? untilFound(server, touch) : untilWhole(server));
  figures.set("changed files found, ms since the start", milliseconds(performance.now() - started));
}

async function measureRivals({ root, index, figures }: Bench, questions: readonly Question[]): Promise<void> {
  if (await hasRipgrep()) {
    const few = questions.slice(0, RIPGREP_QUESTIONS);
    figures.set(
      "rg -l, same questions, p50 / p95 ms",
      percentiles(await times(few, (one) => ripgrep(root, one))),
    );
    const broad = await times(BROAD, (regex) => ripgrep(root, { regex }));
    figures.set("rg -l, regex without a literal, ms", percentiles(broad));
  } else figures.set("rg -l", "not installed");
  const before = cpuSeconds(Deno.pid);
  using plain = await PlainFullText.build(root, `${index}.plain`);
  figures.set("plain FTS5: build, s", seconds(plain.buildMs));
  figures.set("plain FTS5: build, CPU s", (cpuSeconds(Deno.pid) - before).toFixed(1));
  figures.set("plain FTS5: index, MB", megabytes(Deno.statSync(`${index}.plain`).size));
  const asked = await times(questions, ({ terms }) => Promise.resolve(plain.search(terms)));
  figures.set("plain FTS5, in process, p50 / p95 ms", percentiles(asked));
}

/** How long each took, one after the other. */
async function times<Item>(
  items: readonly Item[],
  action: (item: Item) => Promise<unknown>,
): Promise<number[]> {
  const taken: number[] = [];
  for (const item of items) {
    const started = performance.now();
    await action(item);
    taken.push(performance.now() - started);
  }
  return taken;
}

function percentiles(taken: readonly number[]): string {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? NaN).toFixed(1);
  return `${at(0.5)} / ${at(0.95)}`;
}

async function filesOf(root: string): Promise<number> {
  return (await git(root, "ls-files", "-z")).split("\0").length - 1;
}

async function textBytes(root: string): Promise<number> {
  let bytes = 0;
  for (const path of (await git(root, "ls-files", "-z")).split("\0")) {
    const info = path === "" ? undefined : Deno.lstatSync(`${root}/${path}`);
    if (info?.isFile === true && info.size <= 1024 * 1024) bytes += info.size;
  }
  return bytes;
}

function memoryMegabytes(pid: number): string {
  if (Deno.build.os !== "linux") return "only on Linux";
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ?? [];
  return megabytes(Number(kibibytes) * 1024);
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
const milliseconds = (ms: number) => ms.toFixed(0);
const seconds = (ms: number) => (ms / 1000).toFixed(1);

function printTable(print: (line: string) => void, columns: ReadonlyMap<string, Figures>): void {
  const load = Deno.build.os === "windows" ? "" : `, load average ${Deno.loadavg()[0]?.toFixed(1)}`;
  print(`${navigator.hardwareConcurrency} cores${load}`);
  print("".padEnd(60) + [...columns.keys()].map((name) => name.padStart(22)).join(""));
  const rows = new Set([...columns.values()].flatMap((figures) => [...figures.keys()]));
  for (const row of rows) {
    const cells = [...columns.values()].map((figures) => (figures.get(row) ?? "").padStart(22));
    print(row.padEnd(60) + cells.join(""));
  }
}
