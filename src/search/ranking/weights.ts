/** How much each feature of a file counts. Found by measuring (`deno task bench weights`), not by reasoning. */

/** The names of the features. Each is a number from 0 to 1. */
export const FEATURES = [
  // What the index says: the full-text query's score over that of its best file.
  "fullText",
  // The file's name and path.
  "nameCover",
  "nameExact",
  "pathCover",
  "pathFit",
  "pathTail",
  "scope",
  // Its definitions.
  "symbolExact",
  "symbolRun",
  "symbolCover",
  "symbolSum",
  // Its text.
  "quoted",
  "literal",
  "literalFolded",
  "cover",
  "window",
  "adjacent",
  "order",
  // What it is, where the query asks for that.
  "typeAsked",
  "roleAsked",
  // What it is, where the query does not ask for that.
  "test",
  "prose",
  "data",
  "generated",
  "changelog",
] as const;

/** One of {@linkcode FEATURES}. */
export type Feature = (typeof FEATURES)[number];

/** What speaks for a file, or against it. */
export type Features = Readonly<Record<Feature, number>>;

/** For what asks where something is. */
export const FIND_WEIGHTS: Features = {
  fullText: 0.75,
  nameCover: 0,
  nameExact: 0,
  pathCover: 0.5,
  pathFit: 3.55,
  pathTail: 1.2,
  scope: 0,
  symbolExact: 1.55,
  symbolRun: 0.1,
  symbolCover: 0.05,
  symbolSum: 0,
  quoted: 3.9,
  literal: 1.3,
  literalFolded: 0.45,
  cover: 1.8,
  window: 0.35,
  adjacent: 0.4,
  order: 0.6,
  typeAsked: 0,
  roleAsked: 0.2,
  test: 0,
  prose: 0,
  data: 0,
  generated: 0,
  changelog: -0.45,
};

/** For what says what is to be done: the answer is where that would be done. */
export const CHANGE_WEIGHTS: Features = {
  fullText: 0.6,
  nameCover: 0.4,
  nameExact: 0.25,
  pathCover: 1.35,
  pathFit: 0.2,
  pathTail: 0.1,
  scope: 0.5,
  symbolExact: 0.45,
  symbolRun: 0.15,
  symbolCover: 0.4,
  symbolSum: 0.25,
  quoted: 0.85,
  literal: 0.7,
  literalFolded: 0.95,
  cover: 1,
  window: 0.35,
  adjacent: 0.75,
  order: 0.55,
  typeAsked: 0.25,
  roleAsked: 0.15,
  test: -0.15,
  prose: -0.15,
  data: 0,
  generated: -0.7,
  changelog: -4.2,
};

/** The sum that files are ordered by. */
export function weigh(features: Features, weights: Features): number {
  let sum = 0;
  for (const feature of FEATURES) sum += features[feature] * weights[feature];
  return sum;
}
