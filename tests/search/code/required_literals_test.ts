import assert from "node:assert/strict";
import { requiredLiterals } from "../../../src/search/code/required_literals.ts";

Deno.test("required literals are what every match holds, and nothing where that is not certain", () => {
  const cases: readonly [pattern: string, required: readonly (readonly string[])[] | undefined][] = [
    ["abc", [["abc"]]],
    ["abc\\.def", [["abc.def"]]],
    ["abc.*def", [["abc", "def"]]],
    ["abcd?ef", [["abc"]]],
    ["abcd+ef", [["abcd"]]],
    ["abcd*efg", [["abc", "efg"]]],
    ["abcd{0}efg", [["abc", "efg"]]],
    ["^abc$", [["abc"]]],
    ["\\babc\\b", [["abc"]]],
    ["abc|def", [["abc"], ["def"]]],
    ["abc|d", undefined],
    ["(abc|def)ghi", [["abc", "ghi"], ["def", "ghi"]]],
    ["(abc)?def", [["def"]]],
    ["(?i)abc", [["abc"]]],
    ["(?P<name>abc)x*", [["abc"]]],
    ["[a]bc", [["abc"]]],
    ["[.]bcd", [[".bcd"]]],
    ["[^a]bcd", [["bcd"]]],
    ["[]a]bcd", [["bcd"]]],
    ["[[:alpha:]]bcd", [["bcd"]]],
    ["\\w+abc", [["abc"]]],
    ["\\pLabc", [["abc"]]],
    ["\\p{Greek}abc", [["abc"]]],
    ["\\x41abc", [["abc"]]],
    ["\\x{1F600}abc", [["abc"]]],
    ["\\101abc", [["abc"]]],
    ["\\tabc", [["\tabc"]]],
    ["a.b", undefined],
    [".*", undefined],
    ["", undefined],
    ["\\Qabc\\E", undefined],
    [Array.from({ length: 40 }, (_, n) => `word${n}`).join("|"), undefined],
  ];
  for (const [pattern, required] of cases) assert.deepEqual(requiredLiterals(pattern), required, pattern);
});
