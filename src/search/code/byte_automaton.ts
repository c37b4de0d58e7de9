/**
 * Says of a file's bytes whether an expression can have a match in it: a deterministic automaton over bytes, the states of
 * which are made when they are first come to (as in RE2; Cox, "Regular Expression Matching in the Wild", 2010). One look into a
 * table a byte, and nothing is decoded.
 *
 * A character beyond ASCII is one, or several, bytes with the high bit, in UTF-8 and in sets of one byte a character alike. Which
 * one it is does not matter here: any of them fits, so that the answer may be yes where there is no match, and never the other
 * way around.
 */
import { hasUtf8Mark, UTF8_MARK } from "../decode.ts";
import { ByteNeeds } from "./byte_needs.ts";
import { Around, ASCII_END, type Program } from "./program.ts";

/** States that are kept. When there are more, all are made anew: those that matter come back. */
const STATES_MAX = 4_000;

/**
 * Places of the program that are gone through to make states, in one go: some 20 ms. With each byte that is read there is one
 * more.
 */
const WORK_MAX = 200_000;

/** What stands beside a place of a text. */
type Beside = "nothing" | "newline" | "word" | "other";

/** Where a byte leads: to a state, which is where its row in the table begins; or to one of these. */
const UNKNOWN = 0;
const MATCH = -1;
const TOO_MUCH_WORK = -2;

/** What has been read of a text: where the program is, before what takes no character; and what was read last. */
interface State {
  readonly places: readonly number[];
  readonly before: Beside;
}

/** See the module. It is made for one search. */
export class ByteAutomaton {
  readonly #program: Program;
  readonly #needs: ByteNeeds;
  readonly #hasPositions: boolean;
  /** The class of each byte: bytes that no step tells apart are of one. */
  readonly #classOf: Uint8Array;
  /** A byte of each class. */
  readonly #samples: readonly number[];
  /** Entries of a state in the table: one a class, and one for the end of the text. */
  readonly #width: number;
  readonly #table: Int32Array;
  readonly #states: State[] = [];
  readonly #ids = new Map<string, number>();
  #workLeft = WORK_MAX;
  #state = 0;
  /** In which closure a place was seen last. */
  readonly #seen: Int32Array;
  #closure = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#needs = new ByteNeeds(program);
    this.#hasPositions = program.steps.some(({ kind }) => kind === "position");
    const { classOf, samples } = classesOf(program);
    this.#classOf = classOf;
    this.#samples = samples;
    this.#width = samples.length + 1;
    this.#table = new Int32Array((STATES_MAX + 1) * this.#width);
    this.#seen = new Int32Array(2 * program.steps.length);
  }

  /** Whether there may be a match in the bytes. */
  mayMatch(bytes: Uint8Array): boolean {
    // The mark of UTF-16, which has other bytes.
    if (bytes[0] === 0xff || bytes[0] === 0xfe) return true;
    if (!this.#needs.areIn(bytes)) return false;
    this.#workLeft = Math.min(WORK_MAX, this.#workLeft + bytes.length);
    // The decoder leaves the mark of UTF-8 out; where what follows is not UTF-8, the mark is three characters of the text.
    return this.#mayMatchFrom(0, bytes) || hasUtf8Mark(bytes) && this.#mayMatchFrom(UTF8_MARK.length, bytes);
  }

  #mayMatchFrom(start: number, bytes: Uint8Array): boolean {
    this.#state = this.#idOf({ places: [], before: this.#hasPositions ? "nothing" : "other" });
    for (let at = start;; at++) {
      at = this.#walk(bytes, at);
      const byteClass = at === bytes.length ? this.#samples.length : this.#classOf[bytes[at]!]!;
      const known = this.#table[this.#state + byteClass]!;
      this.#state = known === UNKNOWN ? this.#follow(this.#state, byteClass) : known;
      if (this.#state < 0) return true;
      if (at === bytes.length) return false;
    }
  }

  /** Goes on as far as the table leads; returns at which byte it does not. */
  #walk(bytes: Uint8Array, from: number): number {
    const table = this.#table;
    const classOf = this.#classOf;
    const end = bytes.length;
    let state = this.#state;
    let at = from;
    for (; at < end; at++) {
      const next = table[state + classOf[bytes[at]!]!]!;
      if (next <= 0) break;
      state = next;
    }
    this.#state = state;
    return at;
  }

  /** Where a class, or the end of the text, leads from a state. */
  #follow(id: number, byteClass: number): number {
    const state = this.#states[id / this.#width - 1];
    if (state === undefined) throw new RangeError(`There is no state ${id}`);
    const next = this.#next(state, byteClass);
    if (next === TOO_MUCH_WORK) return next;
    const isFull = this.#states.length >= STATES_MAX;
    if (isFull) this.#forget();
    const nextId = next === MATCH ? next : this.#idOf(next);
    if (!isFull) this.#table[id + byteClass] = nextId;
    return nextId;
  }

  #next({ places, before }: State, byteClass: number): State | typeof MATCH | typeof TOO_MUCH_WORK {
    const sample = this.#samples[byteClass];
    const after = besideOf(sample);
    const holds = around(before, after);
    const { start, steps } = this.#program;
    const closure = ++this.#closure;
    const waiting = [start, ...places];
    const next = new Set<number>();
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (this.#seen[at] === closure) continue;
      this.#seen[at] = closure;
      if (this.#workLeft-- <= 0) return TOO_MUCH_WORK;
      // Places beyond the last step are inside of a character that the step takes.
      const isInChar = at >= steps.length;
      const step = steps[isInChar ? at - steps.length : at];
      if (step?.kind === "match") return MATCH;
      if (step?.kind === "fork") waiting.push(...step.to);
      if (step?.kind === "position" && (step.needs & ~holds) === 0) waiting.push(step.to);
      if (step?.kind !== "char" || sample === undefined) continue;
      const isMore = sample >= ASCII_END;
      if (isInChar ? !isMore : !(isMore ? step.chars.hasMore : step.chars.ascii[sample])) continue;
      next.add(step.to);
      if (isMore) next.add(isInChar ? at : at + steps.length);
    }
    return { places: [...next].sort((a, b) => a - b), before: this.#hasPositions ? after : "other" };
  }

  #idOf(state: State): number {
    const key = `${state.before} ${state.places.join()}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    // No state is in row 0: that is what is unknown.
    const id = this.#states.push(state) * this.#width;
    this.#ids.set(key, id);
    return id;
  }

  #forget(): void {
    this.#table.fill(UNKNOWN);
    this.#ids.clear();
    this.#states.length = 0;
  }
}

/** Bytes that no step tells apart, nor a look at what is around. All that is beyond ASCII is of one class. */
function classesOf({ steps }: Program): { classOf: Uint8Array; samples: number[] } {
  const sets = new Set(steps.flatMap((step) => step.kind === "char" ? [step.chars] : []));
  const classOf = new Uint8Array(256);
  const samples: number[] = [];
  const known = new Map<string, number>();
  for (let byte = 0; byte <= ASCII_END; byte++) {
    const isIn = Array.from(sets, ({ ascii }) => ascii[byte] === true ? "1" : "0");
    const key = byte === ASCII_END ? "beyond" : `${besideOf(byte)} ${isIn.join("")}`;
    const byteClass = known.get(key) ?? samples.push(byte) - 1;
    known.set(key, byteClass);
    classOf[byte] = byteClass;
  }
  return { classOf: classOf.fill(samples.length - 1, ASCII_END), samples };
}

function besideOf(byte: number | undefined): Beside {
  if (byte === undefined) return "nothing";
  if (byte === 10) return "newline";
  return byte < ASCII_END && /\w/.test(String.fromCharCode(byte)) ? "word" : "other";
}

/** What holds between two characters. A word's are ASCII's, as everywhere in RE2. */
function around(before: Beside, after: Beside): number {
  return (before === "nothing" ? Around.beginsText : 0) |
    (before === "nothing" || before === "newline" ? Around.beginsLine : 0) |
    (after === "nothing" ? Around.endsText : 0) |
    (after === "nothing" || after === "newline" ? Around.endsLine : 0) |
    ((before === "word") !== (after === "word") ? Around.isWordBoundary : Around.isNoWordBoundary);
}
