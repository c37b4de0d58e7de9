/** A secret that is masked stays masked: no write around it makes it look like something else. */
import assert from "node:assert/strict";
import { TOKEN_SHAPES } from "../../src/core/secret_shapes.ts";
import { forgeToken, privateKey, tokenOf } from "../support/secrets.ts";
import { TestApp } from "../support/test_app.ts";

const KEY = privateKey("RSA ");
const [HEADER = "", FIRST = ""] = KEY.split("\n");

async function shown(app: TestApp, path: string): Promise<string> {
  return (await app.call("read_file", { path })).text;
}

Deno.test("no patch takes the mask off a private key", async (t) => {
  await using app = await TestApp.create({ git: false });
  const file = `top\n${KEY}\nend\n`;
  const chunk = (...lines: string[]) =>
    ["*** Begin Patch", "*** Update File: conf", "@@", ...lines, "*** End Patch", ""].join("\n");
  const junk = Array.from({ length: 40 }, () => "+. . . . . . . . . . . . . .");
  const long = Array.from({ length: 1100 }, (_, row) => `+${"Ab3".repeat(20)}${row}`);
  const patches = {
    "without its beginning": chunk(`-${HEADER}`),
    "with another beginning": chunk(`-${HEADER}`, `+${HEADER.replace("PRIVATE", "PUBLIC")}`),
    "with an end behind the beginning": chunk(` ${HEADER}`, "+-----END RSA PRIVATE KEY-----"),
    "with words behind the beginning": chunk(` ${HEADER}`, ...junk),
    "with another key behind the beginning": chunk(` ${HEADER}`, ...long),
    "with an end in the middle": "@@ -6,0 +7,1 @@\n+-----END RSA PRIVATE KEY-----\n",
    "moved, without its beginning": chunk(`-${HEADER}`).replace("@@", "*** Move to: other\n@@"),
  };
  for (const [name, patch] of Object.entries(patches)) {
    await t.step(name, async () => {
      await app.root.write({ conf: file });
      const failure = await app.callFailing("apply_patch", { path: "conf", patch });
      const reason = name === "with another key behind the beginning" ? "new_secret" : "uncovered_secret";
      assert.equal(failure.details.reason, reason, failure.message);
      assert.ok(!JSON.stringify(failure).includes(FIRST));
      assert.equal(await app.root.read("conf"), file);
    });
  }
});

Deno.test("nothing that is appended to a token takes its mask off", async (t) => {
  await using app = await TestApp.create({ git: false });
  for (const shape of TOKEN_SHAPES) {
    const token = tokenOf(shape, 0);
    for (const contents of ["aaaaaaaaaaaaaaaaaaaa", "example", "Zk9".repeat(30), "\nexample"]) {
      await t.step(`${shape.beginnings[0]} and ${contents.trim().slice(0, 8)}`, async () => {
        await app.root.write({ conf: `token = ${token}` });
        const body = { name: "append_file", arguments: { path: "conf", contents, ensureNewline: false } };
        await (await app.post({ jsonrpc: "2.0", id: 1, method: "tools/call", params: body })).text();
        assert.ok(!(await shown(app, "conf")).includes(token));
      });
    }
  }
});

Deno.test("a file loses its secrets, and is edited around them, as before", async () => {
  await using app = await TestApp.create({ git: false });
  const token = forgeToken();
  const file = `a = 1\n${KEY}\ntoken = ${token}\nb = 2\n`;
  await app.root.write({ conf: file });
  await app.call("apply_patch", { path: "conf", patch: "@@ -1 +1 @@\n-a = 1\n+a = 3\n" });
  await app.call("apply_patch", { path: "conf", patch: `@@\n-token = ${token}\n+token = none\n` });
  await app.call("write_file", { path: "conf", contents: "clean\n", overwrite: true });
  assert.equal(await shown(app, "conf"), "clean\n");
});
