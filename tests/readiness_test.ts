/** Whether the parts can serve: those who ask at the same time share one look at git. */
import assert from "node:assert/strict";
import { gitLook, readinessOf } from "../src/readiness.ts";

const NO_SIGNAL = new AbortController().signal;

/** Git whose answers are given by hand. */
function answeringGit() {
  const looks: PromiseWithResolvers<string | undefined>[] = [];
  const unavailableReason = (signal?: AbortSignal) => {
    const look = Promise.withResolvers<string | undefined>();
    signal?.addEventListener("abort", () => look.reject(signal.reason));
    looks.push(look);
    return look.promise;
  };
  return { looks, unavailableReason };
}

Deno.test("whoever asks while somebody looks shares that look, and the next one looks anew", async () => {
  const git = answeringGit();
  const look = gitLook(git, NO_SIGNAL);
  const readiness = readinessOf(look, { receipt: () => ({ files: 0, pending: 0, head: null, dirty: null }) });
  const both = [look(), readiness()] as const;
  assert.equal(git.looks.length, 1);
  git.looks[0]?.resolve(undefined);
  assert.equal(await both[0], undefined);
  assert.deepEqual(await both[1], { repository: { ready: true }, search: { ready: true } });
  const later = look();
  git.looks[1]?.resolve("Cannot use git: it is gone");
  assert.equal(await later, "Cannot use git: it is gone");
});

Deno.test("a look that fails fails for those who share it alone, and one that a stop cuts off says so", async () => {
  const git = answeringGit();
  const closing = new AbortController();
  const look = gitLook(git, closing.signal);
  const failing = look();
  git.looks[0]?.reject(new TypeError("a bug"));
  await assert.rejects(failing, /a bug/);
  const cutOff = look();
  closing.abort();
  assert.equal(await cutOff, "the server is stopping");
});
