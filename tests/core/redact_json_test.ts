/** Secrets in JSON are masked wherever a text stands, and nothing else becomes another value. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Json } from "../../src/core/json.ts";
import { redactJson } from "../../src/core/redact_json.ts";
import { forgeToken } from "../support/secrets.ts";

const TOKEN = forgeToken();
const MASK = "[[redacted:github-token]]";

Deno.test("a value without a secret stays as it is, whatever its properties are called", () => {
  const names = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString", "length"));
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>(null, false, true, 0, 1.5, "", "text"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(names, tie("value")), { maxLength: 3 }).map((all) => Object.fromEntries(all)),
    ),
  }));
  fc.assert(
    fc.property(value, (given) => {
      assert.equal(JSON.stringify(redactJson(given)), JSON.stringify(given));
    }),
    { seed: 5, numRuns: 500 },
  );
});

Deno.test("a secret is masked in every text and in every name", () => {
  const given = JSON.parse(
    `{"a":["b ${TOKEN}",[{"${TOKEN}":{"__proto__":"${TOKEN}"}}]],"__proto__":{"isAdmin":"${TOKEN}"}}`,
  );
  const masked = redactJson(given);
  assert.equal(JSON.stringify(masked), JSON.stringify(given).replaceAll(TOKEN, MASK));
  assert.equal(Object.getPrototypeOf(masked), Object.prototype);
});

Deno.test("of names that are secrets of one kind, the last one's value is kept", () => {
  const other = [...TOKEN.slice(0, 4), ...[...TOKEN.slice(4)].reverse()].join("");
  assert.notEqual(other, TOKEN);
  assert.deepEqual(redactJson({ [TOKEN]: 1, [other]: 2 }), { [MASK]: 2 });
});
