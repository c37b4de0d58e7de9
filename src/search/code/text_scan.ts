/** Looks for a string or a regular expression in the files that can hold it, in an order that pages can go on in. */
import type { Clock } from "../../core/clock.ts";
import { ANSWER_BYTES_MAX } from "../../core/limits.ts";
import { Turns } from "../../core/turns.ts";
import { type CodeHit, type ModeParts, type Page, sizeOf } from "./code_query.ts";
import { type Cursor, wrongCursor } from "./cursor.ts";
import { FileOrder } from "./file_order.ts";
import { ByteAutomaton } from "./byte_automaton.ts";
import { FileFilter } from "./file_filter.ts";
import type { Find } from "./finding.ts";
import { HitLines } from "./hit_lines.ts";
import { LinearRegex, literalProgram } from "./linear_regex.ts";
import { literalFinder } from "./literal_find.ts";
import { narrow, neededFor } from "./narrowing.ts";
import type { Program } from "./program.ts";
import { lineStart } from "../shown_lines.ts";

/** See the module. */
export class TextScan {
  readonly #clock: Clock;
  readonly #order = new FileOrder();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One page of hits. What was not looked at in time is on the next one. */
  async find(mode: "literal" | "regex", parts: ModeParts): Promise<Page> {
    const { index, query, after, inScope } = parts;
    if (typeof after === "number") throw wrongCursor();
    const { find, program } = lookFor(mode, parts);
    const filter = program === undefined ? undefined : new FileFilter(index, new ByteAutomaton(program));
    const needed = neededFor(mode, query.query, { caseSensitive: query.caseSensitive ?? true });
    // What the index does not have yet is looked through as it lies there.
    const beside = await parts.scan.all(parts.signal);
    const extra = [...index.unindexed(), ...beside.paths.filter((path) => index.file(path) === undefined)];
    const narrowed = narrow(index, needed);
    // What is narrowed by an older state of a file may leave it out.
    const mayMiss = narrowed !== undefined && parts.scan.mayMissChanges();
    const page = new PageBuilder(query.limit, beside.isPartial || mayMiss);
    const turns = new Turns(() => this.#clock.elapsed(), parts.signal);
    let looked = 0;
    for (const path of this.#order.sort(index, narrowed, extra)) {
      if (!inScope(path) || (after !== undefined && this.#order.compare(path, after.path) < 0)) continue;
      await turns.wait();
      // One at least, however late it is: each page goes on from the one before.
      if (looked > 0 && parts.isOver()) return page.end({ path, line: 0 });
      looked++;
      const file = filter?.rulesOut(path) === true ? undefined : index.read(path);
      if (file === undefined) continue;
      const afterLine = path === after?.path ? after.line : 0;
      const hits = new HitLines(file, { context: query.context, afterLine });
      for (const found of find(file.text, lineStart(file.text, afterLine + 1))) {
        if (found.kind === "match") {
          if (!page.takeAll(hits.add(found))) return page.end();
          continue;
        }
        page.isCut ||= found.isCut;
        await turns.wait();
        if (parts.isOver()) {
          return page.takeAll(hits.end())
            ? page.end({ path, line: hits.lineAt(found.doneTo) - 1 })
            : page.end();
        }
      }
      if (!page.takeAll(hits.end())) return page.end();
    }
    return page.end(null);
  }
}

function lookFor(
  mode: "literal" | "regex",
  { query: { query, caseSensitive = true } }: ModeParts,
): { find: Find; program: Program | undefined } {
  if (mode === "literal") {
    return {
      find: literalFinder(query, { caseSensitive }),
      program: literalProgram(query, { caseSensitive }),
    };
  }
  const regex = new LinearRegex(query, { caseSensitive });
  return { find: (text, from) => regex.find(text, from), program: regex.program };
}

/** Collects hits until a page is full. */
class PageBuilder {
  /** Whether a line was looked at in part. */
  isCut: boolean;
  readonly #limit: number;
  readonly #hits: CodeHit[] = [];
  #bytes = 0;

  constructor(limit: number, isCut: boolean) {
    this.#limit = limit;
    this.isCut = isCut;
  }

  /** Whether there was room for all of them. Nothing is asked of a full page but to end. */
  takeAll(hits: readonly CodeHit[]): boolean {
    return hits.every((hit) => {
      this.#bytes += sizeOf(hit);
      const hasRoom = this.#hits.length < this.#limit &&
        (this.#bytes <= ANSWER_BYTES_MAX || this.#hits.length === 0);
      if (hasRoom) this.#hits.push(hit);
      return hasRoom;
    });
  }

  /** The page; the next one begins after its last hit, or at `next`; null when there is none. */
  end(next?: Exclude<Cursor["after"], number> | null): Page {
    const last = this.#hits.at(-1);
    const after = next ??
      (last === undefined ? undefined : { path: last.path, line: last.matches?.at(-1) ?? 0 });
    const isWhole = next === null || after === undefined;
    return { hits: this.#hits, next: isWhole ? undefined : { after }, isPartial: this.isCut };
  }
}
