/** `lukhas://repo`: what it says, how long it is, and what it keeps to itself. */
import assert from "node:assert/strict";
import { OVERVIEW_BYTES_MAX } from "../../src/core/limits.ts";
import { ownerAndName } from "../../src/offers/repo_name.ts";
import { AppClient } from "../support/app_client.ts";

async function overview(client: AppClient): Promise<string> {
  const { result } = await client.old("resources/read", { uri: "lukhas://repo" });
  const [{ uri, mimeType, text }] = result.contents;
  assert.deepEqual([uri, mimeType], ["lukhas://repo", "text/markdown"]);
  return text;
}

Deno.test("the overview tells name, state, folders, languages, commits and README", async () => {
  await using client = await AppClient.create();
  const { root } = client.app;
  await root.commit({ "README.md": "# Demo\n\nHello.\n", "src/a.ts": "", "src/b.ts": "" }, "feat: begin");
  await root.git("remote", "add", "origin", "https://ada:hunter2@github.com/acme/demo.git");
  await root.write({ "src/a.ts": "changed", "new.py": "" });
  const head = (await root.git("rev-parse", "HEAD")).trim();
  const date = (await root.git("log", "-1", "--format=%as")).trim();
  assert.equal(
    await overview(client),
    [
      "# acme/demo",
      "",
      "- Branch: `main`",
      `- HEAD: \`${head}\``,
      "- Work tree: 2 paths with uncommitted changes (see git_status)",
      "",
      "## Files: 4",
      "",
      "- (in the root itself): 2",
      "- `src/`: 2",
      "",
      "## Languages",
      "",
      "- `TypeScript`: 2",
      "- `Markdown`: 1",
      "- `Python`: 1",
      "",
      "## Last commits",
      "",
      `- \`${head.slice(0, 10)}\` ${date} \`feat: begin\``,
      "",
      "## README, its first lines",
      "",
      "> # Demo",
      ">",
      "> Hello.",
      ">",
      "",
    ].join("\n"),
  );
});

Deno.test("no line of a README leaves its quotation, whatever ends the line", async () => {
  await using client = await AppClient.create();
  const lines = ["one", "# two", "- three", "four"];
  await client.app.root.commit({ "README.md": `one\r# two\r\n- three\nfour` });
  const quoted = (await overview(client)).split("its first lines\n\n")[1];
  assert.equal(quoted, lines.map((line) => `> ${line}\n`).join(""));
});

Deno.test("a root without git, and one without a commit, have an overview too", async () => {
  await using bare = await AppClient.create({ git: false });
  const text = await overview(bare);
  assert.match(text, /^# root\n\n- Not a git repository/);
  assert.ok(!text.includes(bare.app.root.outside));
  await using fresh = await AppClient.create();
  assert.match(await overview(fresh), /- HEAD: no commit yet\n- Work tree: clean/);
});

Deno.test("the overview ends after 16 KiB and says where the rest is", async () => {
  await using client = await AppClient.create({ git: false });
  const long = "ü".repeat(250);
  await client.app.root.write({
    "README.md": `${long}\n`.repeat(100),
    ...Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${"d".repeat(90)}${n}/a.x${n}`, ""])),
  });
  const text = await overview(client);
  const { length } = new TextEncoder().encode(text);
  assert.ok(length <= OVERVIEW_BYTES_MAX && length > OVERVIEW_BYTES_MAX - 1024, String(length));
  assert.match(text, /- and 21 more\n/);
  assert.ok(text.endsWith("(The overview ends here; list_dir, git_log and read_file have the rest.)\n"));
});

Deno.test("a remote's address gives owner and name, and never a secret or a path of this machine", () => {
  const cases: [string, string | undefined][] = [
    ["https://github.com/acme/demo.git", "acme/demo"],
    ["https://ada:hunter2@github.com/acme/demo/", "acme/demo"],
    ["ssh://git@git.example.org:2222/team/sub/demo.git", "sub/demo"],
    ["git@github.com:acme/demo.git", "acme/demo"],
    ["https://hunter2@example.org/demo", undefined],
    ["https://ada:hun/ter2@example.org/demo", undefined],
    ["https://example.org/a:hunter2@b/demo", undefined],
    ["/srv/git/acme/demo.git", undefined],
    ["../acme/demo", undefined],
    ["file:///srv/git/acme/demo.git", undefined],
    ["", undefined],
  ];
  for (const [url, name] of cases) assert.equal(ownerAndName(url), name, url);
});
