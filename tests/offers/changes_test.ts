/** What watching clients hear when a tool changes a file: each what it watches, under the address that it used. */
import assert from "node:assert/strict";
import { CHANGE_QUIET_MS } from "../../src/core/limits.ts";
import { type Change, Changes } from "../../src/mcp/changes.ts";
import { RepoChanges } from "../../src/offers/repo_changes.ts";
import { sha256Hex } from "../../src/repo/digest.ts";
import { AppClient } from "../support/app_client.ts";
import { EventReader, type Json } from "../support/mcp_client.ts";

const LIST_CHANGED = "notifications/resources/list_changed";
const UPDATED = "notifications/resources/updated";

/** What comes until a change of this file, which is always heard, has come. */
async function untilUpdate(events: EventReader, uri: string): Promise<string[]> {
  const heard: string[] = [];
  for (;;) {
    const { method, params } = await events.next();
    if (method === UPDATED && params.uri === uri) return heard;
    heard.push(method === UPDATED ? params.uri : method);
  }
}

Deno.test("a session hears of the files it watches, of new files, and of nothing else", async () => {
  await using client = await AppClient.create({ git: false });
  const { app } = client;
  await app.root.write({ "a.txt": "one", "b.txt": "one", "docs/c.txt": "one" });
  const headers = await client.shakeHands();
  await using events = await client.sessionEvents(headers);
  const subscribe = async (uri: string, method = "resources/subscribe"): Promise<Json> =>
    await (await app.post({ jsonrpc: "2.0", id: 1, method, params: { uri } }, headers)).json();
  for (const uri of ["lukhas://file/a.txt", "lukhas://file/docs%2Fc.txt", "lukhas://file/b.txt"]) {
    assert.deepEqual((await subscribe(uri)).result, {});
  }
  assert.equal((await subscribe("lukhas://file/none.txt")).error.code, -32002);
  assert.equal((await subscribe("lukhas://file/.git/config")).error.code, -32002);
  await subscribe("lukhas://file/b.txt", "resources/unsubscribe");
  await app.call("write_file", { path: "b.txt", contents: "two", overwrite: true });
  await app.call("write_file", { path: "a.txt", contents: "one", overwrite: true });
  await app.call("append_file", { path: "docs/c.txt", contents: "two" });
  assert.deepEqual(await untilUpdate(events, "lukhas://file/docs%2Fc.txt"), []);
  await app.call("write_file", { path: "new.txt", contents: "one" });
  await app.call("write_file", { path: "a.txt", contents: "two", overwrite: true });
  assert.deepEqual(await untilUpdate(events, "lukhas://file/a.txt"), [LIST_CHANGED]);
});

Deno.test("a stateless client hears what it listens for, from every tool that changes files", async () => {
  await using client = await AppClient.create({ git: false });
  const { app } = client;
  await app.root.write({ "a.txt": "one\n", "b.txt": "one" });
  await Deno.symlink("a.txt", `${app.root.root}/link`);
  const [a, b, link] = ["lukhas://file/a.txt", "lukhas://file/b.txt", "lukhas://file/link"];
  const notifications = {
    resourcesListChanged: true,
    resourceSubscriptions: [a, b, link, "lukhas://file/none"],
  };
  await using events = new EventReader(await client.open("subscriptions/listen", { notifications }));
  const { params } = await events.next();
  assert.deepEqual(params.notifications, { ...notifications, resourceSubscriptions: [a, b, link] });
  const steps: [string, Json, string][] = [
    ["update_file", { path: "a.txt", contents: "two\n", expectSha256: sha256Hex("one\n") }, a],
    ["apply_patch", { path: "a.txt", patch: "@@ -1 +1 @@\n-two\n+three\n" }, a],
    ["append_file", { path: "link", contents: "four" }, link],
    ["rename_file", { from: "b.txt", to: "c.txt" }, b],
    ["delete_file", { path: "link", expectSha256: sha256Hex("three\nfour\n") }, link],
  ];
  for (const [tool, args, uri] of steps) {
    const heard = untilUpdate(events, uri);
    await app.call(tool, args);
    await heard;
  }
});

Deno.test("the overview is told with commits and with changes of files", async () => {
  await using client = await AppClient.create();
  const { app } = client;
  await app.root.commit({ "a.txt": "one" });
  await app.root.write({ "a.txt": "two" });
  const notifications = { resourceSubscriptions: ["lukhas://repo"] };
  await using events = new EventReader(await client.open("subscriptions/listen", { notifications }));
  await events.next();
  const heard = untilUpdate(events, "lukhas://repo");
  await app.call("git_commit", { message: "feat: two", add: ["a.txt"] });
  assert.deepEqual(await heard, []);
});

/** Changes as they are told, with a timer that a test lets go off. */
function quietChanges() {
  const changes = new Changes();
  const told: Change[] = [];
  changes.listen((change) => told.push(change));
  const timers: { run: () => void; ms: number }[] = [];
  const repoChanges = new RepoChanges({
    changes,
    later: (run, ms) => {
      const timer = { run, ms };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  });
  const pass = () => timers.splice(0).forEach(({ run }) => run());
  return { repoChanges, told, timers, pass };
}

Deno.test("many new files are one change of the list at once, and one more when the second is over", () => {
  const { repoChanges, told, timers, pass } = quietChanges();
  const lists = () => told.filter(({ kind }) => kind === "resources").length;
  for (let n = 0; n < 5; n++) repoChanges.filesTouched([{ path: `${n}`, became: "created" }]);
  assert.equal(lists(), 1);
  assert.deepEqual(timers.map(({ ms }) => ms), [CHANGE_QUIET_MS, CHANGE_QUIET_MS]);
  pass();
  assert.equal(lists(), 2);
  pass();
  assert.equal(lists(), 2, "nothing came in between");
  repoChanges.filesTouched([{ path: "0", became: "changed" }]);
  assert.equal(lists(), 2, "a file that stays is no change of the list");
  repoChanges.filesTouched([{ path: "0", became: "removed" }]);
  assert.equal(lists(), 3);
  repoChanges.close();
  assert.deepEqual(timers, []);
  repoChanges.filesTouched([{ path: "1", became: "removed" }]);
  assert.deepEqual([lists(), timers.length], [3, 0]);
});

Deno.test("a watch ends with the last of those who asked for it, and ending it twice ends it once", () => {
  const { repoChanges, told } = quietChanges();
  const touch = () => {
    told.length = 0;
    repoChanges.filesTouched([{ path: "a", became: "changed" }]);
    return told.filter((change) => change.kind === "resource" && change.uri === "uri").length;
  };
  const [first, second] = [repoChanges.watch("uri", ["a", "a"]), repoChanges.watch("uri", ["a"])];
  assert.equal(touch(), 1);
  first();
  first();
  assert.equal(touch(), 1);
  second();
  assert.equal(touch(), 0);
  repoChanges.close();
});
