/**
 * How many steps an engine that goes back takes at most to try a pattern at one place of a text.
 *
 * Such an engine walks a tree: after each way in which a part can match, it tries the rest. For a part, `ways` bounds in how
 * many ways it can match from one place, and `steps` what it costs to go through all of them. So
 *
 * - of a sequence A B, ways are ways(A) × ways(B), steps are steps(A) + ways(A) × steps(B);
 * - of a choice both are sums; where no two options begin with the same character, only one of them has ways at all;
 * - of a body that is repeated at most k times, ways are the sum of ways(body)^i; with one way that is k + 1, and where no
 *   number stands for k it is the longest stretch that such characters can make: a line; where they can be newlines a run
 *   of white space, or the whole text. A body with several ways that has no end is never tried so: it is what takes exponential time;
 * - a repeated character that what follows cannot begin with has one way: wherever the engine gives one back, the next
 *   character is of the repeated ones, and what follows fails at once.
 *
 * Steps at one place thus depend on these three lengths alone. Times the number of places that is a
 * bound for the text; whoever runs such an engine looks at it first.
 */
import { WHITE_SPACE } from "./char_sets.ts";
import { type CharSet, charsOf, isNullable, NEWLINE, type PatternNode } from "./pattern_tree.ts";

/** Lengths in characters. */
export interface Extent {
  /** Of the longest line. */
  readonly line: number;
  /** Of the longest run of white space, newlines among it. */
  readonly space: number;
  /** Of the whole text. */
  readonly text: number;
}

interface Bound {
  readonly ways: number;
  readonly steps: number;
}

/** How a part begins that takes a character: what it may be, and the steps after which any other has failed. */
interface Beginning {
  readonly chars: CharSet;
  readonly steps: number;
}

/** The most steps for one place of a text; Infinity when nothing is certain. */
export function stepsAtOnePlace(pattern: PatternNode, extent: Extent): number {
  return 1 + boundOf(pattern, extent, undefined).steps;
}

/** @param next How the pattern goes on after this part; undefined when that is not certain. */
function boundOf(node: PatternNode, extent: Extent, next: Beginning | undefined): Bound {
  switch (node.kind) {
    case "char":
    case "position":
      return { ways: 1, steps: 1 };
    case "sequence":
      return boundOfSequence(node.parts, extent, next);
    case "choice":
      return boundOfChoice(node.options, extent, next);
    case "repeat":
      return boundOfRepeat(node, extent, next);
    default:
      return node satisfies never;
  }
}

function boundOfSequence(
  parts: readonly PatternNode[],
  extent: Extent,
  next: Beginning | undefined,
): Bound {
  let rest: Bound = { ways: 1, steps: 0 };
  let after = next;
  for (const part of parts.toReversed()) {
    const { ways, steps } = boundOf(part, extent, after);
    rest = { ways: ways * rest.ways, steps: steps + times(ways, rest.steps) };
    after = beginningOf(part);
  }
  return rest;
}

function boundOfChoice(
  options: readonly PatternNode[],
  extent: Extent,
  next: Beginning | undefined,
): Bound {
  const bounds = options.map((option) => boundOf(option, extent, next));
  const steps = options.length + bounds.reduce((sum, bound) => sum + bound.steps, 0);
  const ways = bounds.map((bound) => bound.ways);
  return {
    steps,
    ways: areApart(options) ? Math.max(...ways) : ways.reduce((sum, count) => sum + count),
  };
}

/** Whether the next character says which option it can be. */
function areApart(options: readonly PatternNode[]): boolean {
  let seen = 0n;
  for (const option of options) {
    const beginning = beginningOf(option);
    if (beginning === undefined || (beginning.chars & seen) !== 0n) return false;
    seen |= beginning.chars;
  }
  return true;
}

function boundOfRepeat(
  { body, least, most }: Extract<PatternNode, { kind: "repeat" }>,
  extent: Extent,
  next: Beginning | undefined,
): Bound {
  const chars = charsOf(body);
  const isSpace = (chars & ~WHITE_SPACE.chars) === 0n;
  const longest = (chars & NEWLINE) === 0n ? extent.line : isSpace ? extent.space : extent.text;
  const count = Math.min(most, Math.max(least, longest));
  if (body.kind === "char" && next !== undefined && (chars & next.chars) === 0n) {
    return { ways: 1, steps: (count + 1) * (1 + next.steps) };
  }
  const { ways, steps } = boundOf(body, extent, undefined);
  if (ways === 1) return { ways: count - least + 1, steps: (count + 1) * (steps + 1) };
  if (most === Infinity) return { ways: Infinity, steps: Infinity };
  const all = (ways ** (most + 1) - 1) / (ways - 1);
  return { ways: all, steps: all * (steps + 1) };
}

/** Undefined for what may take nothing, or begins with a look at what is around. */
function beginningOf(node: PatternNode): Beginning | undefined {
  switch (node.kind) {
    case "char":
      return { chars: node.chars, steps: 1 };
    case "position":
      return undefined;
    case "sequence": {
      const [first] = node.parts;
      return first === undefined ? undefined : beginningOf(first);
    }
    case "choice": {
      const all = node.options.map(beginningOf);
      return all.reduce((sum, one) =>
        sum === undefined || one === undefined
          ? undefined
          : { chars: sum.chars | one.chars, steps: sum.steps + one.steps }
      );
    }
    case "repeat":
      return isNullable(node) ? undefined : beginningOf(node.body);
    default:
      return node satisfies never;
  }
}

/** Ways without end do no harm where nothing follows. */
function times(ways: number, steps: number): number {
  return steps === 0 ? 0 : ways * steps;
}
