/** A file of keys: which lines are keys, and which are refused without a word of them. */
import assert from "node:assert/strict";
import { parseKeyLines } from "../../src/config/key_lines.ts";

const read = (text: string) => parseKeyLines(text, { apiKeys: [] });

Deno.test("a key stands alone, or between a name and its scopes; comments and empty lines are passed over", () => {
  const text =
    "\uFEFF# keys\n\nplain-key\r\n  spaced  \nci:ci-key:read\nbot-1:bot-key:ops,read\nall:k:read,write,ops\n";
  assert.deepEqual(read(text).keys, [
    { key: "plain-key" },
    { key: "spaced" },
    { name: "ci", key: "ci-key", scopes: ["read"] },
    { name: "bot-1", key: "bot-key", scopes: ["read", "ops"] },
    { name: "all", key: "k", scopes: ["read", "write", "ops"] },
  ]);
});

Deno.test("a key that stands twice is refused by the numbers of its lines, a name that stands twice is not", () => {
  const { keys, problem } = read("# ours\na:the-key:read\nb:other:ops\nthe-key\n");
  assert.deepEqual(keys, []);
  assert.equal(problem, "line 4 has the key of line 2 again: remove one of them");
  assert.equal(read("a:old:read\na:new:read\n").keys.length, 2);
});

Deno.test("a key of the environment is no key of the file too, whatever it would be good for there", () => {
  for (const line of ["the-key", "a:the-key:read"]) {
    assert.deepEqual(parseKeyLines(`b:other:ops\n${line}\n`, { apiKeys: ["first", "the-key"] }), {
      keys: [],
      problem: "line 2 has a key of LUKHAS_MCP_API_KEYS again: remove one of them",
    });
  }
});

Deno.test("a line that is neither is refused by its number, without repeating it", () => {
  for (
    const line of [
      "two words",
      "a:b",
      "a:b:",
      "a:b:reed",
      "a:b:read,,ops",
      ":b:read",
      "a::read",
      "a:b:c:read",
      "schlüssel",
      "a b:c:read",
      "a:b:READ",
    ]
  ) {
    const { keys, problem = "" } = read(`fine\n${line}\n`);
    assert.deepEqual(keys, []);
    assert.match(problem, /^line 2 is neither/, line);
    assert.ok(!problem.includes(line));
  }
});
