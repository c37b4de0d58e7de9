/** Events that are committed while a reader is on its way in. */
import assert from "node:assert/strict";
import { LiveFeed, LiveReader } from "../../support/live_feed.ts";

/** More turns of the queue than a subscription takes. */
const TURNS = 24;

Deno.test("an event that is committed while a reader finds its place is not lost, at whichever moment", async (t) => {
  for (let turns = 0; turns <= TURNS; turns++) {
    await t.step(`after ${turns} turns`, async () => {
      await using feed = new LiveFeed();
      await feed.emit("job/a");
      const opening = feed.open("?topic=*");
      for (let turn = 0; turn < turns; turn++) await null;
      const committed = feed.emit("job/a");
      const reader = new LiveReader(await opening);
      await reader.open();
      await committed;
      const last = await feed.emit("job/a");
      const seen: number[] = [];
      while (seen.at(-1) !== last) seen.push((await reader.next())?.id ?? last);
      const after = reader.opening?.id ?? 0;
      assert.deepEqual(seen, Array.from({ length: last - after }, (_, index) => after + index + 1));
    });
  }
});

Deno.test("a stream that is ended before it has begun leaves nothing behind", async () => {
  await using feed = new LiveFeed();
  const opening = feed.open("?topic=*");
  feed.route.endCallers(new Set([undefined]));
  await (await opening).body?.cancel();
  assert.deepEqual([feed.route.size, feed.hub.size], [0, 0]);
});
