/** What a module makes the runtime load before it runs. */
import assert from "node:assert/strict";

interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier: string };
    readonly isDynamic?: boolean;
  }[];
}

/** What a module loads with it, itself included, as specifiers. Types and `await import(…)` do not count. */
export async function loadedWith(entry: string): Promise<Set<string>> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL(`../../${entry}`, import.meta.url).href],
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
