/**
 * Finds the weights under which right answers most likely come first: the listwise loss of Cao et al., "Learning to Rank:
 * From Pairwise Approach to Listwise Approach" (2007), for the first place, by Adam (Kingma and Ba, 2014). It follows how
 * far apart files score and not only in which order they come, and so does not fit the noise of single ranks.
 */
import { FEATURES, type Features } from "../../../src/search/ranking/weights.ts";

/** One question: what speaks for each file that may answer it, and which of them do. */
export interface JudgedQuestion {
  readonly files: readonly { readonly features: Features; readonly isAnswer: boolean }[];
  /** How much it counts. */
  readonly share: number;
}

/** A difference of scores by which one file is e times as likely to come first as another. */
const TEMPERATURE = 0.2;

/** What it costs to leave the weights that one began with, for each by its size, or this where it is less. */
const STAYING = 0.001;
const SIZE_MIN = 0.3;

const STEPS = 400;
const STEP = 0.02;
const MOMENTUM = 0.9;
const SPREAD = 0.99;

/** Weights are written with this much between two of them. */
const GRAIN = 0.05;

/** These speak against a file, all others for one: what nothing speaks for is no result. */
const AGAINST = new Set(["test", "prose", "data", "generated", "changelog"]);

/** Fits the weights, beginning with `start` and none below `least`. The same for the same questions. */
export function fitWeights(
  questions: readonly JudgedQuestion[],
  start: Features,
  least: Partial<Features> = {},
): Features {
  const before = Float64Array.from(FEATURES, (feature) => start[feature]);
  const judged = questions.filter(({ files }) => files.some(({ isAnswer }) => isAnswer)).map(pack);
  const weights = before.slice();
  const mean = new Float64Array(weights.length);
  const square = new Float64Array(weights.length);
  for (let step = 1; step <= STEPS; step++) {
    const slope = slopeOf(judged, weights);
    for (const [at, feature] of FEATURES.entries()) {
      const [weight, first] = [weights[at] ?? 0, before[at] ?? 0];
      const size = Math.max(SIZE_MIN, Math.abs(first));
      const pull = (slope[at] ?? 0) + 2 * STAYING * (weight - first) / size ** 2;
      mean[at] = MOMENTUM * (mean[at] ?? 0) + (1 - MOMENTUM) * pull;
      square[at] = SPREAD * (square[at] ?? 0) + (1 - SPREAD) * pull ** 2;
      const root = Math.sqrt((square[at] ?? 0) / (1 - SPREAD ** step)) + 1e-6;
      const next = weight - STEP * (mean[at] ?? 0) / (1 - MOMENTUM ** step) / root;
      weights[at] = AGAINST.has(feature) ? Math.min(0, next) : Math.max(least[feature] ?? 0, next);
    }
  }
  const rounded = FEATURES.map((feature, at) =>
    [feature, Math.round((weights[at] ?? 0) / GRAIN) * GRAIN] as const
  );
  return Object.fromEntries(rounded) as Features;
}

/** A question as numbers in a row: each file's features, and whether it is an answer. */
interface Packed {
  readonly values: Float64Array;
  readonly answers: Uint8Array;
  readonly share: number;
}

function pack({ files, share }: JudgedQuestion): Packed {
  return {
    values: Float64Array.from(files.flatMap(({ features }) => FEATURES.map((feature) => features[feature]))),
    answers: Uint8Array.from(files, ({ isAnswer }) => Number(isAnswer)),
    share,
  };
}

/** The gradient of the mean negative logarithm of the likelihood that an answer comes first. */
function slopeOf(questions: readonly Packed[], weights: Float64Array): Float64Array {
  const slope = new Float64Array(weights.length);
  const width = weights.length;
  const total = questions.reduce((sum, { share }) => sum + share, 0);
  for (const { values, answers, share } of questions) {
    const likely = likelihoods(values, weights, answers.length);
    const right = likely.reduce((sum, value, file) => sum + value * (answers[file] ?? 0), 0);
    for (const [file, value] of likely.entries()) {
      const excess = value - (answers[file] === 1 ? value / right : 0);
      const pull = share / total * excess / TEMPERATURE;
      for (let at = 0; at < width; at++) {
        slope[at] = (slope[at] ?? 0) + pull * (values[file * width + at] ?? 0);
      }
    }
  }
  return slope;
}

/** How likely each file comes first: the softmax of the scores. */
function likelihoods(values: Float64Array, weights: Float64Array, files: number): Float64Array {
  const scores = new Float64Array(files);
  for (let file = 0; file < files; file++) {
    let score = 0;
    for (const [at, weight] of weights.entries()) {
      score += weight * (values[file * weights.length + at] ?? 0);
    }
    scores[file] = score;
  }
  const best = Math.max(...scores);
  const powers = scores.map((score) => Math.exp((score - best) / TEMPERATURE));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => Math.max(power / sum, Number.MIN_VALUE));
}
