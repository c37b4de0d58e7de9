/**
 * Proves that a server keeps its contract: the published calls, then the whole authoring loop, a line for each step.
 * Alone it proves it of a server of its own, on a temporary repository, in the cage that every server runs in.
 */
import { claimRoot, startApp } from "../launcher/app_process.ts";
import { parseConfig } from "../config.ts";
import { EXIT, type LaunchParts, StartError } from "../launcher/launch_parts.ts";
import { operatorsGit } from "../launcher/operators_git.ts";
import type { CommandLine } from "./command_line.ts";
import type { CommandParts } from "./command_parts.ts";
import { SmokeClient } from "./smoke_client.ts";
import { SMOKE_STEPS } from "./smoke_steps.ts";

/** Resolves with the exit code. */
export async function runSmoke(
  { operands: [url, key], flags }: CommandLine,
  { parts, print }: CommandParts,
): Promise<number> {
  if (url === undefined) return await runOnOwnServer({ parts, print });
  if (!/^https?:\/\/[^/]/.test(url)) {
    const message = `Cannot smoke ${JSON.stringify(url)}: it is not an address such as http://127.0.0.1:8766`;
    throw new StartError(message, EXIT.config);
  }
  if (flags.yes === undefined) {
    print(
      `This writes docs/mcp/ and a commit to the repository at ${url}: say --yes if that is what you want`,
    );
    return EXIT.config;
  }
  return await runSteps(new SmokeClient(url, key), { parts, print });
}

/** Runs every step, and says how many passed. */
async function runSteps(client: SmokeClient, { parts, print }: CommandParts): Promise<number> {
  const { clock } = parts;
  print(`smoke of ${client.endpoint}`);
  let passed = 0;
  for (const { name, run } of SMOKE_STEPS) {
    const started = clock.elapsed();
    const took = () => `${(clock.elapsed() - started).toFixed(1).padStart(7)} ms`;
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
  const isWhole = passed === SMOKE_STEPS.length;
  print(`${passed} passed, ${isWhole ? 0 : 1} failed`);
  return isWhole ? EXIT.ok : EXIT.failed;
}

/** `fetch` says why it failed in its cause alone. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

async function runOnOwnServer({ parts, print }: CommandParts): Promise<number> {
  const root = await temporaryFolder();
  try {
    await makeRepository(root, parts.env);
    const claim = await claimRoot(root);
    if (claim.kind !== "acquired") {
      throw new StartError("Cannot smoke: the new root is taken", EXIT.rootInUse);
    }
    const { lock } = claim;
    const listening = Promise.withResolvers<string>();
    const config = parseConfig({ PORT: "0", MCP_LOG: "off", MCP_RL_BUCKET: "0" });
    const app = await startApp({ config, root, lock, parts, onListening: listening.resolve });
    try {
      const url = await Promise.race([listening.promise, app.ended]);
      if (typeof url !== "string") return url;
      return await runSteps(new SmokeClient(url), { parts, print });
    } finally {
      app.stop("smoke is done");
      await app.ended;
      await lock.release();
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function temporaryFolder(): Promise<string> {
  try {
    return await Deno.realPath(await Deno.makeTempDir({ prefix: "lukhas-smoke-" }));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    const message = "Cannot smoke a temporary repository: this file was compiled for one root; give a URL";
    throw new StartError(message, EXIT.config);
  }
}

async function makeRepository(root: string, env: LaunchParts["env"]): Promise<void> {
  const git = await operatorsGit(env, root);
  if (git.program === undefined) {
    throw new StartError("Cannot smoke: there is no git on the PATH", EXIT.config);
  }
  const commands = [["init", "-q"], ["config", "user.name", "Smoke"], [
    "config",
    "user.email",
    "smoke@example.com",
  ]];
  for (const args of commands) {
    const { success, stderr } = await new Deno.Command(git.program, {
      args,
      cwd: root,
      env: git.env,
      clearEnv: true,
      stdin: "null",
    }).output();
    if (!success) throw new Error(`git ${args[0]}: ${new TextDecoder().decode(stderr)}`);
  }
}
