import assert from "node:assert/strict";
import fc from "fast-check";
import { fill, rangeSelector, templateProblem } from "../../src/core/promql_template.ts";

const VALUES = { windowSeconds: 90, gate: "production", modelId: "chat/7" };

Deno.test("placeholders of a template are filled with the window, the gate, the model and its version", () => {
  const template = 'sum(increase(x_total{m="$__model",v="$__version",g!="$__gate"}[$__window]))';
  assert.equal(templateProblem(template), undefined);
  assert.equal(fill(template, VALUES), 'sum(increase(x_total{m="chat/7",v="7",g!="production"}[90s]))');
  assert.equal(fill('x{v="$__version"}', { ...VALUES, modelId: "plain" }), 'x{v="plain"}');
  assert.equal(fill("max_over_time(x[$__window:5s])", VALUES), "max_over_time(x[90s:5s])");
});

Deno.test("a placeholder where its value could be read as PromQL is refused", async (t) => {
  const refused = {
    "sum($__gate)": "$__gate outside of an exact matcher",
    'x{g=~"$__gate"}': "$__gate outside of an exact matcher",
    'x{g!~"a|$__model"}': "$__model outside of an exact matcher",
    "x{g='$__gate'}": "$__gate outside of an exact matcher",
    "x{g=`$__gate`}": "$__gate outside of an exact matcher",
    'label_replace(x, "a", "$__gate", "b", "")': "$__gate outside of an exact matcher",
    "x offset $__window": "$__window outside of square brackets",
    'x{g="$__window"}': "$__window outside of square brackets",
    'x{g="$__gate"} > $__limit': "$__limit, which is none of",
    'x{g="a\\" $__gate': "$__gate outside of an exact matcher",
  };
  for (const [template, problem] of Object.entries(refused)) {
    await t.step(
      template,
      () => assert.ok(templateProblem(template)?.includes(problem), templateProblem(template)),
    );
  }
});

Deno.test("whatever a gate or a model is called, it stays inside of its quotes", () => {
  const name = fc.string({ unit: fc.constantFrom('"', "\\", "\n", "}", "$", "_", "a", "$__gate", "'", "{") });
  fc.assert(
    fc.property(name, name, (gate, modelId) => {
      const filled = fill('x{a="$__gate",b="$__model"}', { windowSeconds: 1, gate, modelId });
      const [, a = "", b = ""] = /^x\{a=("(?:[^"\\\n]|\\.)*"),b=("(?:[^"\\\n]|\\.)*")\}$/.exec(filled) ?? [];
      assert.equal(JSON.parse(a), gate);
      assert.equal(JSON.parse(b), modelId);
    }),
    { seed: 7, numRuns: 500 },
  );
});

Deno.test("the series that a total is summed up from is found, so that its age can be asked for", () => {
  const cases = {
    'sum(increase(x_total{g="$__gate"}[$__window]))': 'x_total{g="$__gate"}',
    "sum(rate(job:x:rate5m[$__window])) * 60": "job:x:rate5m",
    'sum(increase(x{a="}",b="\\"{"}[ $__window ]))': 'x{a="}",b="\\"{"}',
    "sum(x)": undefined,
  };
  for (const [template, selector] of Object.entries(cases)) assert.equal(rangeSelector(template), selector);
});
