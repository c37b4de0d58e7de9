/** The main thread: owns the environment, the root's lock, the signals and the worker's life; serves nothing itself. */
import { claimRoot, startApp } from "./app_process.ts";
import { type Config, CONFIG_VARIABLES, type ConfigRecord, parseConfig } from "./config.ts";
import { ConfigError } from "./config/config_reader.ts";
import { LOG_FLUSH_MS } from "./core/limits.ts";
import { nearest } from "./core/nearest.ts";
import { isGitName } from "./core/own_files.ts";
import { excludeOwnFiles } from "./git_exclude.ts";
import { EXIT, type LaunchParts, StartError } from "./launch_parts.ts";
import type { RootLock } from "./root_lock.ts";
import { StdioServer } from "./stdio.ts";

/** What a process can be. */
const COMMANDS = ["serve", "stdio"] as const;
type Command = (typeof COMMANDS)[number];

/** Serves until a signal, until its client leaves, or until the app ends; resolves with the exit code. */
export async function launch(parts: LaunchParts): Promise<number> {
  try {
    const command = readCommand(parts.args ?? []);
    const config = readConfig(parts.env, command);
    const root = await realRoot(config.root);
    if (command === "stdio") return await serveStdio({ config, root, parts });
    return await serveHttp({ config, root, parts });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    parts.stderr.write(`lukhas-mcp: ${error.message}`);
    return error.exitCode;
  } finally {
    await parts.stderr.flush(LOG_FLUSH_MS);
  }
}

async function serveHttp(
  { config, root, parts }: { config: Config; root: string; parts: LaunchParts },
): Promise<number> {
  const lock = await takeLock(root);
  try {
    await excludeOwnFiles(root);
    const app = await startApp({ config, root, lock, parts });
    using _signals = onStopSignals({
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
    first: (reason) => server.stop(reason),
    second: () => server.abandon(EXIT.interrupted),
  });
  return await server.run();
}

function readCommand([name = "serve", extra]: readonly string[]): Command {
  const command = COMMANDS.find((known) => known === name);
  const near = nearest(name, COMMANDS);
  const hint = near === undefined ? `the commands are ${COMMANDS.join(" and ")}` : `did you mean "${near}"?`;
  if (command === undefined) {
    throw new StartError(`Unknown command ${JSON.stringify(name.slice(0, 100))}; ${hint}`, EXIT.config);
  }
  if (extra === undefined) return command;
  throw new StartError(
    `Cannot read the arguments: "${command}" takes none; everything else is a variable`,
    EXIT.config,
  );
}

/**
 * Variables about the address. A process on stdio has a socket for its bridges alone, and a client's configuration
 * often hands one environment to several: a port in it would let only the first of them start.
 */
const ADDRESS_VARIABLES: ReadonlySet<string> = new Set([
  "HOST",
  "PORT",
  "LUKHAS_MCP_API_KEYS",
  "LUKHAS_PUBLIC_URL",
  "MCP_ALLOWED_HOSTS",
  "MCP_ALLOWED_ORIGINS",
  "MCP_INSECURE",
]);

function readConfig(env: LaunchParts["env"], command: Command): Config {
  const record: Record<string, string | undefined> = {};
  for (const name of CONFIG_VARIABLES) {
    if (command === "serve" || !ADDRESS_VARIABLES.has(name)) record[name] = env(name);
  }
  if (command === "stdio") record.PORT = "0";
  try {
    return parseConfig(record as ConfigRecord);
  } catch (error) {
    if (error instanceof ConfigError) throw new StartError(error.message, EXIT.config);
    throw error;
  }
}

async function realRoot(named: string | undefined): Promise<string> {
  const root = named ?? Deno.cwd();
  const refused = (reason: string) =>
    new StartError(`Cannot serve LUKHAS_REPO_ROOT=${JSON.stringify(root)}: ${reason}`, EXIT.config);
  const real = await Deno.realPath(root).catch((error: Error) => {
    // "No such file or directory (os error 2): realpath '…'", and the like: the path was just named.
    throw refused(error.message.replace(/ \(os error [\s\S]*$/, ""));
  });
  if (real === "/") throw refused("it is the whole file system; name a folder below it");
  if (!(await Deno.stat(real)).isDirectory) throw refused("it is not a folder");
  if (real.split("/").some(isGitName) || await isGitFolder(real)) {
    throw refused("it is git's own folder; name the folder of the checkout");
  }
  return real;
}

/** What git itself takes for a repository without a work tree (gitrepository-layout(5)). */
async function isGitFolder(folder: string): Promise<boolean> {
  const parts = ["HEAD", "objects", "refs"].map((name) => Deno.lstat(`${folder}/${name}`));
  return (await Promise.allSettled(parts)).every(({ status }) => status === "fulfilled");
}

async function takeLock(root: string): Promise<RootLock> {
  const result = await claimRoot(root);
  if (result.kind === "acquired") return result.lock;
  const { url, pid } = result.owner;
  const where = url ? `at ${url}/mcp` : "and is just starting";
  throw new StartError(`This root is served already ${where} (process ${pid ?? "unknown"})`, EXIT.rootInUse);
}

/** Calls `first` on the first stop signal and `second` on the next. */
function onStopSignals(
  { first, second }: { first: (reason: string) => void; second: () => void },
): Disposable {
  // Windows has no SIGTERM to listen for.
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  let count = 0;
  const listeners = signals.map((signal) => {
    const listener = () => ++count === 1 ? first(signal) : second();
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  return { [Symbol.dispose]: () => listeners.forEach((remove) => remove()) };
}
