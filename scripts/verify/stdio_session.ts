/** A client that starts the file as its child, asks two things, and leaves. */
import assert from "node:assert/strict";
import type { Stranger } from "./stranger.ts";

/** Returns what the server said of itself. */
export async function speakOverStdio(stranger: Stranger): Promise<string> {
  const child = new Deno.Command(stranger.file, {
    args: ["stdio", "--root", stranger.root],
    env: stranger.env,
    clearEnv: true,
    cwd: `${stranger.folder}/download`,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const clientInfo = { name: "stranger", version: "1" };
  const messages = [
    { id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo } },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/call", params: { name: "read_file", arguments: { path: "README.md" } } },
  ];
  const writer = child.stdin.getWriter();
  const lines = messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  await writer.write(new TextEncoder().encode(lines.join("")));
  await writer.close();
  const { code, stdout } = await child.output();
  assert.equal(code, 0);
  const answers = new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
  const byId = new Map(answers.map((answer) => [answer.id, answer.result]));
  assert.equal(byId.get(2)?.structuredContent.text, "# A repository\n");
  return `${byId.get(1)?.serverInfo.name} ${byId.get(1)?.serverInfo.version}`;
}
