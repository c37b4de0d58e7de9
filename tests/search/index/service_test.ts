/** The indexer's end of the port, with the test at the other end. */
import assert from "node:assert/strict";
import type { Log } from "../../../src/core/log.ts";
import { IndexService, type IndexServiceParts } from "../../../src/search/index/index_service.ts";
import type { FromIndexer, ToIndexer } from "../../../src/search/index/protocol.ts";
import { TempRoot } from "../../support/temp_repo.ts";

function serviceOn(
  { root }: TempRoot,
  parts: Pick<IndexServiceParts, "port"> & Partial<IndexServiceParts>,
): IndexService {
  const clock = { now: () => Date.now(), elapsed: () => performance.now() };
  return new IndexService({ root, path: `${root}/.mcp-index.db`, clock, log: () => {}, ...parts });
}

Deno.test("an index that is damaged again and again is given up, and the app is told that there is none", async () => {
  await using root = await TempRoot.create();
  const { port1, port2 } = new MessageChannel();
  const said: FromIndexer["type"][] = [];
  const tell = (message: ToIndexer) => port2.postMessage(message);
  const closed = Promise.withResolvers<void>();
  port2.onmessage = ({ data }: MessageEvent<FromIndexer>) => {
    if (data.type !== "report") said.push(data.type);
    if (data.type === "opened") tell({ type: "broken", reason: "test" });
    if (data.type === "list") tell({ type: "listed", ticket: data.ticket, listed: null });
    if (data.type === "closed") closed.resolve();
  };
  const notes: string[] = [];
  const log: Log = (event) => void (event.msg === "note" && notes.push(event.text));
  const service = serviceOn(root, { port: port1, log });
  await Promise.all([service.run(), closed.promise]);
  port2.close();
  assert.deepEqual(said.filter((type) => type !== "list"), [
    ...Array.from({ length: 4 }, () => "opened"),
    "unusable",
    "closed",
  ]);
  assert.match(notes.at(-1) ?? "", /damaged 4 times, and is given up/);
});

Deno.test("a file that a list lacks stays while it cannot be asked for by name", async () => {
  await using root = await TempRoot.create();
  await root.write({ "a.md": "alpha", "b.md": "beta" });
  const { port1, port2 } = new MessageChannel();
  const tell = (message: ToIndexer) => port2.postMessage(message);
  const closed = Promise.withResolvers<void>();
  const removed: string[] = [];
  let isWhole = false;
  port2.onmessage = ({ data }: MessageEvent<FromIndexer>) => {
    if (data.type === "list") {
      // Once the index is whole, a list lacks a file, and which of them belong into the index is not known.
      const paths = isWhole ? ["a.md"] : ["a.md", "b.md"];
      const listed = data.paths === undefined ? { paths, isTruncated: false } : null;
      tell({ type: "listed", ticket: data.ticket, listed });
      if (data.paths !== undefined) tell({ type: "refresh", ticket: 1, paths: ["a.md"] });
    }
    if (data.type === "report") {
      removed.push(...data.report.removed);
      if (!isWhole && data.report.files === 2 && data.report.pending === 0) {
        isWhole = true;
        tell({ type: "sweep", ticket: 2 });
      }
    }
    if (data.type === "refreshed") tell({ type: "close" });
    if (data.type === "closed") closed.resolve();
  };
  const service = serviceOn(root, { port: port1 });
  await Promise.all([service.run(), closed.promise]);
  port2.close();
  assert.deepEqual([isWhole, removed], [true, []]);
});

Deno.test("an indexer leaves after a large first build where another one goes on, and stays where there is none", async () => {
  for (const isReplaced of [true, false]) {
    await using root = await TempRoot.create();
    const paths = Array.from({ length: 1_000 }, (_, at) => `${at}.md`);
    await root.write(Object.fromEntries(paths.map((path) => [path, path])));
    const { port1, port2 } = new MessageChannel();
    const tell = (message: ToIndexer) => port2.postMessage(message);
    const closed = Promise.withResolvers<boolean>();
    let lastPending = -1;
    port2.onmessage = ({ data }: MessageEvent<FromIndexer>) => {
      if (data.type === "list") {
        tell({ type: "listed", ticket: data.ticket, listed: { paths, isTruncated: false } });
      }
      if (data.type === "report") {
        const { pending, wordsSequence } = data.report;
        lastPending = pending;
        if (wordsSequence > 0 && !isReplaced) tell({ type: "close" });
      }
      if (data.type === "closed") closed.resolve(data.isSpent);
    };
    const service = serviceOn(root, { port: port1, isReplaced });
    const [end, isSpent] = await Promise.all([service.run(), closed.promise]);
    port2.close();
    assert.deepEqual([end, isSpent, lastPending], [isReplaced ? "spent" : "ended", isReplaced, 0]);
  }
});
