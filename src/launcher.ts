/** The main thread: owns the environment, the root's lock, the signals and the worker's life; serves nothing itself. */
import { type Config, CONFIG_VARIABLES, ConfigError, type ConfigRecord, parseConfig } from "./config.ts";
import type { Clock } from "./core/clock.ts";
import { isGitName } from "./core/own_files.ts";
import { LOG_FLUSH_MS, SHUTDOWN_GRACE_MS } from "./core/limits.ts";
import { lineLog } from "./core/log.ts";
import { excludeOwnFiles } from "./git_exclude.ts";
import { findProgram } from "./find_program.ts";
import type { LineWriter } from "./line_writer.ts";
import { RootLock } from "./root_lock.ts";
import { type AppSettings, type FromApp, startCage, type ToApp } from "./sandbox.ts";

/** How the process ends. */
export const EXIT = {
  ok: 0,
  /** The configuration makes no sense, or the root cannot be served. */
  config: 2,
  /** Another process serves this root. */
  rootInUse: 3,
  /** The address cannot be listened on. */
  cannotListen: 4,
  /** The app crashed, or did not stop when told; a supervisor starts it again (`EX_SOFTWARE` of sysexits.h). */
  crashed: 70,
  /** A second signal cut the stop short. */
  interrupted: 130,
} as const;

/** What the launcher is given by the entry module. */
export interface LaunchParts {
  /** The entry module, which is also the worker's. */
  readonly entry: string;
  readonly env: (name: string) => string | undefined;
  readonly clock: Clock;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly stderr: LineWriter;
}

/** How long an app that was told to stop may take, beyond what its requests may: it could be stuck in a loop. */
const STOP_MARGIN_MS = 2_000;

/** Variables of the operator that a child process gets to see. */
export const CHILD_VARIABLES = [
  "PATH",
  "HOME",
  "LANG",
  "XDG_CONFIG_HOME",
  "SSH_AUTH_SOCK",
  "GNUPGHOME",
] as const;

/** A start that failed, with the exit code to end with. */
class StartError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Serves until a signal, or until the app ends; resolves with the exit code. */
export async function launch(parts: LaunchParts): Promise<number> {
  try {
    const config = readConfig(parts.env);
    const root = await realRoot(config.root);
    const lock = await takeLock(root);
    try {
      await excludeOwnFiles(root);
      return await serve({ config, root, lock, parts });
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    parts.stderr.write(`lukhas-mcp: ${error.message}`);
    return error.exitCode;
  } finally {
    await parts.stderr.flush(LOG_FLUSH_MS);
  }
}

async function serve(
  { config, root, lock, parts }: { config: Config; root: string; lock: RootLock; parts: LaunchParts },
): Promise<number> {
  const token = crypto.getRandomValues(new Uint8Array(32)).toHex();
  await lock.announce({ pid: Deno.pid, url: null, token });
  const settings = await appSettings({ config, root, token, parts });
  const log = lineLog({
    format: config.logFormat,
    now: parts.clock.now,
    writeLine: (line) => parts.stderr.write(line),
  });
  const worker = startCage(parts.entry, settings);
  const { promise, resolve } = Promise.withResolvers<number>();
  const tell = (message: ToApp) => worker.postMessage(message);
  worker.onmessage = async ({ data: message }: MessageEvent<FromApp>) => {
    switch (message.type) {
      case "loaded":
        return tell({ type: "start", settings });
      case "listening": {
        // Whoever reads the line finds the address in the lock file.
        await lock.announce({ pid: Deno.pid, url: message.url, token });
        const durationMs = Math.round(parts.clock.now() - parts.startedAt);
        return log({ msg: "listening", url: message.url, version: parts.version, durationMs });
      }
      case "cannot_listen":
        parts.stderr.write(`lukhas-mcp: Cannot listen on ${config.host}:${config.port}: ${message.reason}`);
        return resolve(EXIT.cannotListen);
      case "stopped":
        log({ msg: "stopped", durationMs: Math.round(parts.clock.elapsed() - stopAskedAt) });
        return resolve(EXIT.ok);
      default:
        return message satisfies never;
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    log({ msg: "bug", stack: event.message });
    resolve(EXIT.crashed);
  };
  const giveUp = () => {
    log({ msg: "note", text: "the app did not stop in time, so it is ended" });
    resolve(EXIT.crashed);
  };
  let stopAskedAt = 0;
  let deadline: ReturnType<typeof setTimeout> | undefined;
  using _signals = onStopSignals({
    first: (reason) => {
      log({ msg: "stopping", reason });
      tell({ type: "stop", reason });
      stopAskedAt = parts.clock.elapsed();
      deadline = setTimeout(giveUp, SHUTDOWN_GRACE_MS + STOP_MARGIN_MS);
    },
    second: () => resolve(EXIT.interrupted),
  });
  const exitCode = await promise;
  clearTimeout(deadline);
  worker.terminate();
  return exitCode;
}

function readConfig(env: LaunchParts["env"]): Config {
  const record: Record<string, string | undefined> = {};
  for (const name of CONFIG_VARIABLES) record[name] = env(name);
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
  const result = await RootLock.acquire(root).catch((error) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`Cannot own the root: ${reason}`, EXIT.config);
  });
  if (result.kind === "acquired") return result.lock;
  const { url, pid } = result.owner;
  const where = url ? `at ${url}/mcp` : "and is just starting";
  throw new StartError(`This root is served already ${where} (process ${pid ?? "unknown"})`, EXIT.rootInUse);
}

async function appSettings(
  { config, root, token, parts }: { config: Config; root: string; token: string; parts: LaunchParts },
): Promise<AppSettings> {
  const { apiKeys, root: _, ...appConfig } = config;
  const env: Record<string, string> = {};
  for (const name of CHILD_VARIABLES) {
    const value = parts.env(name);
    if (value !== undefined) env[name] = value;
  }
  return {
    config: appConfig,
    root,
    keys: await Promise.all(apiKeys.map(digestKey)),
    localKey: await digestKey(token),
    linkSecret: crypto.getRandomValues(new Uint8Array(32)),
    git: { program: await findGit(env.PATH ?? "", root), env },
    version: parts.version,
    startedAt: parts.startedAt,
  };
}

/** The operator's git. The runtime grants the first one on the PATH, and the repository may have brought that one. */
async function findGit(path: string, root: string): Promise<string | undefined> {
  const program = await findProgram("git", { path, outside: root });
  if (program === undefined) return undefined;
  const { state } = await Deno.permissions.query({ name: "run", command: program });
  if (state === "granted") return program;
  throw new StartError(
    `Cannot use ${program}: another git comes first on the PATH; take the folders of the root off it`,
    EXIT.config,
  );
}

async function digestKey(key: string): Promise<{ sha256: string }> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return { sha256: new Uint8Array(digest).toHex() };
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
