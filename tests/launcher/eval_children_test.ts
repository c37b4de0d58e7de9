/** Commands as the launcher runs them: real processes, in groups of their own. */
import assert from "node:assert/strict";
import type { HostRunState } from "../../src/adapters/eval/eval_host.ts";
import { EVAL_COMMAND_RUNS_MAX } from "../../src/core/release_limits.ts";
import { EvalChildren } from "../../src/launcher/eval_children.ts";
import { later } from "../../src/timers.ts";
import { until } from "../support/until.ts";

interface Under extends AsyncDisposable {
  readonly children: EvalChildren;
  readonly folder: string;
  /** Starts the command, and returns its process group. */
  start(runId: string, ids?: { taskId?: string; configId?: string }): Promise<number>;
  /** Waits until it is over. */
  end(runId: string): Promise<Extract<HostRunState, { kind: "ended" }>>;
}

async function withCommand(
  argv: string[],
  options: { resultFile?: string; later?: typeof later } = {},
): Promise<Under> {
  const folder = await Deno.makeTempDir();
  const children = new EvalChildren({
    backend: { kind: "command", argv, resultFile: options.resultFile },
    folder,
    secrets: ["EVAL_TEST_SECRET"],
    later: options.later ?? later,
  });
  return {
    children,
    folder,
    async start(runId, { taskId = "task", configId = "config" } = {}) {
      const started = await children.start({ runId, taskId, configId });
      assert.ok(started.kind === "started", JSON.stringify(started));
      return started.processGroup;
    },
    async end(runId) {
      const state = await until(
        () => children.poll({ runId, processGroup: 0 }),
        ({ kind }) => kind !== "running",
      );
      assert.ok(state.kind === "ended", state.kind);
      return state;
    },
    async [Symbol.asyncDispose]() {
      await children.close(0);
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("a command gets the ids as arguments of its own, in the root, and its last JSON object is the result", async () => {
  const script = 'printf "%s\\n" "$@" >&2; pwd >&2; echo \'{"progress":0.5}\'; echo \'{"ok":true}\'; exit 3';
  await using under = await withCommand([
    "sh",
    "-c",
    script,
    "sh",
    "{taskId}",
    "--config={configId}",
    "{jobId}",
  ]);
  await under.start("job-1", { taskId: "a/b.c", configId: "x-1" });
  const { stderr, ...end } = await under.end("job-1");
  assert.deepEqual(end, {
    kind: "ended",
    exitCode: 3,
    signal: undefined,
    wasAsked: false,
    result: { ok: true },
  });
  assert.deepEqual(stderr, `a/b.c\n--config=x-1\njob-1\n${await Deno.realPath(under.folder)}\n`);
});

Deno.test("a command that begins with env -i sees what is named there, and nothing else", async () => {
  Deno.env.set("EVAL_TEST_OTHER", "other");
  try {
    await using under = await withCommand([
      "env",
      "-i",
      "ONLY=this",
      "/bin/sh",
      "-c",
      'echo "[$ONLY][$EVAL_TEST_OTHER]" >&2',
    ]);
    await under.start("r");
    assert.equal((await under.end("r")).stderr, "[this][]\n");
  } finally {
    Deno.env.delete("EVAL_TEST_OTHER");
  }
});

Deno.test("a command sees the server's environment without its keys", async () => {
  Deno.env.set("EVAL_TEST_SECRET", "key");
  Deno.env.set("EVAL_TEST_OTHER", "other");
  try {
    await using under = await withCommand(["sh", "-c", 'echo "[$EVAL_TEST_SECRET][$EVAL_TEST_OTHER]" >&2']);
    await under.start("r");
    assert.equal((await under.end("r")).stderr, "[][other]\n");
  } finally {
    Deno.env.delete("EVAL_TEST_SECRET");
    Deno.env.delete("EVAL_TEST_OTHER");
  }
});

Deno.test("ids that could be options, ways out or scripts start nothing, whatever the app says", async (t) => {
  await using under = await withCommand(["sh", "-c", 'echo "$1" > ran', "sh", "{taskId}"]);
  const bad = [
    "",
    "-rf",
    "../x",
    "a/../b",
    "a/..",
    "..",
    ".",
    "a\nb",
    "a b",
    "$(id)",
    "a;b",
    "/etc",
    "é",
    "a".repeat(129),
  ];
  for (const id of bad) {
    await t.step(JSON.stringify(id), async () => {
      for (const ids of [{ taskId: id, configId: "c" }, { taskId: "t", configId: id }]) {
        assert.equal((await under.children.start({ runId: "r", ...ids })).kind, "refused");
      }
      const run = { runId: id, taskId: "t", configId: "c" };
      assert.equal((await under.children.start(run)).kind, "refused");
    });
  }
  await assert.rejects(Deno.stat(`${under.folder}/ran`), Deno.errors.NotFound);
});

Deno.test("a program that is not there is refused by name", async () => {
  await using under = await withCommand(["no-such-program-here", "{taskId}"]);
  const refused = await under.children.start({ runId: "r", taskId: "t", configId: "c" });
  assert.deepEqual(refused, {
    kind: "refused",
    message: 'Cannot start "no-such-program-here": there is no such program, or it is not on the PATH',
  });
});

Deno.test("asked to end, a command and all that it has started get SIGTERM", async () => {
  const other = "trap 'echo heard > other; exit' TERM; echo '{\"progress\":1}'; while :; do sleep 0.02; done";
  await using under = await withCommand(["sh", "-c", 'sh -c "$1" & wait', "sh", other]);
  const group = await under.start("r");
  await until(
    () => under.children.poll({ runId: "r", processGroup: group }),
    (state) => state.kind === "running" && state.progress === 1,
  );
  await under.children.end("r");
  const end = await under.end("r");
  assert.deepEqual([end.signal, end.exitCode, end.wasAsked], ["SIGTERM", undefined, true]);
  assert.equal(await Deno.readTextFile(`${under.folder}/other`), "heard\n");
});

Deno.test("one that does not hear SIGTERM is killed after 10 s", async () => {
  const timers: { run: () => void; ms: number }[] = [];
  const byHand: typeof later = (run, ms) => {
    timers.push({ run, ms });
    return () => {};
  };
  await using under = await withCommand(
    ["sh", "-c", "trap '' TERM; echo '{\"progress\":1}'; while :; do sleep 0.05; done"],
    { later: byHand },
  );
  const group = await under.start("r");
  await until(
    () => under.children.poll({ runId: "r", processGroup: group }),
    (state) => state.kind === "running" && state.progress === 1,
  );
  await under.children.end("r");
  assert.deepEqual(timers.map(({ ms }) => ms), [10_000]);
  timers[0]?.run();
  assert.equal((await under.end("r")).signal, "SIGKILL");
});

Deno.test("a process that is left behind and holds the output open does not hold up the end", async () => {
  await using under = await withCommand(["sh", "-c", "sleep 30 & echo '{\"a\":1}'"]);
  const group = await under.start("r");
  assert.deepEqual((await under.end("r")).result, { a: 1 });
  Deno.kill(-group, "SIGKILL");
});

Deno.test("the result may be in a file, but not in one of an earlier run", async () => {
  const argv = [
    "sh",
    "-c",
    'test "$1" = old || echo \'{"from":"file"}\' > "out-$1.json"; echo \'{"from":"stdout"}\'',
    "sh",
  ];
  await using under = await withCommand([...argv, "{taskId}"], { resultFile: "out-{taskId}.json" });
  await Deno.writeTextFile(`${under.folder}/out-old.json`, '{"from":"a moment ago"}');
  await under.start("new", { taskId: "new" });
  assert.deepEqual((await under.end("new")).result, { from: "file" });
  await under.start("old", { taskId: "old" });
  assert.equal((await under.end("old")).result, undefined);
  await under.start("again", { taskId: "new" });
  assert.deepEqual((await under.end("again")).result, { from: "file" }, "written anew, with the same text");
});

Deno.test("the file of a result is not read where a link leads out of the root", async () => {
  const outside = await Deno.makeTempFile();
  const argv = ["sh", "-c", 'ln -s "$1" out.json', "sh", outside];
  await using under = await withCommand(argv, { resultFile: "out.json" });
  await Deno.writeTextFile(outside, '{"from":"outside"}');
  await under.start("r");
  assert.equal((await under.end("r")).result, undefined);
  await Deno.remove(outside);
});

Deno.test("of a run that it did not start, a host says whether its process group is still there", async () => {
  await using under = await withCommand(["sleep", "30"]);
  const group = await under.start("r");
  assert.deepEqual(await under.children.poll({ runId: "x", processGroup: group }), {
    kind: "unknown",
    isAlive: true,
  });
  for (const processGroup of [0, 1, -1, NaN, 2 ** 22 + 1]) {
    const state = await under.children.poll({ runId: "x", processGroup });
    assert.deepEqual(state, { kind: "unknown", isAlive: false }, `${processGroup}`);
  }
});

Deno.test("a command that is asked for while the host closes is not started behind its back", async () => {
  await using under = await withCommand(["sh", "-c", "touch started"], { resultFile: "result.json" });
  const starting = under.children.start({ runId: "late", taskId: "t", configId: "c" });
  await under.children.close(0);
  assert.equal((await starting).kind, "refused");
  await assert.rejects(Deno.stat(`${under.folder}/started`), Deno.errors.NotFound);
});

Deno.test("a run is begun once while it runs, and only so many at a time, whatever the app asks", async () => {
  await using under = await withCommand(["sleep", "60"]);
  const start = (runId: string) => under.children.start({ runId, taskId: "task", configId: "config" });
  const twice = await Promise.all([start("one"), start("one")]);
  assert.deepEqual(twice.map(({ kind }) => kind).sort(), ["refused", "started"]);
  const many = await Promise.all(Array.from({ length: EVAL_COMMAND_RUNS_MAX }, (_, i) => start(`run-${i}`)));
  assert.equal(many.filter(({ kind }) => kind === "started").length, EVAL_COMMAND_RUNS_MAX - 1);
});
