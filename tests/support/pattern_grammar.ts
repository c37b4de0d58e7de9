/** Regular expressions for properties: choices of sequences of parts, made of given atoms. */
import fc from "fast-check";

/** What the expressions are made of. */
export interface PatternGrammar {
  readonly atoms: readonly string[];
  /** What may stand behind a part; `""` for nothing. */
  readonly quantifiers: readonly string[];
  /** How a group may begin, and how often it does where an atom has a weight of 5. */
  readonly groups: Readonly<Record<string, number>>;
}

/** Expressions of such a grammar. */
export function patternsOf({ atoms, quantifiers, groups }: PatternGrammar): fc.Arbitrary<string> {
  return fc.letrec<{ pattern: string; sequence: string; part: string }>((tie) => ({
    pattern: fc.array(tie("sequence"), { minLength: 1, maxLength: 3 }).map((options) => options.join("|")),
    sequence: fc.array(tie("part"), { maxLength: 4 }).map((parts) => parts.join("")),
    part: fc.tuple(
      fc.oneof(
        { maxDepth: 2 },
        { weight: 5, arbitrary: fc.constantFrom(...atoms) },
        ...Object.entries(groups).map(([open, weight]) => ({
          weight,
          arbitrary: tie("pattern").map((inside) => `${open}${inside})`),
        })),
      ),
      fc.constantFrom(...quantifiers),
    ).map((parts) => parts.join("")),
  })).pattern;
}
