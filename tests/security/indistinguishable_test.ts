/** What lies outside, or may not be read, is told from what does not exist by nothing: not by an error, a size or a hash. */
import assert from "node:assert/strict";
import { FILE_CALLS, type PathCall, SECRET, trappedRoot, VIEW_CALLS } from "../support/path_traps.ts";
import { TestApp } from "../support/test_app.ts";

/** A path behind which something is, and one of the same kind behind which nothing is. */
const PAIRS: readonly (readonly [there: string, missing: string])[] = [
  ["../beside/secret.txt", "../beside/nothing.txt"],
  ["../beside/inner", "../beside/nowhere"],
  ["/etc/passwd", "/etc/nobody"],
  ["file-out", "missing-out"],
  ["absolute-out", "missing-absolute-out"],
  ["folder-out/secret.txt", "folder-out/nothing.txt"],
  ["folder-out/inner/secret.txt", "folder-out/nowhere/secret.txt"],
  [".git/secret", ".git/nothing"],
  [".mcp-lock", ".mcp-index.other"],
  ["conf/.env", "sub/.env"],
  ["keys/server.pem", "keys/other.pem"],
  ["hidden/there.md", "hidden/missing.md"],
];

async function errorOf(app: TestApp, call: PathCall, path: string): Promise<string> {
  const failure = await app.callFailing(call.tool, call.args(path));
  return JSON.stringify(failure).replaceAll(JSON.stringify(path).slice(1, -1), "PATH");
}

Deno.test("the error for what is there is the error for what is not", async (t) => {
  await using root = await trappedRoot();
  await root.write({
    "conf/.env": SECRET,
    "keys/server.pem": SECRET,
    "hidden/there.md": SECRET,
    ".lukhas/policy.json": JSON.stringify({ hidden: ["hidden/"] }),
  });
  await using app = await TestApp.create({ root });
  for (const [there, missing] of PAIRS) {
    await t.step(`${there} and ${missing}`, async () => {
      for (const call of [...FILE_CALLS, ...VIEW_CALLS]) {
        // A link itself may be moved and deleted: it lies inside.
        if (call.onLink === true && /^(file|absolute|missing)/.test(there)) continue;
        const [one, other] = [await errorOf(app, call, there), await errorOf(app, call, missing)];
        assert.equal(one, other, call.label);
      }
    });
  }
});

Deno.test("/files and resources answer alike for what is there and what is not", async () => {
  await using root = await trappedRoot();
  await root.write({ "conf/.env": SECRET });
  await using app = await TestApp.create({ root });
  for (
    const [there, missing] of PAIRS.filter(([path]) =>
      !path.startsWith("/") && !path.startsWith("..") && !path.startsWith("hidden")
    )
  ) {
    const [one, other] = await Promise.all([there, missing].map(async (path) => {
      const response = await app.fetch(`/files/${path}`);
      return `${response.status} ${(await response.text()).replaceAll(path, "PATH")}`;
    }));
    assert.equal(one, other);
    const [first, second] = await Promise.all([there, missing].map(async (path) => {
      const response = await app.post({
        jsonrpc: "2.0",
        id: 1,
        method: "resources/read",
        params: { uri: `lukhas://file/${path}` },
      });
      return (await response.text()).replaceAll(path, "PATH");
    }));
    assert.equal(first, second);
  }
});
