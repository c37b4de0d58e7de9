/**
 * Proves that a server keeps its contract: the published calls, then the whole authoring loop, a line for each step.
 *
 *     deno task smoke                    starts a server on a temporary repository of its own
 *     deno task smoke --yes URL [KEY]    uses a running server, and writes docs/mcp/ and a commit to its repository;
 *                                        KEY is one of the server's API keys
 */
import { parseArgs } from "node:util";
import { SmokeClient } from "./smoke_client.ts";
import { SMOKE_STEPS } from "./smoke_steps.ts";
import { startServerProcess } from "./server_process.ts";

const encoder = new TextEncoder();

function print(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

async function git(cwd: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("git", { args, cwd, stdin: "null" }).output();
  if (!success) throw new Error(`git ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}

/** Runs every step, and says how many passed. */
async function run(client: SmokeClient): Promise<boolean> {
  let passed = 0;
  for (const { name, run } of SMOKE_STEPS) {
    const started = performance.now();
    const took = () => `${(performance.now() - started).toFixed(1).padStart(7)} ms`;
    try {
      const note = await run(client);
      passed++;
      print(`ok   ${took()}  ${name}${note === undefined ? "" : ` (${note})`}`);
    } catch (error) {
      print(`FAIL ${took()}  ${name}: ${reasonOf(error)}`);
      // The steps build on each other: what follows would only repeat the failure.
      break;
    }
  }
  print(`${passed} passed, ${passed === SMOKE_STEPS.length ? 0 : 1} failed`);
  return passed === SMOKE_STEPS.length;
}

/** `fetch` says why it failed in its cause alone. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

async function runOnOwnServer(): Promise<boolean> {
  const root = await Deno.makeTempDir({ prefix: "lukhas-smoke-" });
  try {
    await git(root, "init", "-q");
    await git(root, "config", "user.name", "Smoke");
    await git(root, "config", "user.email", "smoke@example.com");
    await using server = await startServerProcess({ root });
    const client = new SmokeClient(server.url);
    print(`smoke of ${client.endpoint}, started on a temporary repository`);
    return await run(client);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const { values, positionals: [url, key] } = parseArgs({
  args: Deno.args,
  options: { yes: { type: "boolean", default: false } },
  allowPositionals: true,
});
if (url === undefined) {
  Deno.exit(await runOnOwnServer() ? 0 : 1);
} else if (!values.yes) {
  print(`This writes docs/mcp/ and a commit to the repository at ${url}: say --yes if that is what you want`);
  Deno.exit(2);
} else {
  const client = new SmokeClient(url, key);
  print(`smoke of ${client.endpoint}`);
  Deno.exit(await run(client) ? 0 : 1);
}
