/** `doctor` says who could run programs: it is by design, and has to be known. */
import assert from "node:assert/strict";
import type { CheckContext } from "../../src/cli/check.ts";
import { executionCheck } from "../../src/cli/checks/execution.ts";
import { type ConfigRecord, parseConfig } from "../../src/config.ts";

const COMMAND: ConfigRecord = {
  LUKHAS_EVAL_BACKEND: "command",
  LUKHAS_EVAL_COMMAND: '["./eval.sh","{taskId}","{configId}"]',
};

async function findingsOf(env: ConfigRecord): Promise<string> {
  const found = await executionCheck.look({ config: parseConfig(env) } as CheckContext);
  return [found].flat().map(({ level, text }) => `${level}: ${text}`).join("\n");
}

Deno.test("a key for both scopes on the command backend, and trusted hooks, are to be known", async () => {
  assert.match(await findingsOf({}), /^ok: /);
  assert.match(
    await findingsOf(COMMAND),
    /^note: a key with the scopes "write" and "ops" runs programs by design/,
  );
  assert.match(
    await findingsOf({ ...COMMAND, LUKHAS_MCP_API_KEYS: "some-key-of-old" }),
    /^note: a key with the scopes/,
  );
  assert.match(await findingsOf({ MCP_GIT_HOOKS: "1" }), /^note: MCP_GIT_HOOKS=1/);
  assert.match(await findingsOf({ ...COMMAND, MCP_GIT_HOOKS: "1", MCP_READ_ONLY: "1" }), /^ok: /);
});

Deno.test("where no key has both scopes there is nothing to say", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "a:first-key:read,write\nb:second-key:read,ops\n");
    assert.match(await findingsOf({ ...COMMAND, LUKHAS_MCP_API_KEYS_FILE: file }), /^ok: /);
    await Deno.writeTextFile(file, "a:first-key:write,ops\n");
    assert.match(await findingsOf({ ...COMMAND, LUKHAS_MCP_API_KEYS_FILE: file }), /^note: /);
  } finally {
    await Deno.remove(file);
  }
});
