/** Files are edited, moved, removed and checked out while eight clients search: no answer shows what was not there. */
import assert from "node:assert/strict";
import { type ServerProcess, startServerProcess } from "../../scripts/server_process.ts";
import { FileHistory } from "../support/file_history.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { until } from "../support/until.ts";

const CLIENTS = 8;

/** What each of them asks at least. */
const ANSWERS_MIN = 10;

/** Files that a checkout changes. */
const FILES = 2_000;

const name = (at: number) => `part${at % 50}/file${at}.md`;
const text = (at: number, version: string) =>
  `# File ${at}\nmarker${at} ${version} shared\nlast line of file${at}\n`;

interface Answer {
  readonly results: { readonly path: string; readonly snippet: string }[];
  readonly index: { readonly pending: number };
}

/** What an answer showed of a file. */
interface Sight {
  readonly query: string;
  readonly path: string;
  readonly snippet: string;
  readonly from: number;
  readonly to: number;
}

/** A client that asks one question after the other. What it saw is judged when it is known what has changed meanwhile. */
async function searchUntil(
  isOver: () => boolean,
  { server, seed }: { server: ServerProcess; seed: number },
): Promise<{ answers: number; sights: Sight[] }> {
  const sights: Sight[] = [];
  let answers = 0;
  for (let round = seed; !isOver() || answers <= ANSWERS_MIN; round += 7) {
    const from = performance.now();
    const query = round % 3 === 0 ? "shared marker" : `marker${round % FILES}`;
    const { results }: Answer = await server.call("search", { query });
    const to = performance.now();
    answers++;
    sights.push(...results.map(({ path, snippet }) => ({ query, path, snippet, from, to })));
  }
  return { answers, sights };
}

/** Waits until the file that holds a word of its own is found, and no other. */
async function untilFound(server: ServerProcess, query: string, path: string | undefined): Promise<void> {
  const first = async () => {
    const { results }: Answer = await server.call("search", { query, limit: 1 });
    return { query, path: results[0]?.path };
  };
  await until(first, (found) => found.path === path);
}

Deno.test("no answer shows text that is not in the file, and none stays missing after a checkout", async () => {
  await using temp = await TempRoot.create();
  const history = new FileHistory();
  const versions = (version: string, files = FILES) =>
    Object.fromEntries(Array.from({ length: files }, (_, at) => [name(at), text(at, version)]));
  await temp.commit(versions("oldest"));
  await temp.git("checkout", "-q", "-b", "next");
  await temp.commit(versions("newest"), "next");
  await temp.git("checkout", "-q", "main");
  history.changed(versions("oldest"), -Infinity);
  await using server = await startServerProcess({ root: temp.root });
  await untilWhole(server);

  let isOver = false;
  const clients = Array.from(
    { length: CLIENTS },
    (_, seed) => searchUntil(() => isOver, { server, seed }),
  );
  const change = async (files: Record<string, string | undefined>, action: () => Promise<unknown>) => {
    const from = performance.now();
    await action();
    history.changed(files, from);
  };
  for (let at = 0; at < 20; at++) {
    const edited = { [name(at)]: text(at, `edited${at} alone${at}`) };
    await change(edited, () => temp.write(edited as Record<string, string>));
    await untilFound(server, `alone${at}`, name(at));
    const moved = `moved/to${at}.md`;
    await change({ [name(at)]: undefined, [moved]: edited[name(at)] }, async () => {
      await Deno.mkdir(`${temp.root}/moved`, { recursive: true });
      await Deno.rename(`${temp.root}/${name(at)}`, `${temp.root}/${moved}`);
    });
    await untilFound(server, `alone${at}`, moved);
    await change({ [moved]: undefined }, () => Deno.remove(`${temp.root}/${moved}`));
    await untilFound(server, `alone${at}`, undefined);
  }
  await temp.git("checkout", "-q", "--", ".");
  history.changed(versions("oldest"), -Infinity);
  for (const [branch, version] of [["next", "newest"], ["main", "oldest"]] as const) {
    await change(versions(version), () => temp.git("checkout", "-q", branch));
    for (let at = 3; at < FILES; at += 97) await untilFound(server, `marker${at} ${version}`, name(at));
    await untilWhole(server);
  }
  isOver = true;
  const results = await Promise.all(clients);
  const wrong = results.flatMap(({ sights }) => sights).filter((sight) =>
    !history.held(sight.path, sight.snippet.trimEnd(), sight)
  );
  assert.deepEqual(wrong.slice(0, 5), []);
});

/** Waits until the index has the files that git has just changed. */
async function untilWhole(server: ServerProcess): Promise<void> {
  const whole = async () => (await server.call("search", { query: "shared", limit: 1 })).index.pending;
  // One look could come before the indexer has noticed anything at all.
  let quiet = 0;
  await until(whole, (pending) => (quiet = pending === 0 ? quiet + 1 : 0) === 5);
}
