/** The end: what runs is finished, the lock is gone, and the exit code says how it went. */
import assert from "node:assert/strict";
import { MainProcess, post, SlowRequest } from "../support/main_process.ts";
import { TempRoot } from "../support/temp_repo.ts";

const TOY_MAIN = new URL("../support/toy_main.ts", import.meta.url).href;

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} lets the request that runs finish, takes no new one, and ends with 0`, async () => {
    await using temp = await TempRoot.create({ git: false });
    await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
    const url = await main.url();
    // An idle connection must not keep the server.
    await (await post(url, "ping")).body?.cancel();
    using slow = await SlowRequest.begin(url);
    main.kill(signal);
    assert.equal(JSON.parse(await main.line(/"stopping"/)).reason, signal);
    await untilRefused(url);
    const answer = await slow.finish();
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.match(answer, /"result":\{\}/);
    assert.equal(await main.ended(), 0);
    assert.deepEqual(Array.from(Deno.readDirSync(temp.root)), [], "no lock is left");
  });
}

/** Tries to connect until nobody listens any more. */
async function untilRefused(url: string): Promise<void> {
  for (;;) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) })).close();
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return;
      throw error;
    }
  }
}

Deno.test("a second signal ends it at once, whatever runs", async () => {
  await using temp = await TempRoot.create({ git: false });
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
  using _slow = await SlowRequest.begin(await main.url());
  main.kill("SIGTERM");
  await main.line(/"stopping"/);
  main.kill("SIGINT");
  assert.equal(await main.ended(), 130);
  assert.deepEqual(Array.from(Deno.readDirSync(temp.root)), [], "no lock is left");
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
  assert.match(main.lines.at(-1) ?? "", /"msg":"bug".*nobody catches this/);
  assert.deepEqual(Array.from(Deno.readDirSync(temp.root)), [], "no lock is left");
});

Deno.test("an app that cannot be put together ends the process instead of leaving it silent", async () => {
  await using temp = await TempRoot.create({ git: false });
  const entry = `${TOY_MAIN}?twice`;
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root }, entry });
  assert.equal(await main.ended(), 70, main.lines.join("\n"));
  assert.match(main.lines.at(-1) ?? "", /two tools named/);
});
