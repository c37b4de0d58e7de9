/** `kill -9` at random points of a storm, and what was there after each start. */
import { crashStorm } from "../support/crash_storm.ts";
import { seededRandom } from "../support/seeded_random.ts";

/** Kills a server that many times (50). Whatever is lost, doubled or hangs ends the run with an error. */
export async function benchCrash(print: (line: string) => void, rounds = 50): Promise<void> {
  const report = await crashStorm({
    rounds,
    random: seededRandom(2),
    onRound: (round, answers) =>
      print(`round ${round + 1}: killed after ${answers} answers; the database is whole`),
  });
  print(
    `${report.rounds} rounds: ${report.jobs} evaluations, ${report.promotions} promotions and ${report.canaries} canaries ` +
      "that were acknowledged are there, and each has one end;",
  );
  print(
    `a subscriber that resumed by id had each of ${report.events} events once; the chain of ${report.audits} audits holds`,
  );
}
