/** The bundle: everything that the server can load is in it, and nothing is looked for beside it. */
import assert from "node:assert/strict";
import { bundleProblems, ENTRY, makeBundle } from "../../scripts/compile/bundle.ts";

Deno.test("the bundle holds whatever main.ts can come to load, in files of which each start reads a few", async () => {
  const folder = await Deno.makeTempDir({ prefix: "lukhas-bundle-test-" });
  try {
    const names = await makeBundle(folder);
    const text = async (name: string | undefined) => await Deno.readTextFile(`${folder}/${name}`);
    assert.ok(names.includes(ENTRY));
    assert.ok((await text(ENTRY)).length < 20_000, "the entry is small");
    // What the entry and the launcher load with them.
    const loaded = new Set([ENTRY, names.find((name) => name.startsWith("launcher-"))]);
    for (const name of loaded) {
      for (
        const [, target = ""] of (await text(name)).matchAll(
          /^(?:import|\} from|export .* from) "([^"]+)";$/gm,
        )
      ) {
        assert.match(target, /^\.\//, `${name} loads ${target}`);
        loaded.add(target.slice(2));
      }
      assert.doesNotMatch(await text(name), /^import [^"\n]* from "(?!\.)/m, name);
    }
    const worker = await text(names.find((name) => name.startsWith("worker-")));
    assert.match(worker, /^\/\/ src\/app\.ts$/m, "the app is in a file that the launcher does not read");
    for (const name of names) {
      assert.doesNotMatch(await text(name), /(from|import\() ?"(npm|jsr|https?):/, name);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a module, a role or an asset that is missing from a bundle is named", () => {
  const text =
    "// src/app.ts\nvar app;\n\n// src/page.html\nvar page = `// src/index_worker.ts is not here`;\n";
  assert.deepEqual(bundleProblems([text], ["src/app.ts", "src/page.html"]), []);
  assert.deepEqual(bundleProblems([text, ""], ["src/app.ts", "src/index_worker.ts"]), [
    "src/index_worker.ts is missing",
  ]);
  assert.deepEqual(bundleProblems([`var x = __require("node:util"); var y = __require("left-pad");`], []), [
    "left-pad is required and is not built in",
  ]);
  for (const quote of [`"`, `'`, "`"]) {
    const beside = `new Worker(new URL(${quote}./worker.js${quote}, import.meta.url))`;
    assert.match(bundleProblems([beside], []).join(), /^\.\/worker\.js would be looked for beside the file/);
  }
});
