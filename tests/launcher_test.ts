/** What every start loads before it does anything: each client on stdio waits for it. */
import assert from "node:assert/strict";

interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier: string };
    readonly isDynamic?: boolean;
  }[];
}

/** What a module loads with it, itself included, as specifiers. Types and `await import(…)` do not count. */
async function loadedWith(entry: string): Promise<Set<string>> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL(`../${entry}`, import.meta.url).href],
    stderr: "null",
  }).output();
  assert.ok(success, "deno info answers");
  const { roots, modules }: { roots: string[]; modules: ModuleInfo[] } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
  const loaded = new Set(roots);
  // What is added while it runs is visited too.
  for (const specifier of loaded) {
    for (const { code, isDynamic } of bySpecifier.get(specifier)?.dependencies ?? []) {
      if (code !== undefined && !isDynamic) loaded.add(code.specifier);
    }
  }
  return loaded;
}

Deno.test("the launcher loads nothing heavy: no package, and no module of node's", async () => {
  const loaded = [...await loadedWith("main.ts"), ...await loadedWith("src/launcher.ts")];
  assert.ok(loaded.length > 20, "the modules were found");
  assert.deepEqual(loaded.filter((specifier) => !specifier.startsWith("file:")), []);
});

Deno.test("the launcher does not load the app", async () => {
  const loaded = [...await loadedWith("src/launcher.ts")];
  assert.deepEqual(loaded.filter((specifier) => /\/src\/(app|worker)\.ts$|\/tools\//.test(specifier)), []);
});
