/** The end: what runs is finished, the lock is gone, and the exit code says how it went. */
import assert from "node:assert/strict";
import { SHUTDOWN_GRACE_MS } from "../../src/core/limits.ts";
import { MainProcess, post, SlowRequest } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

const TOY_MAIN = new URL("../support/toy_main.ts", import.meta.url).href;

/** A call that runs until the test lets it go on. */
class RunningCall implements Disposable {
  readonly answer: Promise<Response>;
  readonly #pipe: Deno.FsFile;

  private constructor(answer: Promise<Response>, pipe: Deno.FsFile) {
    this.answer = answer;
    this.#pipe = pipe;
  }

  /** Resolves once the tool runs: a pipe opens only when somebody reads it. */
  static async begin(url: string, root: string): Promise<RunningCall> {
    const pipe = `${root}/pipe`;
    assert.ok((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
    const answer = post(url, "tools/call", { name: "wait_for_pipe", arguments: {} });
    return new RunningCall(answer, await Deno.open(pipe, { write: true }));
  }

  [Symbol.dispose](): void {
    this.#pipe.close();
  }
}

/** Tries to connect until nobody listens any more. */
async function untilRefused(url: string): Promise<void> {
  for (;;) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) })).close();
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return;
      // The listener was just closed, and this connection with it.
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
  }
}

async function assertNoLock(temp: TempRoot): Promise<void> {
  await assert.rejects(Deno.lstat(`${temp.root}/.mcp-lock`), Deno.errors.NotFound);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} lets the call that runs finish, takes no new one, and ends with 0`, async () => {
    await using temp = await TempRoot.create({ git: false });
    await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root }, entry: TOY_MAIN });
    const url = await main.url();
    const call = await RunningCall.begin(url, temp.root);
    main.kill(signal);
    assert.equal(JSON.parse(await main.line(/"stopping"/)).reason, signal);
    await untilRefused(url);
    call[Symbol.dispose]();
    const answer = await call.answer;
    assert.equal(answer.status, 200);
    assert.deepEqual((await answer.json()).result.structuredContent, {});
    assert.equal(await main.ended(), 0, main.lines.join("\n"));
    assert.match(main.lines.at(-1) ?? "", /"msg":"stopped","durationMs":\d/);
    await assertNoLock(temp);
  });
}

Deno.test("a request whose body is still on its way is told to come again", async () => {
  await using temp = await TempRoot.create({ git: false });
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
  const url = await main.url();
  using slow = await SlowRequest.begin(url);
  main.kill("SIGTERM");
  await untilRefused(url);
  assert.match(await slow.finish(), /^HTTP\/1\.1 503 [^]*retry-after: 1/);
  assert.equal(await main.ended(), 0);
});

Deno.test("a connection that is idle does not hold up the end", async () => {
  await using temp = await TempRoot.create({ git: false });
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
  const { port } = new URL(await main.url());
  const silent = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const used = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  await used.write(new TextEncoder().encode("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  await used.read(new Uint8Array(4096));
  const started = performance.now();
  main.kill("SIGTERM");
  assert.equal(await main.ended(), 0);
  assert.ok(
    performance.now() - started < SHUTDOWN_GRACE_MS,
    "before the time that requests are given is over",
  );
  silent.close();
  used.close();
});

Deno.test("a second signal ends it at once, whatever runs", async () => {
  await using temp = await TempRoot.create({ git: false });
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root }, entry: TOY_MAIN });
  using call = await RunningCall.begin(await main.url(), temp.root);
  const lost = assert.rejects(call.answer, TypeError);
  main.kill("SIGTERM");
  await main.line(/"stopping"/);
  main.kill("SIGINT");
  assert.equal(await main.ended(), 130);
  await lost;
  await assertNoLock(temp);
});

Deno.test("a signal that is handed on again costs nothing that was acknowledged", async () => {
  await using temp = await TempRoot.create({ git: false });
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
  const url = await main.url();
  const args = { modelId: "chat/1", gate: "staging" };
  await (await post(url, "tools/call", { name: "promote_model", arguments: args })).body?.cancel();
  main.kill("SIGINT");
  await main.line(/"stopping"/);
  main.kill("SIGINT");
  assert.equal(await main.ended(), 0, main.lines.join("\n"));
  assert.match(await temp.read(".mcp-state.json"), /chat\/1/);
  await assertNoLock(temp);
});

Deno.test("a lock file that was cleaned away does not spoil the end", async () => {
  await using temp = await TempRoot.create();
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
  await main.url();
  await temp.git("clean", "-fdXq");
  main.kill("SIGTERM");
  assert.equal(await main.ended(), 0, main.lines.join("\n"));
});

Deno.test("a tool that throws from a timer is logged, and the server goes on", async () => {
  await using temp = await TempRoot.create({ git: false });
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root }, entry: TOY_MAIN });
  const url = await main.url();
  await (await post(url, "tools/call", { name: "reject_later", arguments: {} })).body?.cancel();
  assert.match(JSON.parse(await main.line(/"bug"/)).stack, /nobody waits for this/);
  assert.equal((await post(url, "ping")).status, 200);
});

Deno.test("an app that crashes ends the process with exit code 70, a log line and no lock", async () => {
  await using temp = await TempRoot.create({ git: false });
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root }, entry: TOY_MAIN });
  const url = await main.url();
  await (await post(url, "tools/call", { name: "throw_later", arguments: {} })).body?.cancel();
  assert.equal(await main.ended(), 70, main.lines.join("\n"));
  assert.match(main.lines.join("\n"), /"msg":"bug".*nobody catches this/);
  await assertNoLock(temp);
});

Deno.test("an app that cannot be put together ends the process instead of leaving it silent", async () => {
  await using temp = await TempRoot.create({ git: false });
  const entry = `${TOY_MAIN}?twice`;
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root }, entry });
  assert.equal(await main.ended(), 70, main.lines.join("\n"));
  assert.match(main.lines.at(-1) ?? "", /two tools named/);
});
