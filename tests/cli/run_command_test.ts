/** What becomes of a command's output. */
import assert from "node:assert/strict";
import { readCommandLine } from "../../src/cli/command_line.ts";
import { type AsideLine, runCommand } from "../../src/cli/run_command.ts";
import { LOG_FLUSH_MS } from "../../src/core/limits.ts";
import type { LineSink } from "../../src/line_sink.ts";
import { LineWriter } from "../../src/line_writer.ts";

async function help(output: LineSink): Promise<number> {
  return await runCommand(await readCommandLine(["help"]) as AsideLine, {
    entry: "",
    env: () => undefined,
    clock: { now: () => 0, elapsed: () => 0 },
    version: "0.0.0-test",
    startedAt: 0,
    stderr: new LineWriter({ write: (bytes) => Promise.resolve(bytes.length) }),
    stdio: { input: { readable: new ReadableStream() }, output, newId: () => "id" },
  });
}

Deno.test("a command has ended when its reader has all of it, however late that is", async () => {
  let text = "";
  const code = await help({
    async write(bytes) {
      // Longer than a server waits for who reads its log.
      await new Promise((resolve) => setTimeout(resolve, LOG_FLUSH_MS + 100));
      text += new TextDecoder().decode(bytes);
      return bytes.length;
    },
  });
  assert.equal(code, 0);
  assert.match(text, /^lukhas-mcp: [^]*\n$/);
});

Deno.test("a command whose reader has gone ends all the same", async () => {
  assert.equal(await help({ write: () => Promise.reject(new Deno.errors.BrokenPipe("gone")) }), 0);
});
