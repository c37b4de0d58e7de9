/** A secret that is masked stays masked: no write around it makes it look like something else. */
import assert from "node:assert/strict";
import fc from "fast-check";
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

Deno.test("no row of edits by somebody who has not seen the secrets shows a piece of one, in any view", async () => {
  await using app = await TestApp.create();
  const token = forgeToken();
  const file = ["first", HEADER, ...KEY.split("\n").slice(1), "name = 1", "last", `token = ${token}`].join(
    "\n",
  );
  await app.root.commit({ conf: file });
  const pieces = [...KEY.split("\n").slice(1, -2), token].map((secret) => secret.slice(-24));
  const line = fc.constantFrom(
    "x",
    "",
    HEADER,
    "-----END RSA PRIVATE KEY-----",
    "-----BEGIN PUBLIC KEY-----",
    ". ".repeat(300),
    "Ab3".repeat(100),
    "\r",
    "example",
  );
  const lines = fc.array(line, { minLength: 1, maxLength: 3 });
  const shownLine = fc.constantFrom("first", HEADER, "-----END RSA PRIVATE KEY-----", "name = 1", "last");
  const edit = fc.oneof(
    fc.record({ insert: lines, at: fc.nat({ max: 22 }) }),
    fc.record({ replace: shownLine, by: lines }),
    fc.record({ append: fc.oneof(line, fc.constantFrom("aaaaaaaaaaaaaaaaaaaa", "\nx", "Zk9Zk9")) }),
  );
  const property = fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
    await app.root.write({ conf: file });
    for (const one of edits) await attempt(app, one);
    const views = [
      await app.call("read_file", { path: "conf" }),
      await app.call("git_diff", { context: 3 }),
      await app.call("search_code", { query: ".{20}", mode: "regex" }),
    ];
    for (const piece of pieces) assert.ok(!JSON.stringify(views).includes(piece), JSON.stringify(edits));
  });
  await fc.assert(property, { seed: 20260801, numRuns: 60 });
});

type Edit = { insert: string[]; at: number } | { replace: string; by: string[] } | { append: string };

/** Whether it is refused is of no interest. */
async function attempt(app: TestApp, edit: Edit): Promise<void> {
  const added = (lines: readonly string[]) => lines.map((text) => `+${text}\n`).join("");
  const call = "append" in edit
    ? { name: "append_file", arguments: { path: "conf", contents: edit.append, ensureNewline: false } }
    : "insert" in edit
    ? {
      name: "apply_patch",
      arguments: {
        path: "conf",
        patch: `@@ -${edit.at},0 +${edit.at + 1},${edit.insert.length} @@\n${added(edit.insert)}`,
      },
    }
    : {
      name: "apply_patch",
      arguments: {
        patch: `*** Begin Patch\n*** Update File: conf\n@@\n-${edit.replace}\n${
          added(edit.by)
        }*** End Patch\n`,
      },
    };
  const response = await app.post({ jsonrpc: "2.0", id: 1, method: "tools/call", params: call });
  await response.body?.cancel();
}
