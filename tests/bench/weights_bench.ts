/** The weights of ranking, fitted to the questions of repositories that may be tuned on: the halves that are not reported. */
import { planQuery } from "../../src/search/ranking/query_plan.ts";
import { rank } from "../../src/search/ranking/ranking.ts";
import { CHANGE_WEIGHTS, FEATURES, type Features, FIND_WEIGHTS } from "../../src/search/ranking/weights.ts";
import { memoryIndex } from "./quality/memory_index.ts";
import { COMMITS_MAX, knownItems } from "./quality/query_sets.ts";
import { readCommits, readTexts } from "./quality/repository.ts";
import { fitWeights, type JudgedQuestion } from "./quality/weight_fit.ts";

/**
 * Questions that ask where something is never name its file, so that they cannot tell what a name is worth to who does:
 * by them alone it would be nothing.
 */
const FIND_LEAST: Partial<Features> = {
  nameCover: 0.2,
  nameExact: 0.5,
  pathCover: 0.8,
  symbolRun: 0.1,
  symbolCover: 0.2,
  symbolSum: 0.2,
};

/** Prints both sets of weights, fitted, each beside what it is now. Every kind of every repository counts the same. */
export function benchWeights(print: (line: string) => void, roots: readonly string[]): void {
  const judged = new Map<Features, JudgedQuestion[]>([[FIND_WEIGHTS, []], [CHANGE_WEIGHTS, []]]);
  for (const root of roots.length === 0 ? ["."] : roots) {
    for (const [weights, question] of judge(root)) judged.get(weights)?.push(question);
  }
  for (const [name, now] of [["find", FIND_WEIGHTS], ["change", CHANGE_WEIGHTS]] as const) {
    const questions = judged.get(now) ?? [];
    const fitted = fitWeights(questions, now, now === FIND_WEIGHTS ? FIND_LEAST : {});
    print(`\n${name}, ${questions.length} questions${" ".repeat(14)}now  fitted`);
    for (const feature of FEATURES) {
      print(
        `${feature.padEnd(28)}${now[feature].toFixed(2).padStart(8)}${
          fitted[feature].toFixed(2).padStart(8)
        }`,
      );
    }
  }
}

/** The questions of a repository that may be tuned on, each with the weights that it is asked with. */
function judge(root: string): [Features, JudgedQuestion][] {
  const texts = readTexts(root);
  const items = knownItems(texts, readCommits(root, COMMITS_MAX)).filter(({ isTuning }) => isTuning);
  const ofKind = Map.groupBy(items, ({ kind }) => kind);
  const index = memoryIndex(texts);
  const judged = items.map(({ kind, query, answers }): [Features, JudgedQuestion] => {
    const { files, weights } = rank(index, planQuery(query));
    const share = 1 / (ofKind.get(kind)?.length ?? 1);
    const candidates = files.map(({ file, features }) => ({
      features,
      isAnswer: answers.includes(file.path),
    }));
    return [weights, { files: candidates, share }];
  });
  index.db.close();
  return judged;
}
