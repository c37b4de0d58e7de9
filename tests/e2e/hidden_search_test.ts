/** Search with its real indexer: what is secret, hidden or masked is not found, whenever it came to be so. */
import assert from "node:assert/strict";
import { MainProcess, post } from "../support/main_process.ts";
import { forgeToken } from "../support/secrets.ts";
import { TempRoot } from "../support/temp_repo.ts";
import { until } from "../support/until.ts";

interface Found {
  readonly results: readonly { readonly path: string; readonly snippet: string }[];
  readonly total: number;
  readonly index: { readonly pending: number };
}

async function find(url: string, query: string): Promise<Found> {
  const { result } = await (await post(url, "tools/call", { name: "search", arguments: { query } })).json();
  assert.notEqual(result.isError, true, JSON.stringify(result));
  return result.structuredContent;
}

/** Searches until the index is whole, and where a file is wanted until it is found. */
function findWhole(url: string, query: string, wanted?: string): Promise<Found> {
  const isThere = ({ results }: Found) => wanted === undefined || results.some(({ path }) => path === wanted);
  return until(() => find(url, query), (found) => found.index.pending === 0 && isThere(found));
}

Deno.test("the index holds no secret, and a file that is hidden later is not found from then on", async () => {
  await using temp = await TempRoot.create();
  const token = forgeToken();
  await temp.commit({
    "a.md": `zebra and the token ${token}\n`,
    "customers/list.md": "quagga is a customer\n",
    ".env.example": "okapi=\n",
  });
  await temp.write({ ".env": "okapi=secret\n" });
  await using main = new MainProcess({ env: { LUKHAS_REPO_ROOT: temp.root } });
  const url = await main.url();
  assert.deepEqual((await findWhole(url, "zebra")).results.map(({ path }) => path), ["a.md"]);
  assert.deepEqual((await findWhole(url, "quagga")).results.map(({ path }) => path), ["customers/list.md"]);
  assert.ok(!(await findWhole(url, "okapi secret")).results.some(({ path }) => path === ".env"));
  for (const query of [token, token.slice(0, 10), token.slice(4, 20)]) {
    const found = await findWhole(url, `"${query}"`);
    assert.equal(found.results.length, 0, query);
    assert.ok(!JSON.stringify(found).includes(query));
  }
  for (const mode of ["literal", "regex", "words", "auto"]) {
    for (const query of [token.slice(0, 12), "the token", "zebra"]) {
      const args = { query, mode, context: 2 };
      const { result } = await (await post(url, "tools/call", { name: "search_code", arguments: args }))
        .json();
      const text = JSON.stringify(result);
      assert.ok(!text.includes(token.slice(4, 30)), `search_code ${mode} ${query}: ${text}`);
      assert.ok(!/"path":"[^"]*\.env"/.test(text.replaceAll("\\", "")), text);
      if (query === token.slice(0, 12)) assert.deepEqual(result.structuredContent?.hits ?? [], [], text);
    }
  }
  const bytes = await Deno.readFile(`${temp.root}/.mcp-index.db`);
  const stored = new TextDecoder("latin1").decode(bytes);
  assert.ok(
    !stored.includes(token.slice(4, 30)) && !stored.includes("okapi=secret"),
    "the index itself holds a secret",
  );
  await temp.write({ ".lukhas/policy.json": JSON.stringify({ hidden: ["/customers/"] }) });
  for (const query of ["quagga", "customers list.md", "customer"]) {
    // The policy, which names the folder, is a file like any other, and found as soon as it is indexed.
    const others = (await find(url, query)).results.filter(({ path }) => path !== ".lukhas/policy.json");
    assert.doesNotMatch(JSON.stringify(others), /quagga|customers/);
  }
  for (
    const [name, args] of [["outline", { path: "customers/list.md" }], ["outline", { path: ".env" }]] as const
  ) {
    assert.match(await (await post(url, "tools/call", { name, arguments: args })).text(), /path_denied/);
  }
  const map = await (await post(url, "tools/call", { name: "repo_map", arguments: {} })).text();
  assert.match(map, /a\.md/);
  assert.doesNotMatch(map, /customers|\.env(?!\.example)/);
  await temp.write({ ".lukhas/policy.json": "{}" });
  assert.deepEqual((await findWhole(url, "quagga", "customers/list.md")).results.map(({ path }) => path), [
    "customers/list.md",
  ]);
});
