/** `deno compile`: what it is asked, and what becomes of a base runtime that is not to be had. */
import assert from "node:assert/strict";
import metadata from "../../deno.json" with { type: "json" };
import { makeBundle } from "../../scripts/compile/bundle.ts";
import { compileNative } from "../../scripts/compile/native.ts";
import { shapeFlags } from "../../scripts/compile/permission_flags.ts";

/** Runs `use` with a base runtime of its own, which stays the one of this process no longer than that. */
async function withBaseRuntime(path: string, use: (folder: string) => Promise<void>): Promise<void> {
  const before = Deno.env.get("DENORT_BIN");
  const folder = await Deno.makeTempDir({ prefix: "lukhas-native-" });
  Deno.env.set("DENORT_BIN", path);
  try {
    await use(folder);
  } finally {
    if (before === undefined) Deno.env.delete("DENORT_BIN");
    else Deno.env.set("DENORT_BIN", before);
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("deno compile takes the flags of both shapes, and embeds every file of the bundle", async () => {
  // Whatever stands in for the base runtime, the same is done with it: the bundle is put behind it.
  await withBaseRuntime(Deno.execPath(), async (folder) => {
    const names = await makeBundle(`${folder}/bundle`);
    const base = (await Deno.stat(Deno.execPath())).size;
    for (const shape of [{}, { root: "/srv/repository", git: ["/usr/bin/git"], net: ["0.0.0.0:8766"] }]) {
      const { flags, args } = shapeFlags(shape, metadata.permissions.default);
      const options = {
        entry: `${folder}/bundle/main.js`,
        triple: Deno.build.target,
        flags: [...metadata.unstable.map((name) => `--unstable-${name}`), ...flags],
        args,
        output: `${folder}/out`,
      };
      assert.equal(await compileNative(options), undefined);
      const file = await Deno.open(options.output);
      await file.seek(base, Deno.SeekMode.Start);
      const appended = await new Response(file.readable).text();
      for (const name of names) assert.ok(appended.includes(name), name);
      for (const word of args) assert.ok(appended.includes(JSON.stringify(word)), word);
      await Deno.remove(options.output);
    }
  });
});

Deno.test("a bundle that cannot be compiled is an error, and no reason to make another kind of file", async () => {
  await withBaseRuntime(Deno.execPath(), async (folder) => {
    await Deno.writeTextFile(`${folder}/main.js`, "not a program (");
    const options = { triple: Deno.build.target, flags: [], args: [], output: `${folder}/out` };
    await assert.rejects(
      compileNative({ entry: `${folder}/main.js`, ...options }),
      /Cannot compile for .*: [\s\S]*SyntaxError/,
    );
  });
  await withBaseRuntime("/nonexistent/denort", async (folder) => {
    await Deno.writeTextFile(`${folder}/main.js`, "");
    const options = { triple: Deno.build.target, flags: [], args: [], output: `${folder}/out` };
    await assert.rejects(compileNative({ entry: `${folder}/main.js`, ...options }), /\/nonexistent\/denort/);
  });
});
