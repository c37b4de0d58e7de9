/** What a reader of README.md and docs/ relies on: links that lead somewhere, every variable, every tool. */
import assert from "node:assert/strict";
import { CONFIG_VARIABLES } from "../src/config.ts";
import { EXIT } from "../src/launcher/launch_parts.ts";
import { TOOLS } from "../tools/registry.ts";

const REPOSITORY = new URL("../", import.meta.url);

/** README.md and every page of docs/, by address. */
async function pages(): Promise<Map<string, string>> {
  const names = await Array.fromAsync(
    Deno.readDir(new URL("docs/", REPOSITORY)),
    ({ name }) => `docs/${name}`,
  );
  const paths = ["README.md", ...names.filter((name) => name.endsWith(".md"))];
  return new Map(
    await Promise.all(paths.map(async (path) => {
      const url = new URL(path, REPOSITORY);
      return [url.href, await Deno.readTextFile(url)] as const;
    })),
  );
}

/** A heading's anchor, as forges make it. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

function anchorsOf(text: string): string[] {
  return Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = ""]) => anchorOf(heading));
}

Deno.test("every link between the pages and into the source leads to what is there", async () => {
  const all = await pages();
  const broken: string[] = [];
  for (const [page, text] of all) {
    for (const [, link = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const target = new URL(link, page);
      const anchor = target.hash.slice(1);
      target.hash = "";
      const exists = await Deno.stat(target).then(() => true, () => false);
      const isThere = anchor === "" || anchorsOf(all.get(target.href) ?? "").includes(anchor);
      if (!exists || !isThere) broken.push(`${page.slice(REPOSITORY.href.length)}: ${link}`);
    }
  }
  assert.deepEqual(broken, []);
});

Deno.test("every variable is written down", async () => {
  const text = [...(await pages()).values()].join("\n");
  const missing = CONFIG_VARIABLES.filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
  assert.deepEqual(missing, []);
});

Deno.test("README has a row for each tool, in the order of tools/list", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", REPOSITORY));
  const section = readme.slice(readme.indexOf("\n## Tools\n"), readme.indexOf("\n## Connect"));
  const rows = Array.from(section.matchAll(/^\| `([a-z_]+)`/gm), ([, name]) => name);
  assert.deepEqual(rows, TOOLS.map(({ name }) => name));
});

Deno.test("every exit code is written down, and the unpacking script has none of its own", async () => {
  const page = await Deno.readTextFile(new URL("docs/configuration.md", REPOSITORY));
  const rows = page.slice(page.indexOf("\n## Exit codes\n")).matchAll(/^\| (\d+) /gm);
  assert.deepEqual(Array.from(rows, ([, code]) => Number(code)), Object.values(EXIT));
  const script = await Deno.readTextFile(new URL("scripts/compile/self_extracting.sh", REPOSITORY));
  // Beyond 128 it is a signal that ended it.
  const codes = Array.from(script.matchAll(/\bexit (\d+)/g), ([, code]) => Number(code)).filter((code) =>
    code < 128
  );
  assert.ok(codes.length > 0);
  for (const code of codes) assert.ok(Object.values<number>(EXIT).includes(code), `exit ${code}`);
});
