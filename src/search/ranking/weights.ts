/** How much each feature of a file counts. Found by measuring (`deno task bench quality`), not by reasoning. */

/** The names of the features. Each is a number from 0 to 1. */
export const FEATURES = [
  // What the index says: the full-text query's score over that of its best file.
  "fullText",
  // The file's name and path.
  "nameCover",
  "nameFill",
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
  "run",
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
  fullText: 1,
  nameCover: 0.05,
  nameFill: 0.1,
  nameExact: 0.15,
  pathCover: 0.8,
  pathFit: 2.6,
  pathTail: 1.4,
  scope: 0,
  symbolExact: 1.9,
  symbolRun: 0.1,
  symbolCover: 0.15,
  symbolSum: 0.2,
  quoted: 2.8,
  literal: 1.5,
  literalFolded: 0.8,
  cover: 2,
  window: 0.9,
  adjacent: 0.6,
  run: 0.15,
  typeAsked: 0,
  roleAsked: 0.2,
  test: 0,
  prose: 0,
  data: 0,
  generated: 0,
  changelog: -0.1,
};

/** For what says what is to be done: the answer is where that would be done. */
export const CHANGE_WEIGHTS: Features = {
  fullText: 1.2,
  nameCover: 1.2,
  nameFill: 0.1,
  nameExact: 0.15,
  pathCover: 1.2,
  pathFit: 0.1,
  pathTail: 0.1,
  scope: 1.1,
  symbolExact: 1.3,
  symbolRun: 0.4,
  symbolCover: 0.15,
  symbolSum: 0.1,
  quoted: 1.8,
  literal: 0.6,
  literalFolded: 0.8,
  cover: 1,
  window: 0.7,
  adjacent: 0.3,
  run: 0.7,
  typeAsked: 0.6,
  roleAsked: 0.4,
  test: -0.15,
  prose: -0.2,
  data: -0.2,
  generated: -0.6,
  changelog: -3.5,
};

/** The sum that files are ordered by. */
export function weigh(features: Features, weights: Features): number {
  let sum = 0;
  for (const feature of FEATURES) sum += features[feature] * weights[feature];
  return sum;
}
