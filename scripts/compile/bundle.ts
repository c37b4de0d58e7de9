/**
 * Bundles the server: every module and asset that `main.ts` can come to load, in a folder of a few files. One for what
 * every start loads, and others for the app and the commands, so that no start reads what it does not need. Names stay
 * as they are in the source, for the stacks in the log.
 */
import { runDenoOrThrow } from "./deno_command.ts";

const ROOT = new URL("../../", import.meta.url);

/** The entry of a bundle: launcher, app and whatever else runs as a worker begin with it. */
export const ENTRY = "main.js";

/**
 * Makes the bundle in an empty folder; returns the names of its files, sorted.
 *
 * @throws {Error} When something that `main.ts` can load is not in it.
 */
export async function makeBundle(folder: string): Promise<string[]> {
  const cwd = ROOT.pathname;
  await runDenoOrThrow(["bundle", "--quiet", "--code-splitting", "--outdir", folder, "main.ts"], { cwd });
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  if (!names.includes(ENTRY)) throw new Error(`Cannot find ${ENTRY} among what was bundled: ${names}`);
  const texts = await Promise.all(names.map(async (name) => {
    const text = withLazyRequire(withoutPlaces(await Deno.readTextFile(`${folder}/${name}`)));
    await Deno.writeTextFile(`${folder}/${name}`, text);
    return text;
  }));
  const problems = bundleProblems(texts, await loadableFiles());
  if (problems.length > 0) throw new Error(`Cannot use the bundle: ${problems.join("; ")}`);
  return names;
}

/** The bundler names packages by where this machine keeps them; no file that people download is to tell. */
export function withoutPlaces(text: string): string {
  return text.replace(/^(\/\/ | *")(?:\.\.\/)+[^"\n]*?\/npm\/[^/"\n]+\//gm, "$1npm/");
}

/**
 * The bundler's `require`, for packages that are not modules, loads `node:module` in the file that all others share:
 * every start, in each of its threads, would wait for it. What packages require of node is built in, and is asked for
 * when it is needed.
 */
export function withLazyRequire(text: string): string {
  return text.replace(
    /^import \{ createRequire as (\w+) \} from "node:module";\nvar __require = \1\(import\.meta\.url\);$/m,
    "var __require = (name) => process.getBuiltinModule(name);",
  );
}

/**
 * What is missing from a bundle or would be looked for beside it.
 *
 * @param files What it must hold, relative to the repository: the bundler writes each name over what it came from.
 */
export function bundleProblems(texts: readonly string[], files: readonly string[]): string[] {
  const held = new Set(texts.flatMap((text) => [...text.matchAll(/^\/\/ (\S+)$/gm)].map(([, name]) => name)));
  const beside = texts.flatMap((
    text,
  ) => [...text.matchAll(/new URL\(\s*["'`](\.[^"'`]*)["'`]\s*,\s*import\.meta\.url/g)]);
  const required = texts.flatMap((text) => [...text.matchAll(/\b__require\("(?!node:)([^"]+)"\)/g)]);
  return [
    ...required.map(([, name]) => `${name} is required and is not built in`),
    ...texts.some((text) => text.includes("createRequire as"))
      ? ["every start loads node:module, for the bundler's require has changed"]
      : [],
    ...files.filter((file) => !held.has(file)).map((file) => `${file} is missing`),
    ...beside.map(([, name]) =>
      `${name} would be looked for beside the file: import it, or start from the entry`
    ),
  ];
}

interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly { readonly code?: { readonly specifier: string } }[];
}

/** The repository's files that `main.ts` can come to load, types aside. */
async function loadableFiles(): Promise<string[]> {
  const { stdout } = await runDenoOrThrow(["info", "--json", "main.ts"], { cwd: ROOT.pathname });
  const { roots, modules }: { roots: string[]; modules: ModuleInfo[] } = JSON.parse(stdout);
  const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
  const loaded = new Set(roots);
  // What is added while it runs is visited too.
  for (const specifier of loaded) {
    for (const { code } of bySpecifier.get(specifier)?.dependencies ?? []) {
      if (code !== undefined) loaded.add(code.specifier);
    }
  }
  return [...loaded].filter((specifier) => specifier.startsWith(ROOT.href))
    .map((specifier) => decodeURIComponent(specifier.slice(ROOT.href.length)));
}
