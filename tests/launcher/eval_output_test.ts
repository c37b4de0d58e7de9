/** What is read out of a command's output. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { EVAL_STDERR_KEPT_BYTES, EVAL_STDOUT_TAIL_CHARS } from "../../src/core/release_limits.ts";
import { EvalOutput } from "../../src/launcher/eval_output.ts";
import { threadMs } from "../support/thread_time.ts";

function outputOf(...parts: string[]): EvalOutput {
  const output = new EvalOutput();
  for (const part of parts) output.addStdout(part);
  return output;
}

Deno.test("the result is the last JSON object, on one line or over several, that is no progress", async (t) => {
  const cases: Record<string, [string, unknown]> = {
    "one line": ['{"a":1}\n', { a: 1 }],
    "without a line break": ['{"a":1}', { a: 1 }],
    "the last of several": ['{"a":1}\n{"a":2}\n', { a: 2 }],
    "before other text": ['{"a":1}\nbye\n[1]\n5\n"x"\n', { a: 1 }],
    "not progress": ['{"a":1}\n{"progress":0.5}\n', { a: 1 }],
    "over several lines": ['log\n{\n  "a": {\n    "b": 2\n  }\n}\n', { a: { b: 2 } }],
    "over several lines after a line": ['{"log":1}\n{\n  "a": 1\n}\n', { a: 1 }],
    "after one that is broken": ['{"a":1}\n{"b":\n', { a: 1 }],
    "a list is none": ["[1]\n", undefined],
    "text is none": ["done {ok}\n", undefined],
    "an indented one is none": ['  {"a":1}\n', undefined],
    "nothing is none": ["", undefined],
  };
  for (const [name, [text, wanted]] of Object.entries(cases)) {
    await t.step(name, () => assert.deepEqual(outputOf(text).result(), wanted));
  }
});

Deno.test("progress is told by the last whole line that has it", () => {
  const output = outputOf('{"progress":1}\n{"progr', 'ess":{"done":2}}', "\n", '{"progress":3}');
  assert.deepEqual(output.progress, { done: 2 });
  output.addStdout("\nnot json {progress}\n{}\n");
  assert.equal(output.progress, 3);
});

Deno.test("however the output comes in pieces, it says the same", () => {
  const text = 'x\n{"progress":1}\n{"a":"ü\u2028"}\n{\n "b": 1\n}\n{"progress":{"n":2}}\nend\n';
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
      const ends = [...cuts.toSorted((a, b) => a - b), text.length];
      const output = outputOf(...ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end)));
      assert.deepEqual([output.result(), output.progress], [{ b: 1 }, { n: 2 }]);
    }),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("only the end of the output is kept", () => {
  const output = outputOf('{"a":1}\n', "x".repeat(EVAL_STDOUT_TAIL_CHARS), "\n");
  assert.equal(output.result(), undefined);
  output.addStderr(new TextEncoder().encode("old".repeat(EVAL_STDERR_KEPT_BYTES)));
  output.addStderr(new TextEncoder().encode("the end"));
  assert.equal(new TextEncoder().encode(output.stderr).length, EVAL_STDERR_KEPT_BYTES);
  assert.ok(output.stderr.endsWith("oldthe end"));
});

Deno.test("a flood of braces is read through in a moment, and a result before it is not lost to it", () => {
  const flood = "{\n".repeat(EVAL_STDOUT_TAIL_CHARS / 4) + "{\n}\n".repeat(EVAL_STDOUT_TAIL_CHARS / 16);
  const started = threadMs();
  assert.deepEqual(outputOf('{"a":1}\n', "{\n".repeat(1_000)).result(), { a: 1 });
  assert.deepEqual(outputOf('{"a":1}\n', flood.replaceAll("}", "}}")).result(), { a: 1 });
  assert.deepEqual(outputOf('{"a":1}\n', "{\n".repeat(50_000), "x\n}\n").result(), { a: 1 });
  assert.ok(
    threadMs() - started < 20_000,
    "minutes, if each brace is held against all lines after it",
  );
});

Deno.test("a result that is too deep to be handed on is none", () => {
  const deep = `{"a":${"[".repeat(5_000)}${"]".repeat(5_000)}}\n`;
  assert.deepEqual(outputOf('{"a":1}\n', deep).result(), { a: 1 });
  assert.equal(outputOf(deep.replace("a", "progress")).progress, undefined);
});
