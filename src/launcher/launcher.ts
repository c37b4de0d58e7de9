/** The main thread: owns the environment, the root's lock, the signals and the worker's life; serves nothing itself. */
import { claimRoot, startApp } from "./app_process.ts";
import { type CommandLine, readCommandLine } from "../cli/command_line.ts";
import type { Config } from "../config.ts";
import { LOG_FLUSH_MS } from "../core/limits.ts";
import { followKeys } from "./follow_keys.ts";
import { excludeOwnFiles } from "./git_exclude.ts";
import { readConfig } from "./launch_config.ts";
import { EXIT, type LaunchParts, StartError } from "./launch_parts.ts";
import type { RootLock } from "./root_lock.ts";
import { servedRoot } from "./served_root.ts";
import { onStopSignals } from "./stop_signals.ts";
import { StdioServer } from "../stdio/stdio.ts";

/** Does what the command line says; resolves with the exit code. */
export async function launch(parts: LaunchParts): Promise<number> {
  try {
    const line = await readCommandLine(parts.args ?? []);
    switch (line.command) {
      case "serve":
      case "stdio":
        return await serve(line, parts);
      default: {
        // What a server never needs is not loaded for it.
        const { runCommand } = await import("../cli/run_command.ts");
        return await runCommand({ ...line, command: line.command }, parts);
      }
    }
  } catch (error) {
    const refusal = error instanceof Deno.errors.NotCapable ? notAllowed(error) : error;
    if (!(refusal instanceof StartError)) throw error;
    parts.stderr.write(`lukhas-mcp: ${refusal.message}`);
    return refusal.exitCode;
  } finally {
    await parts.stderr.flush(LOG_FLUSH_MS);
  }
}

/** What a compiled file may reach was written into it, and its user's configuration may ask for more. */
function notAllowed(error: Error): StartError {
  const what = error.message.replace(/, run again with [\s\S]*$/, "");
  const message =
    `Cannot do what the configuration asks: this file was compiled without the right to it (${what})`;
  return new StartError(message, EXIT.config);
}

/** Serves until a signal, until its client leaves, or until the app ends. */
async function serve(line: CommandLine, parts: LaunchParts): Promise<number> {
  const config = readConfig(parts.env, line);
  const root = await servedRoot(config, line);
  return await (line.command === "stdio" ? serveStdio : serveHttp)({ config, root, parts });
}

async function serveHttp(
  { config, root, parts }: { config: Config; root: string; parts: LaunchParts },
): Promise<number> {
  const lock = await takeLock(root);
  try {
    if (!config.access.readOnly) await excludeOwnFiles(root);
    const app = await startApp({ config, root, lock, parts });
    using _keys = followKeys(app, { config, parts });
    using _signals = onStopSignals({
      elapsed: parts.clock.elapsed,
      first: (reason) => app.stop(reason),
      second: () => app.abandon(EXIT.interrupted),
    });
    return await app.ended;
  } finally {
    await lock.release();
  }
}

async function serveStdio(
  { config, root, parts }: { config: Config; root: string; parts: LaunchParts },
): Promise<number> {
  if (parts.stdio === undefined) throw new StartError("Cannot use stdio: there is none", EXIT.config);
  const server = new StdioServer({ config, root, parts, stdio: parts.stdio });
  using _signals = onStopSignals({
    elapsed: parts.clock.elapsed,
    first: (reason) => server.stop(reason),
    second: () => server.abandon(EXIT.interrupted),
  });
  return await server.run();
}

async function takeLock(root: string): Promise<RootLock> {
  const result = await claimRoot(root);
  if (result.kind === "acquired") return result.lock;
  const { url, pid } = result.owner;
  const where = url ? `at ${url}/mcp` : "and is just starting";
  throw new StartError(`This root is served already ${where} (process ${pid ?? "unknown"})`, EXIT.rootInUse);
}
