/** `defineTool`: arguments are parsed once, and what is wrong with them is said in words. */
import assert from "node:assert/strict";
import * as z from "zod";
import { ToolError } from "../src/core/errors.ts";
import { defineTool, READS, toBytes, type ToolContext } from "../src/tool.ts";

const tool = defineTool({
  name: "plan_trip",
  title: "Plan a trip",
  description: "Use this to plan a trip",
  scope: "read",
  annotations: READS,
  input: z.strictObject({
    from: z.string().min(1),
    seats: z.int().min(1).max(9).default(1),
    class: z.enum(["first", "second"]).default("second"),
    targets: z.object({ price: z.number() }).optional(),
    tags: z.array(z.string()).max(2).optional(),
  }),
  output: z.object({ seats: z.int() }),
  run: ({ seats }) => Promise.resolve({ seats }),
});

/** A context that no tool here touches. */
const context = {} as ToolContext;

async function refusal(args: Record<string, unknown>): Promise<ToolError> {
  try {
    await tool.call(args, context);
  } catch (error) {
    assert.ok(error instanceof ToolError, String(error));
    assert.equal(error.code, "invalid_arguments");
    return error;
  }
  throw new Error(`accepted: ${JSON.stringify(args)}`);
}

Deno.test("defaults are filled in before a tool sees its arguments", async () => {
  assert.deepEqual(await tool.call({ from: "Ulm" }, context), { seats: 1 });
  assert.deepEqual(await tool.call({ from: "Ulm", seats: 3 }, context), { seats: 3 });
});

Deno.test("each wrong argument is named, with what it must be", async () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{}, /^Cannot call plan_trip: "from" is required$/],
    [{ from: undefined }, /"from" is required/],
    [{ from: null }, /"from" must be string/],
    [{ from: "" }, /"from" .*at least 1/],
    [{ from: "Ulm", seats: "2" }, /"seats" must be/],
    [{ from: "Ulm", seats: 1.5 }, /"seats" must be int/],
    [{ from: "Ulm", seats: 10 }, /"seats" must be 1 to 9/],
    [{ from: "Ulm", tags: ["a", "b", "c"] }, /"tags" .*at most 2/],
    [{ from: "Ulm", class: "third" }, /"class" must be one of "first"\|"second"/],
    [{ from: "Ulm", targets: {} }, /"targets\.price" is required/],
    [{ from: "Ulm", tags: ["a", 1] }, /"tags\.1" must be string/],
    [{ from: "Ulm", seat: 2 }, /"seat" is not known; did you mean "seats"\?/],
    [{ from: "Ulm", "CLASS": "first" }, /"CLASS" is not known; did you mean "class"\?/],
    [{ from: "Ulm", banana: 2 }, /"banana" is not known; known are from, seats, class, targets, tags/],
  ];
  for (const [args, expected] of cases) assert.match((await refusal(args)).message, expected);
});

Deno.test("several problems come at once, as text and as data, and a flood of them is cut off", async () => {
  const { message, details } = await refusal({ seats: 0, class: 1 });
  for (const name of ["from", "seats", "class"]) assert.ok(message.includes(`"${name}"`));
  assert.equal((details.problems as unknown[]).length, 3);
  const flood = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key${index}`, 1]));
  const error = await refusal({ from: "Ulm", ...flood, ["x".repeat(100_000)]: 1 });
  assert.equal((error.details.problems as unknown[]).length, 5);
  assert.ok(error.message.length < 1000);
});

Deno.test("a value is never repeated in an error: it may be a secret, or a megabyte", async () => {
  const secret = "sk-secret";
  const args = {
    from: { secret },
    seats: secret,
    class: secret,
    targets: secret,
    tags: [secret, secret, secret],
  };
  const { message, details } = await refusal(args);
  assert.ok(!`${message}${JSON.stringify(details)}`.includes(secret));
});

Deno.test("contents are UTF-8 or base64, and base64 that is none is refused", () => {
  assert.deepEqual(toBytes("ü", "utf8"), Uint8Array.of(0xc3, 0xbc));
  assert.deepEqual(toBytes("w7w=", "base64"), Uint8Array.of(0xc3, 0xbc));
  assert.deepEqual(toBytes("", "base64"), new Uint8Array());
  for (const wrong of ["ü", "w7w=x", "===", "a-_b"]) {
    assert.throws(
      () => toBytes(wrong, "base64"),
      (error) => error instanceof ToolError && /base64/.test(error.message),
    );
  }
});
