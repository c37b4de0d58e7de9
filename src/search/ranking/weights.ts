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
  fullText: 0.7,
  nameCover: 0.2,
  nameExact: 0.5,
  pathCover: 0.8,
  pathFit: 4.35,
  pathTail: 1.05,
  scope: 0,
  symbolExact: 1.9,
  symbolRun: 0.1,
  symbolCover: 0.2,
  symbolSum: 0.2,
  quoted: 2.8,
  literal: 1.7,
  literalFolded: 0.5,
  cover: 2.55,
  window: 0.35,
  adjacent: 0.45,
  order: 0.6,
  typeAsked: 0,
  roleAsked: 0.15,
  test: 0,
  prose: 0,
  data: 0,
  generated: 0,
  changelog: -0.3,
};

/** For what says what is to be done: the answer is where that would be done. */
export const CHANGE_WEIGHTS: Features = {
  fullText: 0.6,
  nameCover: 0.45,
  nameExact: 0.25,
  pathCover: 1.25,
  pathFit: 0.2,
  pathTail: 0.1,
  scope: 0.5,
  symbolExact: 0.4,
  symbolRun: 0.15,
  symbolCover: 0.4,
  symbolSum: 0.15,
  quoted: 1,
  literal: 0.75,
  literalFolded: 1.1,
  cover: 0.95,
  window: 0.45,
  adjacent: 0.75,
  order: 0.55,
  typeAsked: 0.2,
  roleAsked: 0.15,
  test: -0.1,
  prose: -0.1,
  data: 0,
  generated: -0.7,
  changelog: -4.45,
};

/** The sum that files are ordered by. */
export function weigh(features: Features, weights: Features): number {
  let sum = 0;
  for (const feature of FEATURES) sum += features[feature] * weights[feature];
  return sum;
}
