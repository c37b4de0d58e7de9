/**
 * What the bytes of every match have in common: single ones that cannot be done without, and that so many stand side by side of
 * those that a match can have at all. Looked for in a fraction of the time that the automaton takes.
 */
import { ASCII_END, type Chars, type Program } from "./program.ts";

/** Single bytes that are looked for. */
const BYTES_MAX = 4;

/** Steps that may be gone through to find those: some 20 ms. What takes more is not looked for. */
const WORK_MAX = 200_000;

/** See the module. */
export class ByteNeeds {
  readonly #bytes: readonly number[];
  /** One for each byte that can be in a match. */
  readonly #isIn: Uint8Array;
  /** Bytes of the shortest match, at least; Infinity when there can be none. */
  readonly #least: number;

  constructor(program: Program) {
    this.#bytes = singleBytes(program);
    this.#isIn = bytesOfMatches(program);
    this.#least = leastBytes(program);
  }

  /** Whether the bytes have what a match needs. */
  areIn(bytes: Uint8Array): boolean {
    return this.#bytes.every((byte) => bytes.includes(byte)) && this.#hasRun(bytes);
  }

  /** Every run of so many bytes lies over one of the places that are looked at. */
  #hasRun(bytes: Uint8Array): boolean {
    const isIn = this.#isIn;
    const least = this.#least;
    if (least === 0) return true;
    for (let at = least - 1; at < bytes.length; at += least) {
      if (isIn[bytes[at]!] === 0) continue;
      let start = at;
      while (start > 0 && at - start < least && isIn[bytes[start - 1]!] === 1) start--;
      while (at < bytes.length && at - start < least && isIn[bytes[at]!] === 1) at++;
      if (at - start >= least) return true;
    }
    return false;
  }
}

/** Bytes of ASCII without one of which there is no match: those whose steps cannot be got around. */
function singleBytes({ start, steps }: Program): number[] {
  const single = new Map(
    steps.flatMap((step) => {
      const codes = step.kind === "char" && !step.chars.hasMore ? codesOf(step.chars) : [];
      return codes.length === 1 && step.kind === "char" ? [[step.chars, codes[0]!] as const] : [];
    }),
  );
  const found: number[] = [];
  let workLeft = WORK_MAX;
  for (const [chars, code] of single) {
    workLeft -= steps.length;
    if (found.length === BYTES_MAX || workLeft < 0) break;
    if (leastBytes({ start, steps }, chars) === Infinity) found.push(code);
  }
  return found;
}

function codesOf({ ascii }: Chars): number[] {
  return ascii.flatMap((isIn, code) => isIn ? [code] : []);
}

/** Bytes on the shortest way from the start to a match that does not go over `without`. */
function leastBytes({ start, steps }: Program, without?: Chars): number {
  const seen = new Set<number>();
  let after: number[] = [start];
  for (let count = 0; after.length > 0; count++) {
    const waiting = after;
    after = [];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const step = steps[at];
      if (step === undefined || seen.has(at)) continue;
      seen.add(at);
      if (step.kind === "match") return count;
      if (step.kind === "fork") waiting.push(...step.to);
      else if (step.kind === "position") waiting.push(step.to);
      else if (step.chars !== without) after.push(step.to);
    }
  }
  return Infinity;
}

function bytesOfMatches({ steps }: Program): Uint8Array {
  const isIn = new Uint8Array(256);
  for (const chars of new Set(steps.flatMap((step) => step.kind === "char" ? [step.chars] : []))) {
    for (const code of codesOf(chars)) isIn[code] = 1;
    if (chars.hasMore) isIn.fill(1, ASCII_END);
  }
  return isIn;
}
