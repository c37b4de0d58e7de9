/** The lock on a root: one owner, who says where it is; nothing outside the root is touched. */
import assert from "node:assert/strict";
import { type LockResult, RootLock } from "../../src/launcher/root_lock.ts";
import { TempRoot } from "../support/temp_repo.ts";

const OWNER = { pid: 7, url: "http://127.0.0.1:1", token: "t", isReadOnly: false };

function acquired(result: LockResult): RootLock {
  assert.equal(result.kind, "acquired");
  return (result as Extract<LockResult, { kind: "acquired" }>).lock;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("a second owner is refused, and learns of the first what it announced last", async () => {
  await using temp = await TempRoot.create({ git: false });
  const lock = acquired(await RootLock.acquire(temp.root));
  assert.deepEqual(await RootLock.acquire(temp.root), { kind: "held", owner: {} });
  await lock.announce({ ...OWNER, url: null, token: "a much longer token than the next" });
  await lock.announce(OWNER);
  assert.deepEqual(await RootLock.acquire(temp.root), { kind: "held", owner: OWNER });
  await lock.release();
});

Deno.test("whoever reads the note while it is written again and again reads a whole one each time", async () => {
  await using temp = await TempRoot.create({ git: false });
  const lock = acquired(await RootLock.acquire(temp.root));
  await lock.announce(OWNER);
  let isOver = false;
  const reading = (async () => {
    const seen: LockResult[] = [];
    while (!isOver) seen.push(await RootLock.acquire(temp.root));
    return seen;
  })();
  for (let pid = 1; pid <= 200; pid++) await lock.announce({ ...OWNER, pid });
  isOver = true;
  const seen = await reading;
  assert.ok(seen.length > 10);
  for (const result of seen) {
    assert.ok(result.kind === "held" && result.owner.token === OWNER.token, JSON.stringify(result));
  }
  await lock.release();
  assert.deepEqual(Array.from(Deno.readDirSync(temp.root)), []);
});

Deno.test("a link in the place of a note or of its draft is replaced, and what it leads to is untouched", async () => {
  await using temp = await TempRoot.create({ git: false });
  await Deno.writeTextFile(`${temp.outside}/precious`, "precious");
  const lock = acquired(await RootLock.acquire(temp.root));
  await Deno.symlink("../precious", `${temp.root}/.mcp-lock`);
  await lock.announce(OWNER);
  assert.deepEqual(JSON.parse(await temp.read(".mcp-lock")), OWNER);
  await Deno.symlink("../precious", `${temp.root}/.mcp-state.lock-note`);
  await lock.announce(OWNER);
  assert.equal(await Deno.readTextFile(`${temp.outside}/precious`), "precious");
  await lock.release();
});

Deno.test("the lock file can be read by its owner alone, even where it was there before", async () => {
  await using temp = await TempRoot.create({ git: false });
  await Deno.writeTextFile(`${temp.root}/.mcp-lock`, "left by a crash", { mode: 0o666 });
  await Deno.chmod(`${temp.root}/.mcp-lock`, 0o666);
  const lock = acquired(await RootLock.acquire(temp.root));
  await lock.announce(OWNER);
  const { mode } = await Deno.lstat(`${temp.root}/.mcp-lock`);
  assert.equal((mode ?? 0) & 0o777, 0o600);
  assert.deepEqual(JSON.parse(await temp.read(".mcp-lock")), OWNER);
  await lock.release();
});

Deno.test("a note that a crash has left leads nobody to whoever listens there now", async () => {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ ".mcp-lock": JSON.stringify(OWNER) });
  const lock = acquired(await RootLock.acquire(temp.root));
  assert.deepEqual(await RootLock.acquire(temp.root), { kind: "held", owner: {} });
  await lock.release();
});

Deno.test("a released lock leaves no file, and the root is free", async () => {
  await using temp = await TempRoot.create({ git: false });
  await acquired(await RootLock.acquire(temp.root)).release();
  assert.equal(await exists(`${temp.root}/.mcp-lock`), false);
  await acquired(await RootLock.acquire(temp.root)).release();
});

Deno.test("a note that somebody removed, as git clean does, makes no room for a second owner", async () => {
  await using temp = await TempRoot.create({ git: false });
  const lock = acquired(await RootLock.acquire(temp.root));
  await lock.announce(OWNER);
  await Deno.remove(`${temp.root}/.mcp-lock`);
  assert.deepEqual(await RootLock.acquire(temp.root), { kind: "held", owner: {} });
  await lock.announce(OWNER);
  assert.deepEqual(await RootLock.acquire(temp.root), { kind: "held", owner: OWNER });
  await lock.release();
});

Deno.test("what the repository put into the file is not taken for an owner", async () => {
  for (const text of ["null", "7", `"x"`, "[", "\u0000", "x".repeat(10_000)]) {
    await using temp = await TempRoot.create({ git: false });
    await temp.write({ ".mcp-lock": text });
    const lock = acquired(await RootLock.acquire(temp.root));
    const result = await RootLock.acquire(temp.root);
    assert.deepEqual(result, { kind: "held", owner: {} });
    await lock.release();
  }
});

Deno.test("of a note, only what an owner could have written is believed", async () => {
  await using temp = await TempRoot.create({ git: false });
  const lock = acquired(await RootLock.acquire(temp.root));
  const cases: [unknown, unknown][] = [
    [{ pid: "7", url: 7, token: 7 }, {}],
    [{ pid: -1, url: "http://a/\u001b[2J", token: "t" }, { token: "t" }],
    [{ pid: 7, url: "https://elsewhere.example", token: "t" }, { pid: 7, token: "t" }],
    [{ pid: 7, url: null, more: true }, { pid: 7, url: null }],
  ];
  for (const [note, owner] of cases) {
    await temp.write({ ".mcp-lock": JSON.stringify(note) });
    assert.deepEqual(await RootLock.acquire(temp.root), { kind: "held", owner });
  }
  await lock.release();
});

Deno.test("a link, a folder or a pipe in the file's place is refused, and what it leads to is untouched", async (t) => {
  const traps: Record<string, (temp: TempRoot, path: string) => Promise<void>> = {
    "a link to a file": async (temp, path) => {
      await Deno.writeTextFile(`${temp.outside}/precious`, "precious");
      await Deno.symlink("../precious", path);
    },
    "a link to nothing": (temp, path) => Deno.symlink(`${temp.outside}/new`, path),
    "a folder": (_, path) => Deno.mkdir(path),
    "a pipe": async (_, path) => {
      await new Deno.Command("mkfifo", { args: [path] }).output();
    },
  };
  for (const [name, lay] of Object.entries(traps)) {
    await t.step(name, async () => {
      await using temp = await TempRoot.create({ git: false });
      await lay(temp, `${temp.root}/.mcp-lock`);
      await assert.rejects(RootLock.acquire(temp.root), /\.mcp-lock: it is not a file/);
      assert.equal(await exists(`${temp.outside}/new`), false);
      if (name === "a link to a file") {
        assert.equal(await Deno.readTextFile(`${temp.outside}/precious`), "precious");
      }
    });
  }
});

Deno.test("of twenty that try at once, exactly one becomes the owner", async () => {
  await using temp = await TempRoot.create({ git: false });
  const results = await Promise.all(Array.from({ length: 20 }, () => RootLock.acquire(temp.root)));
  const locks = results.filter((result) => result.kind === "acquired");
  assert.equal(locks.length, 1);
  for (const { lock } of locks) await lock.release();
});
