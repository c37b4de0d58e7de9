/** Evaluations by a command, in the real process: started by the launcher, seen by the caged app, gone with the server. */
import assert from "node:assert/strict";
import { MainProcess, post, refusedStart } from "../support/main_process.ts";
import { forgeToken, privateKey } from "../support/secrets.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { until } from "../support/until.ts";

// deno-lint-ignore no-explicit-any -- the value's shape is the tool's.
async function call(url: string, name: string, args: Record<string, unknown>): Promise<any> {
  const { result } = await (await post(url, "tools/call", { name, arguments: args })).json();
  assert.notEqual(result.isError, true, JSON.stringify(result));
  return result.structuredContent;
}

/** Waits until a job is as it should be. */
// deno-lint-ignore no-explicit-any -- the value's shape is the tool's.
function untilJob(url: string, jobId: string, fits: (job: any) => boolean): Promise<any> {
  return until(() => call(url, "status", { jobId }), fits);
}

const isOver = ({ status }: Record<string, unknown>) => status !== "QUEUED" && status !== "RUNNING";

/** A command that does what its task says; it stands in the repository. What tells of progress waits until that was seen. */
const SCRIPT = `
seen() { while [ ! -e seen ]; do sleep 0.05; done; }
case "$1" in
  good) echo '{"progress":{"done":1}}'; seen; echo "{\\"accuracy\\":0.5,\\"config\\":\\"$2\\",\\"keys\\":\\"[$LUKHAS_MCP_API_KEYS$PROM_BEARER]\\"}" ;;
  bad) echo "it went wrong" >&2; exit 7 ;;
  leaky) cat progress.json; seen; cat secrets.txt >&2; cat result.json ;;
  leaky-end) cat secrets.txt >&2; exit 7 ;;
  silent) exit 0 ;;
  odd) echo '{"passed":false}'; exit 100 ;;
  slow) trap 'echo heard > "end-$2"; exit' TERM; echo $$ > "pid-$2"; echo '{"progress":1}'; sleep 300 & wait ;;
esac
`;

async function withServer(
  env: Record<string, string>,
  work: (parts: { root: TempRoot; start: () => MainProcess }) => Promise<void>,
): Promise<void> {
  await using root = await TempRoot.create({ git: false });
  await root.write({ "eval.sh": SCRIPT });
  const start = () =>
    new MainProcess({
      flags: ["--allow-run"],
      env: {
        LUKHAS_REPO_ROOT: root.root,
        LUKHAS_EVAL_BACKEND: "command",
        LUKHAS_EVAL_COMMAND: '["sh","eval.sh","{taskId}","{configId}"]',
        ...env,
      },
    });
  await work({ root, start });
}

Deno.test("a command's progress, result, failure and exit code are the job's; it sees no key of the server", () =>
  withServer({ PROM_BEARER: "secret" }, async ({ root, start }) => {
    await using main = start();
    const url = await main.url();
    const run = (taskId: string) => call(url, "run_eval", { taskId, configId: "chat/2" });
    const good = await run("good");
    const running = await untilJob(url, good.jobId, ({ progress }) => progress !== undefined);
    assert.deepEqual([running.status, running.progress], ["RUNNING", { done: 1 }]);
    await root.write({ seen: "" });
    const done = await untilJob(url, good.jobId, isOver);
    assert.deepEqual([done.status, done.result], ["COMPLETED", {
      accuracy: 0.5,
      config: "chat/2",
      keys: "[]",
    }]);
    const ends = {
      bad: ["FAILED", "exit_code", 7, "it went wrong\n"],
      silent: ["FAILED", "no_result", 0, ""],
      odd: ["COMPLETED", undefined, 100, ""],
    };
    for (const [taskId, wanted] of Object.entries(ends)) {
      const job = await untilJob(url, (await run(taskId)).jobId, isOver);
      const { exitCode, stderr } = job.run ?? job.error.details;
      assert.deepEqual([job.status, job.error?.code, exitCode, stderr], wanted, taskId);
    }
    main.kill("SIGTERM");
    assert.equal(await main.ended(), 0);
  }));

Deno.test("no secret that a command writes is in what tools, events and exports show, nor in what is kept", () =>
  withServer({}, async ({ root, start }) => {
    const token = forgeToken();
    const key = privateKey("");
    // The end of stderr that is shown begins in the middle of the key.
    const said = `${key}\n${"log\n".repeat(960)}${token}\n`;
    await root.write({
      "progress.json": JSON.stringify({ progress: { doing: `calls with ${token}` } }) + "\n",
      "result.json": JSON.stringify({ accuracy: 0.5, logs: [{ [token]: [token, key] }] }) + "\n",
      "secrets.txt": said,
    });
    await using main = start();
    const url = await main.url();
    const { jobId } = await call(url, "run_eval", { taskId: "leaky", configId: "c" });
    const running = await untilJob(url, jobId, ({ progress }) => progress !== undefined);
    assert.deepEqual(running.progress, { doing: "calls with [[redacted:github-token]]" });
    await root.write({ seen: "" });
    const done = await untilJob(url, jobId, isOver);
    assert.deepEqual([done.status, done.result.accuracy], ["COMPLETED", 0.5]);
    const { jobId: failed } = await call(url, "run_eval", { taskId: "leaky-end", configId: "c" });
    const { error } = await untilJob(url, failed, isOver);
    const { stderr } = error.details;
    assert.doesNotMatch(stderr, /BEGIN/);
    assert.match(stderr, /\[\[redacted:private-key\]\]\n-----END .*\[\[redacted:github-token\]\]\n$/s);
    const shown = [
      JSON.stringify([running, done, error, await call(url, "why", { id: jobId })]),
      JSON.stringify(await call(url, "list_jobs", {})),
    ];
    main.kill("SIGTERM");
    assert.equal(await main.ended(), 0);
    // Jobs, audits and events, as they are kept: streams and exports show nothing else.
    shown.push(await Deno.readTextFile(`${root.root}/.mcp-state.json`));
    const lines = [token, ...key.split("\n").slice(1, -1)];
    for (const text of shown) assert.deepEqual(lines.filter((line) => text.includes(line)), []);
  }));

Deno.test("two commands run at once, cancel ends one of them, and a third is begun then", () =>
  withServer({}, async ({ start }) => {
    await using main = start();
    const url = await main.url();
    const ids: string[] = [];
    for (const n of [1, 2, 3]) {
      ids.push((await call(url, "run_eval", { taskId: "slow", configId: `${n}` })).jobId);
    }
    const [first = "", second = "", third = ""] = ids;
    for (const id of [first, second]) await untilJob(url, id, ({ progress }) => progress === 1);
    assert.equal((await call(url, "status", { jobId: third })).status, "QUEUED");
    await call(url, "cancel_eval", { jobId: first });
    assert.equal((await untilJob(url, first, isOver)).status, "CANCELED");
    await untilJob(url, third, ({ status }) => status === "RUNNING");
    main.kill("SIGTERM");
    assert.equal(await main.ended(), 0);
  }));

Deno.test("a server that stops takes its commands with it, and the next one begins them anew", () =>
  withServer({}, async ({ root, start }) => {
    await using main = start();
    const url = await main.url();
    const { jobId } = await call(url, "run_eval", { taskId: "slow", configId: "c" });
    await untilJob(url, jobId, ({ progress }) => progress === 1);
    main.kill("SIGTERM");
    assert.equal(await main.ended(), 0);
    assert.equal(await Deno.readTextFile(`${root.root}/end-c`), "heard\n");
    await using next = start();
    const again = await untilJob(await next.url(), jobId, ({ progress }) => progress === 1);
    assert.deepEqual([again.status, again.attempt], ["RUNNING", 1]);
    next.kill("SIGTERM");
    await next.ended();
  }));

Deno.test("after kill -9 the next server says that nobody has seen how its command ended", async () => {
  await using state = await TempRoot.create({ git: false });
  await withServer({ LUKHAS_MCP_DB: `${state.root}/state.db` }, async ({ root, start }) => {
    await using main = start();
    const url = await main.url();
    const { jobId } = await call(url, "run_eval", { taskId: "slow", configId: "c" });
    await untilJob(url, jobId, ({ progress }) => progress === 1);
    const pid = Number(await Deno.readTextFile(`${root.root}/pid-c`));
    main.kill("SIGKILL");
    await main.ended();
    await using next = start();
    const lost = await untilJob(await next.url(), jobId, isOver);
    assert.deepEqual([lost.status, lost.outcome, lost.error.code], ["FAILED", "lost", "vanished"]);
    assert.deepEqual(lost.error.details, { processGroup: pid, maybeRunning: true });
    Deno.kill(-pid, "SIGKILL");
    next.kill("SIGTERM");
    await next.ended();
  });
});

Deno.test("a command that makes no sense stops the start, and names its variable", async (t) => {
  await using root = await TempRoot.create({ git: false });
  const cases: Record<string, [Record<string, string>, RegExp]> = {
    "no command": [{ LUKHAS_EVAL_BACKEND: "command" }, /needs LUKHAS_EVAL_COMMAND, such as \["inspect"/],
    "a shell line": [
      { LUKHAS_EVAL_BACKEND: "command", LUKHAS_EVAL_COMMAND: "inspect eval {taskId}" },
      /LUKHAS_EVAL_COMMAND="inspect eval \{taskId\}" is not a JSON list of texts/,
    ],
    "an empty list": [
      { LUKHAS_EVAL_BACKEND: "command", LUKHAS_EVAL_COMMAND: "[]" },
      /is not a JSON list of texts/,
    ],
    "numbers": [
      { LUKHAS_EVAL_BACKEND: "command", LUKHAS_EVAL_COMMAND: "[1]" },
      /is not a JSON list of texts/,
    ],
    "a server that may start git alone": [
      { LUKHAS_EVAL_BACKEND: "command", LUKHAS_EVAL_COMMAND: '["true"]' },
      /may start no program but git; start it with --allow-run/,
    ],
    "no address": [{ LUKHAS_EVAL_BACKEND: "http" }, /needs LUKHAS_EVAL_URL, the address of the service/],
    "another backend": [{ LUKHAS_EVAL_BACKEND: "magic" }, /is none of simulated, command, http/],
    "a database elsewhere": [
      { LUKHAS_MCP_DB: "postgres://u:secret@h/d" },
      /must be the path of an SQLite database/,
    ],
    "a folder that is not there": [{ LUKHAS_MCP_DB: "/nowhere/at/all/state.db" }, /its folder is not there/],
    "a folder for a file": [{ MCP_STATE_PATH: root.root }, /it is a folder; name a file in it/],
  };
  for (const [name, [env, wanted]] of Object.entries(cases)) {
    await t.step(name, async () => {
      const { line, code } = await refusedStart({ env: { LUKHAS_REPO_ROOT: root.root, ...env } });
      assert.equal(code, 2);
      assert.match(line, wanted);
      assert.doesNotMatch(line, /secret/);
    });
  }
  await t.step("a database that is none", async () => {
    await root.write({
      "state.db": "this is no database, but it is long enough to be looked at as if it were one",
    });
    const { line, code } = await refusedStart({
      env: { LUKHAS_REPO_ROOT: root.root, LUKHAS_MCP_DB: `${root.root}/state.db` },
    });
    assert.equal(code, 2);
    assert.match(line, /Cannot open state\.db, where jobs and models are kept: file is not a database/);
  });
});
