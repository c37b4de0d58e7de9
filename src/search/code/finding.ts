/** What looking through a text comes upon. */

/** See the module. Offsets are in UTF-16 code units. */
export type Finding =
  | { readonly kind: "match"; readonly start: number; readonly end: number }
  /** Everything before `doneTo` was looked at. `isCut`: but for what goes on beyond `doneTo`, or for the rest of a line that was too long for the pattern. */
  | { readonly kind: "pause"; readonly doneTo: number; readonly isCut: boolean };

/** Finds every match in a text, in order. What lies before `from` may be left out. */
export type Find = (text: string, from: number) => Iterable<Finding>;
