/** The wire surface: every tool's entry in `tools/list`, prompts and resources, and the answer to `initialize`. */
import assert from "node:assert/strict";
import { TOOLS } from "../../tools/registry.ts";
import { EdgeApp } from "../support/edge_app.ts";
import { assertGolden, goldenNames, sorted } from "../support/golden.ts";

Deno.test("a tool's entry in tools/list changes only together with its golden file", async (t) => {
  await using app = await EdgeApp.create();
  const { result } = await app.ask("tools/list");
  for (const tool of result.tools) await t.step(tool.name, () => assertGolden(tool.name, tool));
});

Deno.test("the order of tools/list changes only together with its golden file", async () => {
  await using app = await EdgeApp.create();
  const { result } = await app.ask("tools/list");
  await assertGolden("tools_order", result.tools.map((tool: { name: string }) => tool.name));
});

Deno.test("the answer to initialize changes only together with its golden file", async () => {
  await using app = await EdgeApp.create();
  const { result } = await app.ask("initialize", { protocolVersion: "2025-06-18" });
  await assertGolden("initialize", result);
});

Deno.test("prompts, templates and what the list of resources begins with change only with their golden files", async () => {
  await using app = await EdgeApp.create();
  const result = async (method: string) => (await app.ask(method)).result;
  await assertGolden("prompts", await result("prompts/list"));
  await assertGolden("resource_templates", await result("resources/templates/list"));
  await assertGolden("resources", await result("resources/list"));
});

Deno.test("every golden file belongs to a tool, and every tool has one", async () => {
  const others = ["initialize", "prompts", "resource_templates", "resources", "tools_order"];
  assert.deepEqual(await goldenNames(), [...TOOLS.map(({ name }) => name), ...others].sort());
});

Deno.test("a tool's file, its name and its one place in the registry are the same", async () => {
  const folder = new URL("../../tools/", import.meta.url);
  const files: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name !== "registry.ts") files.push(name.replace(/\.ts$/, ""));
  }
  assert.deepEqual(TOOLS.map(({ name }) => name).sort(), files.sort());
  for (const file of files) {
    const exports = await import(new URL(`${file}.ts`, folder).href);
    const exported = Object.values(exports) as { name?: string }[];
    assert.equal(exported.length, 1, `${file}.ts exports its tool and nothing else`);
    assert.equal(exported[0]?.name, file);
    assert.ok(TOOLS.some((tool) => tool === exported[0]), `${file} stands in the registry`);
  }
});

Deno.test("a golden file has sorted keys all the way down, and lists as they are", () => {
  const text = JSON.stringify(sorted({ b: [{ d: 1, c: null }, "x"], a: "y" }));
  assert.equal(text, `{"a":"y","b":[{"c":null,"d":1},"x"]}`);
});

Deno.test("a missing or different golden file fails where CI is set, and says how to mend it", async () => {
  const strict = { update: false, ci: true };
  await assert.rejects(assertGolden("no_such_tool", {}, strict), /is missing.*UPDATE_GOLDEN=1/);
  await assert.rejects(assertGolden("initialize", {}, strict), /differs.*UPDATE_GOLDEN=1/s);
});
