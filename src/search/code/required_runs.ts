/** The runs of letters and digits that every match of an expression holds: each lies in one word of the index. */
import { WORD_CHARS } from "./char_sets.ts";
import type { CharSet, PatternNode } from "./pattern_tree.ts";

/** One set for each character of a run. */
export type Run = readonly CharSet[];

/** Shorter runs are in too many words. */
const RUN_CHARS_MIN = 3;

/** What is longer is looked for by its beginning. */
const RUN_CHARS_MAX = 64;

/** ASCII without the underscore, which parts words. */
const ALNUM: CharSet = WORD_CHARS.chars & ~(1n << BigInt("_".charCodeAt(0)));

/** The runs, in order. There may be more; these are certain. */
export function requiredRuns(pattern: PatternNode): readonly Run[] {
  const runs: CharSet[][] = [[]];
  const walk = (node: PatternNode): void => {
    switch (node.kind) {
      case "char":
        return take(runs, node.chars, { least: 1, most: 1 });
      case "position":
        return;
      case "sequence":
        return node.parts.forEach(walk);
      case "choice":
        return void runs.push([]);
      case "repeat":
        if (node.body.kind === "char") return take(runs, node.body.chars, node);
        return void runs.push([]);
      default:
        return node satisfies never;
    }
  };
  walk(pattern);
  return runs.filter((run) => run.length >= RUN_CHARS_MIN).map((run) => run.slice(0, RUN_CHARS_MAX));
}

function take(runs: CharSet[][], chars: CharSet, { least, most }: { least: number; most: number }): void {
  if ((chars & ~ALNUM) !== 0n) return void runs.push([]);
  const certain = new Array<CharSet>(least).fill(chars);
  runs.at(-1)?.push(...certain);
  // Before what may come more often stands what was; after it stands its end.
  if (most > least) runs.push(certain);
}

/** Finds the words, each on its line and in lower case, that hold a run. Linear in the words. */
export function runExpression(run: Run): RegExp {
  return new RegExp(run.map(classOf).join(""), "g");
}

function classOf(chars: CharSet): string {
  const isIn = (char: string) => (chars >> BigInt(char.charCodeAt(0)) & 1n) === 1n;
  const all = [..."0123456789abcdefghijklmnopqrstuvwxyz"];
  return `[${all.filter((char) => isIn(char) || isIn(char.toUpperCase())).join("")}]`;
}
