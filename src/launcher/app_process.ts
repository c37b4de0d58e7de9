/** The life of the app's worker, as the process that owns the root sees it: start, address, lines, stop, end. */
import { appSettings } from "./app_settings.ts";
import { type Config, SECRET_VARIABLES } from "../config.ts";
import { Backlog } from "../core/backlog.ts";
import { HELD_MESSAGES_MAX, SHUTDOWN_GRACE_MS } from "../core/limits.ts";
import { lineLog, type Log } from "../core/log.ts";
import { LOCK_FILE } from "../core/own_files.ts";
import type { EvalChildren } from "./eval_children.ts";
import { readFromApp } from "./from_app.ts";
import { answerHostCall } from "../host_line.ts";
import type { KeyDigest } from "../http/auth.ts";
import { IndexProcess } from "./index_process.ts";
import { EXIT, type LaunchParts, StartError } from "./launch_parts.ts";
import { placeProblem } from "../place_problem.ts";
import { type LockResult, RootLock } from "./root_lock.ts";
import { lockStore, type StoreLock } from "./store_lock.ts";
import { type AppSettings, type FromApp, startCage, type ToApp } from "../sandbox.ts";
import { later } from "../timers.ts";

/** How long an app that was told to stop may take, beyond what its requests may: it could be stuck in a loop. */
const STOP_MARGIN_MS = 2_000;

/** How long the commands of evaluations may take to end with the server, before they are killed. */
const CHILDREN_GRACE_MS = 2_000;

/** What an app is started with. */
export interface AppProcessOptions {
  readonly config: Config;
  readonly root: string;
  readonly lock: RootLock;
  readonly parts: LaunchParts;
  /** Told of each line for the client on stdio. With it, the socket is for processes that can read the note alone. */
  readonly onLine?: (text: string) => void;
  /** Told of the address, once it serves. */
  readonly onListening?: (url: string) => void;
}

/**
 * Tries to make this process the owner of a root.
 *
 * @throws {StartError} When nobody could own it.
 */
export async function claimRoot(root: string): Promise<LockResult> {
  try {
    return await RootLock.acquire(root);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`Cannot own the root: ${reason}`, EXIT.config);
  }
}

/** Starts the app in its cage, and says in the lock's note who owns the root. */
export async function startApp(options: AppProcessOptions): Promise<AppProcess> {
  const { config, root, parts, onLine } = options;
  const token = crypto.getRandomValues(new Uint8Array(32)).toHex();
  await announceStart(options, token);
  const children = await evalChildren(options);
  const settings = await appSettings({ config, root, token, isPrivate: onLine !== undefined, parts });
  const storeLock = await lockStore(settings.store, config.release);
  try {
    return new AppProcess(options, { settings, token, children, storeLock });
  } catch (error) {
    await storeLock?.[Symbol.asyncDispose]();
    throw error;
  }
}

/** @throws {StartError} Where the root cannot be written to, and nobody has said that it is not to be. */
async function announceStart({ config, lock }: AppProcessOptions, token: string): Promise<void> {
  try {
    await lock.announce({ pid: Deno.pid, url: null, token, isReadOnly: config.access.readOnly });
  } catch (error) {
    // The lock holds without a note. Whoever comes second is not told where this one is, and that is said later.
    if (config.access.readOnly) return;
    const message = `Cannot write ${LOCK_FILE} to the root: ${placeProblem(error)}; ` +
      "free space, start as a user who may write there, or set MCP_READ_ONLY=1";
    throw new StartError(message, EXIT.config);
  }
}

/** Who runs evaluations, where they are commands: elsewhere the code for that is not loaded. */
async function evalChildren({ config, root }: AppProcessOptions): Promise<EvalChildren | undefined> {
  const { backend } = config.evals;
  if (backend.kind !== "command") return undefined;
  const { state } = await Deno.permissions.query({ name: "run" });
  if (state !== "granted") {
    throw new StartError(
      "Cannot use LUKHAS_EVAL_BACKEND=command: this process may start no program but git; start it with --allow-run " +
        "(deno run -P --allow-run --no-prompt main.ts), or compile the file with --commands",
      EXIT.config,
    );
  }
  const { EvalChildren } = await import("./eval_children.ts");
  return new EvalChildren({ backend, folder: root, secrets: SECRET_VARIABLES, later });
}

/** See the module. */
export class AppProcess {
  /** Resolves with the exit code, once the app is over. */
  readonly ended: Promise<number>;
  readonly #options: AppProcessOptions;
  readonly #settings: AppSettings;
  readonly #token: string;
  readonly #worker: Worker;
  readonly #children: EvalChildren | undefined;
  readonly #log: Log;
  readonly #end: (exitCode: number) => void;
  readonly #lines = new Backlog(HELD_MESSAGES_MAX);
  /** What was said before the app could hear it. */
  #early: ToApp[] | undefined = [];
  #announced: Promise<void> | undefined;
  #indexer: IndexProcess | undefined;
  #isOver = false;
  #stopAskedAt = 0;
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(
    options: AppProcessOptions,
    { settings, token, children, storeLock }: {
      settings: AppSettings;
      token: string;
      children: EvalChildren | undefined;
      storeLock: StoreLock | undefined;
    },
  ) {
    const { config, parts } = options;
    this.#options = options;
    this.#settings = settings;
    this.#token = token;
    this.#children = children;
    this.#log = lineLog({
      format: config.logFormat,
      now: parts.clock.now,
      writeLine: (line) => parts.stderr.write(line),
    });
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#end = (exitCode) => {
      this.#isOver = true;
      resolve(exitCode);
    };
    this.#worker = startCage(parts.entry, settings);
    this.#worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      const message = readFromApp(data);
      if (message !== undefined) this.#hear(message);
      else this.#crash("the app said what it never says");
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#crash(event.message);
    };
    this.ended = promise.finally(async () => {
      clearTimeout(this.#deadline);
      this.#indexer?.[Symbol.dispose]();
      this.#worker.terminate();
      try {
        // Only now: the app would take a command that is ended for one that somebody canceled.
        await children?.close(CHILDREN_GRACE_MS);
        // A note that is still being written would outlive the lock.
        await this.#announced;
      } finally {
        await storeLock?.[Symbol.asyncDispose]();
      }
    });
  }

  /** Resolves when there is room for one more line. */
  room(): Promise<void> {
    return this.#lines.room();
  }

  /** Hands on a line of the client on stdio. */
  send(text: string): void {
    this.#lines.add();
    this.#tell({ type: "line", text });
  }

  /** The operator's keys are others from now on. */
  replaceKeys(keys: readonly KeyDigest[]): void {
    this.#tell({ type: "keys", keys });
  }

  /** Asks the app to finish what it does, and to end. */
  stop(reason: string): void {
    const { clock } = this.#options.parts;
    this.#log({ msg: "stopping", reason });
    this.#tell({ type: "stop", reason });
    this.#stopAskedAt = clock.elapsed();
    this.#deadline = setTimeout(() => {
      this.#log({ msg: "note", text: "the app did not stop in time, so it is ended" });
      this.#end(EXIT.crashed);
    }, SHUTDOWN_GRACE_MS + STOP_MARGIN_MS);
  }

  /** Ends at once. */
  abandon(exitCode: number): void {
    this.#end(exitCode);
  }

  #crash(stack: string): void {
    this.#log({ msg: "bug", stack });
    this.#end(EXIT.crashed);
  }

  /** Once the app is prepared: two workers that load at the same time would make its first client wait for both. */
  #startIndexer(): void {
    const { entry, clock: { elapsed } } = this.#options.parts;
    const onPort = (port: MessagePort) => this.#tell({ type: "indexer", port });
    this.#indexer = new IndexProcess({ entry, settings: this.#settings, log: this.#log, elapsed, onPort });
  }

  /** A server that cannot say where it is serves all the same. */
  async #announce(url: string): Promise<void> {
    const { lock, config: { access: { readOnly: isReadOnly } } } = this.#options;
    try {
      await lock.announce({ pid: Deno.pid, url, token: this.#token, isReadOnly });
    } catch (error) {
      const text = `the address cannot be noted in ${LOCK_FILE} (${placeProblem(error)}): ` +
        "a client on stdio cannot join this server";
      this.#log({ msg: "note", text });
    }
  }

  /** What the operator has asked for in as many words is said again, for whoever reads the log. */
  #warn(url: string): void {
    const { config: { insecure }, isOpen } = this.#settings;
    if (!insecure || !isOpen) return;
    const text =
      `MCP_INSECURE=1, and there is no key: WHOEVER REACHES ${url} MAY READ AND CHANGE THIS REPOSITORY`;
    this.#log({ msg: "note", text });
  }

  #tell(message: ToApp): void {
    // In order: a client may send everything that it has and close its end before the app has loaded.
    if (this.#early === undefined) {
      this.#worker.postMessage(message, message.type === "indexer" ? [message.port] : []);
    } else this.#early.push(message);
  }

  async #hear(message: FromApp): Promise<void> {
    const { config, parts, onLine, onListening } = this.#options;
    switch (message.type) {
      case "loaded": {
        const waiting = this.#early;
        if (waiting === undefined) return;
        this.#early = undefined;
        this.#tell({ type: "start", settings: this.#settings, speaksLines: onLine !== undefined });
        for (const early of waiting) this.#tell(early);
        return;
      }
      case "listening": {
        // An app that says so twice is not itself any more: there is one address.
        if (this.#announced !== undefined) return;
        // Whoever reads the line finds the address in the lock file.
        this.#announced = this.#announce(message.url);
        await this.#announced;
        onListening?.(message.url);
        const durationMs = Math.round(parts.clock.now() - parts.startedAt);
        this.#warn(message.url);
        return this.#log({ msg: "listening", url: message.url, version: parts.version, durationMs });
      }
      case "prepared":
        if (this.#announced === undefined) return;
        // Making a worker holds up whoever makes it, and the address is to be known first.
        await this.#announced;
        // There is one indexer, and none for an app that is to end, or has.
        if (this.#indexer === undefined && this.#deadline === undefined && !this.#isOver) {
          this.#startIndexer();
        }
        return;
      case "cannot_listen":
        parts.stderr.write(`lukhas-mcp: Cannot listen on ${config.host}:${config.port}: ${message.reason}`);
        return this.#end(EXIT.cannotListen);
      case "cannot_open":
        parts.stderr.write(`lukhas-mcp: ${message.reason}`);
        return this.#end(EXIT.config);
      case "host_call": {
        if (this.#children === undefined) return;
        const answer = await answerHostCall(this.#children, message.call);
        return this.#tell({ type: "host_answer", answer });
      }
      case "line":
        return onLine?.(message.text);
      case "line_done":
        return this.#lines.done();
      case "stopped":
        if (this.#deadline === undefined) return this.#crash("the app stopped, and nobody had asked it to");
        this.#log({
          msg: "stopped",
          durationMs: Math.round(parts.clock.elapsed() - this.#stopAskedAt),
        });
        return this.#end(EXIT.ok);
      default:
        return message satisfies never;
    }
  }
}
