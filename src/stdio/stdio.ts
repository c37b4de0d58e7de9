/**
 * The command `stdio`: serves the client that started this process as its child. The process owns the root when nobody
 * else does; beside an owner it is a bridge to it, and takes its place when it has gone.
 */
import { type AppProcess, claimRoot, startApp } from "../launcher/app_process.ts";
import { Bridge, type Handover } from "./bridge.ts";
import { lostAnswers } from "./bridge_answer.ts";
import { isRepeatable } from "./bridge_message.ts";
import type { Config } from "../config.ts";
import {
  BRIDGE_LONGEST_PAUSE_MS,
  BRIDGE_PAUSE_MS,
  BRIDGE_REPEATED_MESSAGES_MAX,
  BRIDGE_TIMEOUT_MS,
  LOG_FLUSH_MS,
  OWNER_RESTART_MS,
  SHUTDOWN_GRACE_MS,
} from "../core/limits.ts";
import { lineLog, type Log } from "../core/log.ts";
import { excludeOwnFiles } from "../launcher/git_exclude.ts";
import { EXIT, type LaunchParts, StartError } from "../launcher/launch_parts.ts";
import { errorResponse, INVALID_REQUEST, isObject, PARSE_ERROR } from "../mcp/jsonrpc.ts";
import type { LockOwner, RootLock } from "../launcher/root_lock.ts";
import { addressOf, answers, type OwnerAddress } from "../launcher/root_owner.ts";
import { type InputLine, readLines } from "./stdio_lines.ts";
import { LineOutput } from "./stdio_output.ts";

/** Whoever answers at the moment. */
interface Link {
  /** Resolves when there is room for one more line. */
  room(): Promise<void>;
  receive(text: string, attempts?: number): void;
  /** Lets what runs finish; resolves with the exit code. */
  finish(reason: string): Promise<number>;
}

/** What the server is made of. */
export interface StdioServerOptions {
  readonly config: Config;
  readonly root: string;
  readonly parts: LaunchParts;
  readonly stdio: NonNullable<LaunchParts["stdio"]>;
}

/** See the module. */
export class StdioServer {
  readonly #options: StdioServerOptions;
  readonly #output: LineOutput;
  readonly #log: Log;
  readonly #ended = Promise.withResolvers<number>();
  /** Begins the ids of what the client has said before, and a new owner has to hear. */
  readonly #replayPrefix: string;
  #replays = 0;
  #lock: RootLock | undefined;
  /** The link, once there is one. */
  #linked: Promise<Link>;
  /** Asks for the link at once. */
  #demand: () => void = () => {};
  #isStopping = false;
  /** How long the client may take to read what is left for it at the end. */
  #flushMs = LOG_FLUSH_MS;
  readonly #abandoned = Promise.withResolvers<void>();

  constructor(options: StdioServerOptions) {
    const { config, parts, stdio } = options;
    this.#options = options;
    this.#output = new LineOutput(stdio.output);
    this.#replayPrefix = `replay-${stdio.newId()}-`;
    const writeLine = (line: string) => parts.stderr.write(line);
    this.#log = lineLog({ format: config.logFormat, now: parts.clock.now, writeLine });
    this.#linked = this.#guard(this.#connect());
  }

  /** Serves until the client closes its end. Resolves with the exit code. */
  async run(): Promise<number> {
    try {
      this.#pump().then(() => this.#leave(), this.#ended.reject);
      this.#output.gone.then(() => this.stop("the client reads no more"));
      return await this.#ended.promise;
    } finally {
      try {
        await this.#lock?.release();
      } finally {
        await Promise.race([this.#output.flush(this.#flushMs), this.#abandoned.promise]);
      }
    }
  }

  /** Who has said all may still be reading the answers, at leisure. */
  #leave(): void {
    this.#flushMs = SHUTDOWN_GRACE_MS;
    this.stop("the client closed its end");
  }

  /** Lets what runs finish, and ends. */
  stop(reason: string): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#demand();
    this.#linked.then((link) => link.finish(reason)).then(this.#ended.resolve, this.#ended.reject);
  }

  /** Ends at once. */
  abandon(exitCode: number): void {
    this.#abandoned.resolve();
    this.#ended.resolve(exitCode);
  }

  async #pump(): Promise<void> {
    const { config, stdio } = this.#options;
    for await (const line of readLines(stdio.input.readable, config.bodyBytesMax)) {
      // Whoever does not read the answers is not asked for more questions.
      await this.#output.room();
      if (line.kind !== "text") {
        this.#output.write(unusable(line, config.bodyBytesMax));
        continue;
      }
      this.#demand();
      await (await this.#currentLink()).room();
      (await this.#currentLink()).receive(line.text);
    }
  }

  /** The link that is not being replaced while it is waited for. */
  async #currentLink(): Promise<Link> {
    for (;;) {
      const linked = this.#linked;
      const link = await linked;
      if (linked === this.#linked) return link;
    }
  }

  /** A link that cannot be made ends the process. */
  #guard(linked: Promise<Link>): Promise<Link> {
    linked.catch(this.#ended.reject);
    return linked;
  }

  /** Owns the root, or finds its owner: whichever is possible first. */
  async #connect(): Promise<Link> {
    const { root, config, parts: { clock } } = this.#options;
    const until = clock.elapsed() + BRIDGE_TIMEOUT_MS;
    for (let pauseMs = BRIDGE_PAUSE_MS;; pauseMs = Math.min(2 * pauseMs, BRIDGE_LONGEST_PAUSE_MS)) {
      const claim = await claimRoot(root);
      if (claim.kind === "acquired") return await this.#own(claim.lock);
      const owner = addressOf(claim.owner);
      if (owner !== undefined && await answers(owner)) {
        if (config.access.readOnly && claim.owner.isReadOnly !== true) throw mayWrite(claim.owner);
        return this.#bridgeTo(owner);
      }
      if (clock.elapsed() > until) {
        const { pid = "unknown", url = "an address that it does not say" } = claim.owner;
        const message = `Cannot reach the process that serves this root: process ${pid} at ${url}`;
        throw new StartError(message, EXIT.rootInUse);
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #own(lock: RootLock): Promise<Link> {
    const { root, config } = this.#options;
    this.#lock = lock;
    if (!config.access.readOnly) await excludeOwnFiles(root);
    const app: AppProcess = await startApp({
      ...this.#options,
      lock,
      onLine: (text) => this.#write(text),
    });
    app.ended.then(this.#ended.resolve, this.#ended.reject);
    return {
      room: () => app.room(),
      receive: (text) => app.send(text),
      finish: (reason) => {
        app.stop(reason);
        return app.ended;
      },
    };
  }

  #bridgeTo(owner: OwnerAddress): Link {
    this.#log({ msg: "note", text: `a bridge to the process that owns the root, at ${owner.url}` });
    const bridge = new Bridge({ owner, write: (line) => this.#write(line) });
    bridge.lost.then(() => {
      if (!this.#isStopping) this.#linked = this.#guard(this.#relink(bridge.leave()));
    });
    return {
      room: () => bridge.room(),
      receive: (text, attempts) => bridge.receive(text, attempts),
      finish: async () => {
        await bridge.finish(SHUTDOWN_GRACE_MS);
        return EXIT.ok;
      },
    };
  }

  /** Goes on with another owner, or as the owner, as if nothing had happened to those who had asked for nothing. */
  async #relink({ state, unanswered }: Handover): Promise<Link> {
    this.#log({ msg: "note", text: "the process that owned the root has gone" });
    const again = unanswered.filter((one) =>
      one.isUntouched || isRepeatable(one.message) && one.attempts < BRIDGE_REPEATED_MESSAGES_MAX
    );
    for (const one of unanswered) {
      if (!again.includes(one)) lostAnswers(one.message).forEach((line) => this.#write(line));
    }
    // A supervisor starts its server again: it gets the root, unless somebody waits for an answer.
    if (again.length === 0) await this.#demanded(OWNER_RESTART_MS);
    const link = await this.#connect();
    const asked = new Set(again.map(({ message }) => message.text));
    for (const text of state) if (!asked.has(text)) link.receive(this.#asReplay(text));
    for (const { message, attempts, isUntouched } of again) {
      link.receive(message.text, isUntouched ? attempts : attempts + 1);
    }
    return link;
  }

  /** Resolves when the client wants something, and after `timeoutMs` at the latest. */
  #demanded(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    this.#demand = resolve;
    return promise.finally(() => clearTimeout(timer));
  }

  /** The client has had its answer to this: another id keeps the second one apart. */
  #asReplay(text: string): string {
    const message: unknown = JSON.parse(text);
    if (!isObject(message) || !Object.hasOwn(message, "id")) return text;
    return JSON.stringify({ ...message, id: `${this.#replayPrefix}${++this.#replays}` });
  }

  #write(line: string): void {
    if (!line.startsWith(`{"jsonrpc":"2.0","id":"${this.#replayPrefix}`)) this.#output.write(line);
  }
}

/** Whoever has asked for a server through which nothing can be changed gets no bridge to another kind. */
function mayWrite({ pid, url }: Partial<LockOwner>): StartError {
  const message =
    `Cannot serve with MCP_READ_ONLY=1: process ${
      pid ?? "unknown"
    } serves this root at ${url}, and through it files ` +
    "can be changed; start that one with MCP_READ_ONLY=1, end it, or leave the variable out here";
  return new StartError(message, EXIT.rootInUse);
}

function unusable({ kind }: Exclude<InputLine, { kind: "text" }>, bytesMax: number): string {
  switch (kind) {
    case "too_long": {
      const message = `Cannot read a line of more than ${bytesMax} bytes: MCP_MAX_BODY_BYTES sets the limit`;
      return errorResponse(undefined, { code: INVALID_REQUEST, message });
    }
    case "not_utf8":
      return errorResponse(undefined, { code: PARSE_ERROR, message: "Parse error: the line is not UTF-8" });
    default:
      return kind satisfies never;
  }
}
