/** Which files are left out by their bytes, where what a caller may see is not what stands there. */
import assert from "node:assert/strict";
import { maskOf } from "../../../src/core/secrets.ts";
import { ByteAutomaton } from "../../../src/search/code/byte_automaton.ts";
import { FileFilter } from "../../../src/search/code/file_filter.ts";
import { LinearRegex } from "../../../src/search/code/linear_regex.ts";
import { searchableText } from "../../../src/search/decode.ts";
import { memoryIndex } from "../../bench/quality/memory_index.ts";

const encoder = new TextEncoder();

const FILES = new Map([
  ["key.env", `ID=${"AKIA"}QWERTYUIOPASDFGH\n`],
  ["key.ts", `use("ghp_${"a1B2c3D4e5F6".repeat(3)}");\n`],
  ["none.ts", "use(nothing);\n"],
]);

const MASKED = memoryIndex(
  new Map(Array.from(FILES, ([path, text]) => [path, searchableText(encoder.encode(text)) ?? ""])),
);

/** Those of the files that are looked into; `changed` are not as the index has them. */
function lookedInto(pattern: string, changed: readonly string[] = []): string[] {
  const { program } = new LinearRegex(pattern, { caseSensitive: true });
  assert.ok(program !== undefined);
  const index = {
    ...MASKED,
    indexedBytes: (path: string) =>
      changed.includes(path) ? undefined : encoder.encode(FILES.get(path) ?? ""),
  };
  const filter = new FileFilter(index, new ByteAutomaton(program));
  return [...FILES.keys()].filter((path) => !filter.rulesOut(path));
}

Deno.test("a file with a secret is looked into for what stands in the secret's place, and what touches it", () => {
  assert.ok(MASKED.read("key.env")?.text.includes(maskOf("aws-access-key")));
  for (const pattern of ["redacted:aws", "=\\[\\[", "\\[[^\\]]+\\]\\]$", 'use\\("\\[']) {
    assert.deepEqual(lookedInto(pattern), ["key.env", "key.ts"], pattern);
  }
});

Deno.test("a file without a secret is looked into where it can have a match, and where it has changed", () => {
  assert.ok(lookedInto("noth\\w+").includes("none.ts"));
  assert.ok(!lookedInto("noth\\d+").includes("none.ts"));
  assert.ok(lookedInto("noth\\d+", ["none.ts"]).includes("none.ts"));
});
