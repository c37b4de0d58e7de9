/** State outside of the root: the app reaches its file, and nothing that lies beside it. */
import assert from "node:assert/strict";
import { storeReach } from "../../src/launcher/store_place.ts";
import { probePermissions } from "../support/cage.ts";
import { MainProcess, post } from "../support/main_process.ts";
import { appPermissions } from "../../src/sandbox.ts";
import { TempRoot } from "../support/temp_repo.ts";

Deno.test("with state beside the root, the cage still holds against everything else there", async () => {
  const options = (root: string) => ({ root, startedAt: 0 });
  const withState = await probePermissions((settings) => {
    const { root } = settings;
    const place = { kind: "json", path: `${root.slice(0, root.lastIndexOf("/"))}/state.json` } as const;
    return appPermissions({ ...settings, reach: { net: [], ...storeReach(place, options(root)) } });
  });
  const without = await probePermissions(appPermissions);
  const isRefused = (result: Record<string, unknown>) =>
    Object.entries(result).map(([what, how]) => [what, /^NotCapable/.test(String(how))]);
  assert.deepEqual(isRefused(withState), isRefused(without));
  assert.ok(isRefused(without).filter(([, refused]) => refused).length > 10);
});

Deno.test("such a state is written, is there after a restart, and is moved aside when it cannot be understood", async () => {
  await using temp = await TempRoot.create({ git: false });
  const file = `${temp.outside}/state.json`;
  const env = { LUKHAS_REPO_ROOT: temp.root, MCP_STATE_PATH: file };
  const promote = { name: "promote_model", arguments: { modelId: "m/1", gate: "staging" } };
  for (const changed of [true, false]) {
    await using main = new MainProcess({ env });
    const { result } = await (await post(await main.url(), "tools/call", promote)).json();
    assert.equal(result.structuredContent.changed, changed);
    main.kill("SIGTERM");
    assert.equal(await main.ended(), 0);
    assert.doesNotMatch(main.lines.join("\n"), /could not be written/);
  }
  await Deno.writeTextFile(file, "{");
  await using main = new MainProcess({ env });
  await main.line(/could not be understood, and is now .*state\.json\.corrupt-\d{8}T\d{9}Z/);
  const { result } = await (await post(await main.url(), "tools/call", promote)).json();
  assert.equal(result.structuredContent.changed, true);
  main.kill("SIGTERM");
  assert.equal(await main.ended(), 0);
  const left = Array.from(Deno.readDirSync(temp.outside), ({ name }) => name).sort();
  assert.match(left.join(" "), /state\.json state\.json\.corrupt-\d{8}T\d{9}Z$/);
});
