/** What a release is made by and from: one version everywhere, nothing that could change under it, no more rights than needed. */
import assert from "node:assert/strict";
import metadata from "../deno.json" with { type: "json" };
import { EXIT } from "../src/launcher/launch_parts.ts";

async function text(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(`../${path}`, import.meta.url));
}

Deno.test("the changelog has a section for the version of deno.json, first", async () => {
  const [, newest] = /^## (\S+)/m.exec(await text("CHANGELOG.md")) ?? [];
  assert.equal(newest, metadata.version);
});

Deno.test("the release grants nothing by default, and pins every action by its whole hash", async () => {
  const workflow = await text(".github/workflows/release.yml");
  assert.match(workflow, /^permissions: \{\}$/m);
  const uses = [...workflow.matchAll(/uses: (\S+)(.*)$/gm)];
  assert.ok(uses.length >= 4);
  for (const [, action, comment] of uses) {
    assert.match(action ?? "", /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    assert.match(comment ?? "", /^ # v\d+\.\d+\.\d+$/, `${action} says its version`);
  }
  const [build = "", publish = ""] = workflow.split(/^ {2}publish:$/m);
  assert.doesNotMatch(build, /: write/, "what runs packages' code may write nothing");
  assert.doesNotMatch(publish, /npx|checkout/, "what may write runs no code of the repository");
});

Deno.test("the container and the release are made by one Deno, and run as nobody", async () => {
  const dockerfile = await text("packaging/Dockerfile");
  const versions = [dockerfile, await text(".github/workflows/release.yml")].map((file) =>
    /deno@(\d+\.\d+\.\d+)/.exec(file)?.[1]
  );
  assert.ok(versions[0] !== undefined && versions[0] === versions[1], versions.join());
  const user = dockerfile.lastIndexOf("\nUSER lukhas\n");
  assert.ok(user > dockerfile.lastIndexOf("\nRUN "), "everything after it is as nobody");
  const [, command = ""] = /^HEALTHCHECK .*?CMD (\[[\s\S]*?\])$/m.exec(dockerfile) ?? [];
  const words: string[] = JSON.parse(command.replaceAll("\\\n", ""));
  assert.deepEqual(words.slice(0, 2), ["bash", "-c"]);
  assert.ok(words[2]?.includes("/readyz"));
});

Deno.test("the service is not started again for what a new start would not mend", async () => {
  const unit = await text("packaging/lukhas-mcp.service");
  assert.ok(unit.includes(`\nRestartPreventExitStatus=${EXIT.config} ${EXIT.rootInUse}\n`));
  for (
    const line of [
      "NoNewPrivileges=true",
      "ProtectSystem=strict",
      "CapabilityBoundingSet=",
      "PrivateTmp=true",
    ]
  ) {
    assert.ok(unit.includes(`\n${line}\n`), line);
  }
});
