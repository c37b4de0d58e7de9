/** The file that unpacks itself: once, whole or not at all, into a folder that is its user's alone. */
import assert from "node:assert/strict";
import { names, PackedFile, SHELLS, type Start } from "../support/packed_file.ts";

/** It did not run, and said in one line why. */
function assertRefused({ code, out, err }: Start, expected: RegExp): void {
  assert.equal(code, 69, err);
  assert.deepEqual(out, [], "nothing ran");
  assert.match(err, expected);
  assert.match(err, /^lukhas-mcp: [^\n]+\n$/, "one line");
}

function assertRan({ code, out, err }: Start): void {
  assert.equal(err, "");
  assert.equal(code, 0);
  assert.equal(out[0], "ran");
}

Deno.test("what the server writes has its user's umask, at the first start and at later ones", async () => {
  await using packed = await PackedFile.create();
  const shell = ["/bin/sh", "-c", 'umask 027; exec /bin/sh "$0" "$@"'];
  for (const start of ["first", "second"]) {
    const ran = await packed.start({ shell, env: { TELL_UMASK: "1" } });
    assertRan(ran);
    assert.match(ran.out.at(-1) ?? "", /^0*27$/, start);
  }
});

Deno.test("it unpacks itself once, with every shell, and hands its arguments on as they are", async (t) => {
  const args = ["stdio", "--root", "/srv/a b", "it's", "", "*", "$HOME", "`id`", "é\\n"];
  for (const shell of SHELLS) {
    await t.step(shell.join(" "), async () => {
      await using packed = await PackedFile.create({ args: ["--pinned-root", "/srv/it's, here"] });
      const first = await packed.start({ shell, args });
      assertRan(first);
      const folder = await packed.unpacked();
      const expected = [
        "ran",
        "run",
        "--no-prompt",
        `--allow-read=${folder}/app,/srv/it's here`,
        `${folder}/app/main.js`,
      ];
      assert.deepEqual(first.out, [
        ...expected,
        "--pinned-root",
        "/srv/it's, here",
        ...args,
        `${folder}/cache`,
      ]);
      const before = await Deno.stat(`${folder}/deno`);
      assert.deepEqual(await packed.start({ shell, args }), first);
      assert.equal((await Deno.stat(`${folder}/deno`)).ino, before.ino, "the second start unpacks nothing");
      for (const path of [`${packed.cache}/lukhas-mcp`, folder ?? ""]) {
        assert.equal((await Deno.stat(path)).mode! & 0o777, 0o700, path);
      }
    });
  }
});

Deno.test("where it unpacks: XDG_CACHE_HOME, else HOME, else a folder of its user's in TMPDIR", async () => {
  await using packed = await PackedFile.create();
  const { folder } = packed;
  const user = Deno.uid();
  const cases: [Record<string, string>, string][] = [
    [{ XDG_CACHE_HOME: `${folder}/xdg`, HOME: `${folder}/home` }, `${folder}/xdg/lukhas-mcp`],
    [{ XDG_CACHE_HOME: "relative", HOME: `${folder}/home` }, `${folder}/home/.cache/lukhas-mcp`],
    [{ HOME: `${folder}/other` }, `${folder}/other/.cache/lukhas-mcp`],
    [{ HOME: "", TMPDIR: folder }, `${folder}/lukhas-mcp-${user}`],
    [{ HOME: "relative", TMPDIR: folder }, `${folder}/lukhas-mcp-${user}`],
  ];
  for (const [env, place] of cases) {
    assertRan(await packed.start({ env }));
    assert.equal((await names(place)).length, 1, place);
  }
});

Deno.test("a damaged or cut file is refused, and nothing of it is run", async () => {
  await using packed = await PackedFile.create({ weight: 200_000 });
  const whole = await Deno.readFile(packed.path);
  const damages: [string, (bytes: Uint8Array) => Uint8Array][] = [
    [
      "a byte in the middle",
      (bytes) => bytes.with(bytes.length - 100_000, bytes[bytes.length - 100_000]! ^ 1),
    ],
    ["the last byte", (bytes) => bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1)],
    ["a cut download", (bytes) => bytes.subarray(0, bytes.length - 1000)],
    ["a download cut behind the script", (bytes) => bytes.subarray(0, bytes.length - 200_000)],
    ["something appended", (bytes) => new Uint8Array([...bytes, 0])],
  ];
  for (const [what, damage] of damages) {
    await Deno.writeFile(packed.path, damage(whole));
    assertRefused(
      await packed.start(),
      /this file is damaged or was not downloaded whole: download it again/,
    );
    assert.deepEqual(await names(`${packed.cache}/lukhas-mcp`), [], what);
  }
  await Deno.writeFile(packed.path, whole);
  assertRan(await packed.start());
});

Deno.test("a cache folder that cannot be written to is named, with what to do", async () => {
  await using packed = await PackedFile.create();
  await Deno.writeTextFile(`${packed.folder}/file`, "");
  assertRefused(
    await packed.start({ env: { XDG_CACHE_HOME: `${packed.folder}/a,b` } }),
    /its path has a comma/,
  );
  for (const place of ["/proc", "/dev/null", `${packed.folder}/file`]) {
    assertRefused(
      await packed.start({ env: { XDG_CACHE_HOME: place } }),
      /cannot make .*: set XDG_CACHE_HOME to a folder/,
    );
  }
});

Deno.test("a full disk is said so, and leaves nothing that would be run", async () => {
  await using packed = await PackedFile.create({ weight: 300_000 });
  // The limit on the size of a file fails a write as a full disk does, and needs no rights.
  const limited = ["/bin/sh", "-c", `trap '' XFSZ; ulimit -f 100; exec /bin/sh "$@"`, "sh"];
  assertRefused(
    await packed.start({ shell: limited }),
    /cannot unpack into .*: free space there, or set XDG_CACHE_HOME/,
  );
  assert.deepEqual(await names(`${packed.cache}/lukhas-mcp`), []);
  assertRan(await packed.start());
});

Deno.test("eight first starts at once: each runs, and one folder is left", async () => {
  await using packed = await PackedFile.create({ weight: 2_000_000 });
  const starts = await Promise.all(Array.from({ length: 8 }, () => packed.start()));
  starts.forEach(assertRan);
  assert.deepEqual(await names(await packed.unpacked() ?? ""), ["app", "cache", "complete", "deno"]);
});

Deno.test("a first start that another one has overtaken leaves that one's work where it runs from", async () => {
  await using packed = await PackedFile.create();
  const tools = `${packed.folder}/tools`;
  await Deno.mkdir(tools);
  // Once the slower start has seen that nothing is there, the faster one comes and goes.
  const mkdir = `#!/bin/sh\nPATH=\${PATH#*:}\n[ -e "$FIRST" ] || { : >"$FIRST"; "$PACKED" >/dev/null; ` +
    `stat -c %i "$XDG_CACHE_HOME"/lukhas-mcp/*/deno >"$FIRST"; }\nexec mkdir "$@"\n`;
  await Deno.writeTextFile(`${tools}/mkdir`, mkdir, { mode: 0o755 });
  const env = {
    PATH: `${tools}:/usr/bin:/bin`,
    FIRST: `${packed.folder}/first`,
    PACKED: packed.path,
    XDG_CACHE_HOME: packed.cache,
  };
  assertRan(await packed.start({ env }));
  const faster = Number(await Deno.readTextFile(env.FIRST));
  assert.equal((await Deno.stat(`${await packed.unpacked()}/deno`)).ino, faster);
  assert.equal((await names(`${packed.cache}/lukhas-mcp`)).length, 1);
});

Deno.test("what a killed start of the same process number has left is no obstacle", async () => {
  await using packed = await PackedFile.create();
  const left = '(umask 077; mkdir -p "$XDG_CACHE_HOME/lukhas-mcp/.new-$$"); exec /bin/sh "$0" "$@"';
  assertRan(await packed.start({ shell: ["/bin/sh", "-c", left] }));
  assert.equal((await names(`${packed.cache}/lukhas-mcp`)).length, 1);
});

Deno.test("settings of ls, tar and gzip in the environment change nothing", async (t) => {
  const settings = { BLOCK_SIZE: "1K", LS_BLOCK_SIZE: "K", TAR_OPTIONS: "-v", GZIP: "-v", TIME_STYLE: "iso" };
  for (const [name, value] of Object.entries(settings)) {
    await t.step(name, async () => {
      await using packed = await PackedFile.create();
      for (const _ of ["first", "second"]) assertRan(await packed.start({ env: { [name]: value } }));
    });
  }
});

Deno.test("only the command doctor is one: a folder of that name says nothing into a client's pipe", async () => {
  await using packed = await PackedFile.create();
  for (const args of [["stdio", "--root", "doctor"], ["--root", "doctor"], ["smoke", "doctor"], ["--host"]]) {
    assert.equal((await packed.start({ args })).out[0], "ran", args.join(" "));
  }
  for (const args of [["doctor"], ["--root", "x", "doctor"], ["--root=x", "doctor"]]) {
    assert.match((await packed.start({ args })).out[0] ?? "", /^ok +runtime/, args.join(" "));
  }
});

Deno.test("a first start that is killed at any moment leaves nothing that would be run, and the next one cleans up", async () => {
  await using packed = await PackedFile.create({ weight: 3_000_000 });
  const group = ["/usr/bin/setsid", "/bin/sh"];
  const started = performance.now();
  assertRan(await packed.start({ shell: group }));
  const duration = performance.now() - started;
  for (let round = 0; round < 12; round++) {
    await Deno.remove(packed.cache, { recursive: true });
    const child = packed.spawn({ shell: group });
    await new Promise((resolve) => setTimeout(resolve, duration * round / 12));
    killGroup(child.pid);
    const { stdout } = await child.output();
    const isWhole = (await names(`${packed.cache}/lukhas-mcp`)).some((name) => !name.startsWith("."));
    if (stdout.length > 0) assert.ok(isWhole, "what ran was whole");
    assertRan(await packed.start());
    assert.deepEqual(await names(await packed.unpacked() ?? ""), ["app", "cache", "complete", "deno"]);
  }
});

function killGroup(leader: number): void {
  try {
    Deno.kill(-leader, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
  }
}

Deno.test("what lies in the cache folder and is not whole is unpacked again, not run", async (t) => {
  const tampered = "#!/bin/sh\necho tampered\n";
  const damages: Record<string, (folder: string) => Promise<unknown>> = {
    "no marker": (folder) => Deno.remove(`${folder}/complete`),
    "an empty marker": (folder) => Deno.writeTextFile(`${folder}/complete`, ""),
    "the marker of another version": (folder) =>
      Deno.writeTextFile(`${folder}/complete`, "0".repeat(64) + "\n"),
    "a runtime of another size": (folder) => Deno.writeTextFile(`${folder}/deno`, tampered),
    "no runtime": (folder) => Deno.remove(`${folder}/deno`),
    "a runtime that others may write to": (folder) => Deno.chmod(`${folder}/deno`, 0o722),
    "a runtime that cannot be run": (folder) => Deno.chmod(`${folder}/deno`, 0o600),
    "a folder that others may write to": (folder) => Deno.chmod(folder, 0o777),
    "a link in place of the runtime": async (folder) => {
      await Deno.rename(`${folder}/deno`, `${folder}/elsewhere`);
      await Deno.symlink(`${folder}/elsewhere`, `${folder}/deno`);
    },
    "a link in place of the folder": async (folder) => {
      await Deno.rename(folder, `${folder}/../../moved`);
      await Deno.symlink(`${folder}/../../moved`, folder);
    },
    "a file in place of the folder": async (folder) => {
      await Deno.remove(folder, { recursive: true });
      await Deno.writeTextFile(folder, tampered);
    },
  };
  for (const [what, damage] of Object.entries(damages)) {
    await t.step(what, async () => {
      await using packed = await PackedFile.create();
      assertRan(await packed.start());
      const folder = await packed.unpacked() ?? "";
      await damage(folder);
      assertRan(await packed.start());
      assert.ok((await Deno.lstat(folder)).isDirectory);
      assert.deepEqual(await names(folder), ["app", "cache", "complete", "deno"]);
    });
  }
});

Deno.test("a cache folder that somebody else could have prepared is refused", async () => {
  await using packed = await PackedFile.create();
  const place = `${packed.cache}/lukhas-mcp`;
  assertRan(await packed.start());
  const refusal = /will not unpack into .*: it is not a folder of yours alone/;
  await Deno.chmod(place, 0o755);
  assertRefused(await packed.start(), refusal);
  await Deno.chmod(place, 0o700);
  assertRan(await packed.start());
  await Deno.rename(place, `${packed.cache}/moved`);
  await Deno.symlink(`${packed.cache}/moved`, place);
  assertRefused(await packed.start(), refusal);
  const shared = `${packed.folder}/lukhas-mcp-${Deno.uid()}`;
  await Deno.mkdir(shared, { mode: 0o777 });
  assertRefused(await packed.start({ env: { TMPDIR: packed.folder } }), refusal);
});

Deno.test({
  name: "a cache folder of another user is refused",
  // Only root can give files away.
  ignore: Deno.uid() !== 0,
  async fn() {
    await using packed = await PackedFile.create();
    assertRan(await packed.start());
    const folder = await packed.unpacked() ?? "";
    await Deno.chown(folder, 65_534, 65_534);
    assertRan(await packed.start());
    assert.equal((await Deno.stat(folder)).uid, 0, "unpacked again");
    await Deno.chown(`${packed.cache}/lukhas-mcp`, 65_534, 65_534);
    assertRefused(await packed.start(), /not a folder of yours alone/);
  },
});

Deno.test("doctor reads every byte, and unpacks again what has changed", async () => {
  await using packed = await PackedFile.create({ weight: 1000 });
  assertRan(await packed.start());
  const folder = await packed.unpacked() ?? "";
  for (const file of ["deno", "app/main.js"]) {
    const bytes = await Deno.readFile(`${folder}/${file}`);
    await Deno.writeFile(`${folder}/${file}`, bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1));
    const { code, out } = await packed.start({ args: ["--port", "0", "doctor"] });
    assert.equal(code, 0);
    assert.match(out[0] ?? "", /^ok +runtime +every byte in .* is as it was packed$/);
    assert.deepEqual(await Deno.readFile(`${folder}/${file}`), bytes);
  }
});

Deno.test("with other tools: shasum in place of sha256sum, neither, another system", async () => {
  await using packed = await PackedFile.create();
  const bin = `${packed.folder}/bin`;
  await Deno.mkdir(bin);
  for (const tool of "sh ls id uname mkdir tail head cat gzip tar mv rm sync".split(" ")) {
    await Deno.symlink(await whereIs(tool), `${bin}/${tool}`);
  }
  assertRefused(await packed.start({ env: { PATH: bin } }), /neither sha256sum nor shasum/);
  await Deno.writeTextFile(`${bin}/shasum`, `#!/bin/sh\nshift 2\nexec /usr/bin/sha256sum "$@"\n`, {
    mode: 0o755,
  });
  assertRan(await packed.start({ env: { PATH: bin } }));
  await Deno.remove(packed.cache, { recursive: true });
  await Deno.remove(`${bin}/uname`);
  await Deno.writeTextFile(`${bin}/uname`, `#!/bin/sh\n[ "$1" = -s ] && echo Plan9 || echo mips\n`, {
    mode: 0o755,
  });
  assertRefused(
    await packed.start({ env: { PATH: bin } }),
    /this file is for .*, and this machine is Plan9 mips/,
  );
});

Deno.test("the same parts give the same file", async () => {
  await using one = await PackedFile.create();
  await using other = await PackedFile.create();
  assert.deepEqual(await Deno.readFile(one.path), await Deno.readFile(other.path));
});

async function whereIs(tool: string): Promise<string> {
  const { stdout } = await new Deno.Command("/bin/sh", { args: ["-c", `command -v ${tool}`] }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** Runs `use` on a small file system of its own; says why not where this user may not mount one. */
async function onSmallDisk(options: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "lukhas-disk-" });
  try {
    const args = ["-t", "tmpfs", "-o", options, "tmpfs", folder];
    const { success, stderr } = await new Deno.Command("mount", { args }).output();
    if (!success) {
      const reason = new TextDecoder().decode(stderr).trim();
      return void Deno.stderr.writeSync(new TextEncoder().encode(`skipped: no tmpfs: ${reason}\n`));
    }
    try {
      await use(folder);
    } finally {
      await new Deno.Command("umount", { args: [folder] }).output();
    }
  } finally {
    await Deno.remove(folder);
  }
}

Deno.test("a disk that is really full is said so, and what was begun is taken away again", async () => {
  await using packed = await PackedFile.create({ weight: 300_000 });
  await onSmallDisk("size=2m", async (disk) => {
    const env = { XDG_CACHE_HOME: disk };
    await Deno.writeFile(`${disk}/ballast`, new Uint8Array(1_900_000));
    assertRefused(
      await packed.start({ env }),
      /cannot unpack into .*: free space there, or set XDG_CACHE_HOME/,
    );
    assert.deepEqual(await names(`${disk}/lukhas-mcp`), []);
    await Deno.remove(`${disk}/ballast`);
    assertRan(await packed.start({ env }));
  });
});

Deno.test("a disk that may hold no programs is said so", async () => {
  await using packed = await PackedFile.create();
  await onSmallDisk("noexec", async (disk) => {
    const refusal =
      /does not start from .*Permission denied.*: set XDG_CACHE_HOME to a folder that may hold programs/;
    assertRefused(await packed.start({ env: { XDG_CACHE_HOME: disk } }), refusal);
    assert.deepEqual(await names(`${disk}/lukhas-mcp`), []);
  });
});
