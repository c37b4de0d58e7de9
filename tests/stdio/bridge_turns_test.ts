/** How many of a client's lines a bridge holds before no more are read. */
import assert from "node:assert/strict";
import { HELD_MESSAGES_MAX } from "../../src/core/limits.ts";
import { readBridgeMessage } from "../../src/stdio/bridge_message.ts";
import { BridgeTurns } from "../../src/stdio/bridge_turns.ts";

const LINES = {
  "requests": `{"jsonrpc":"2.0","id":1,"method":"ping"}`,
  "notifications": `{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}`,
};

for (const [what, line] of Object.entries(LINES)) {
  Deno.test(`${what} that wait for the beginning of a session are held, and there is room when one is done with`, async () => {
    const turns = new BridgeTurns();
    const begun = Promise.withResolvers<void>();
    const message = readBridgeMessage(line);
    const taken = Array.from({ length: HELD_MESSAGES_MAX }, () => turns.take(message, begun.promise));
    let hasRoom = false;
    const room = turns.room().then(() => hasRoom = true);
    await Promise.resolve();
    assert.equal(hasRoom, false);
    begun.resolve();
    {
      using _first = await taken[0];
      assert.equal(hasRoom, false);
    }
    await room;
  });
}

Deno.test("a stream that only listens takes nobody's room and nobody's turn", async () => {
  const turns = new BridgeTurns();
  const listening = readBridgeMessage(`{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen"}`);
  await Promise.all(Array.from({ length: HELD_MESSAGES_MAX }, () => turns.take(listening, undefined)));
  await turns.room();
  using _turn = await turns.take(readBridgeMessage(LINES.requests), undefined);
});
