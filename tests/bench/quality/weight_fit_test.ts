/** The fit of the weights of ranking. */
import assert from "node:assert/strict";
import {
  type Feature,
  FEATURES,
  type Features,
  FIND_WEIGHTS,
  weigh,
} from "../../../src/search/ranking/weights.ts";
import { fitWeights, type JudgedQuestion } from "./weight_fit.ts";

function features(some: Partial<Record<Feature, number>>): Features {
  return { ...Object.fromEntries(FEATURES.map((feature) => [feature, 0])) as Features, ...some };
}

function question(answer: Partial<Features>, other: Partial<Features>): JudgedQuestion {
  return {
    files: [{ features: features(other), isAnswer: false }, { features: features(answer), isAnswer: true }],
    share: 1,
  };
}

Deno.test("what tells right answers from others comes to count more, and what does not stays", () => {
  const start = features({ fullText: 1, cover: 0.2, window: 0.5 });
  const asked = question({ cover: 1 }, { fullText: 1, test: 1 });
  const fitted = fitWeights([asked, asked], start);
  const [other, answer] = asked.files.map(({ features }) => weigh(features, fitted));
  assert.ok((answer ?? 0) > (other ?? 0), JSON.stringify(fitted));
  assert.ok(fitted.test < 0, "what only wrong answers are speaks against a file");
  assert.equal(fitted.window, 0.5);
});

Deno.test("no weight changes sides or falls below its least, and without a right answer none changes", () => {
  const { fullText, test } = fitWeights(
    [question({ test: 1 }, { fullText: 1 })],
    features({ fullText: 0.1, test: -0.1 }),
  );
  assert.deepEqual([Math.abs(fullText), Math.abs(test)], [0, 0]);
  const kept = fitWeights([question({ cover: 1 }, { fullText: 1 })], features({ fullText: 1 }), {
    fullText: 0.5,
  });
  assert.equal(kept.fullText, 0.5);
  const nobody: JudgedQuestion = { files: [{ features: features({ cover: 1 }), isAnswer: false }], share: 1 };
  for (const feature of FEATURES) {
    const difference = fitWeights([nobody], FIND_WEIGHTS)[feature] - FIND_WEIGHTS[feature];
    assert.ok(Math.abs(difference) < 1e-9, feature);
  }
});
