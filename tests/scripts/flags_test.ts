/** The flags of the tasks that make and prove the one file. */
import assert from "node:assert/strict";

Deno.test("a flag that there is not is answered with those that there are", async () => {
  for (const [script, usage] of [["compile", /--reach PATH/], ["verify_binary", /--pinned ROOT/]] as const) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-P=compile", "--no-prompt", "--quiet", `scripts/${script}.ts`, "--hlep"],
      cwd: new URL("../../", import.meta.url),
    }).output();
    const [said = "", help = "", ...rest] = new TextDecoder().decode(stdout).split("\n");
    assert.deepEqual([code, new TextDecoder().decode(stderr), rest], [2, "", [""]], script);
    assert.match(said, /^Unknown option '--hlep'$/);
    assert.match(help, /^usage: deno task /);
    assert.match(help, usage);
  }
});
