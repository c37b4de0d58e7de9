/** What the launcher is given, how the process ends, and the start that fails with one line. */
import type { Clock, NewId } from "../core/clock.ts";
import type { LineSink } from "../line_sink.ts";
import type { LineWriter } from "../line_writer.ts";

/** How the process ends. */
export const EXIT = {
  ok: 0,
  /** `smoke` found a step that fails, or `doctor` a problem. */
  failed: 1,
  /** The command or the configuration makes no sense, or the root cannot be served. */
  config: 2,
  /** Another process serves this root, or keeps its state in the same file. */
  rootInUse: 3,
  /** The address cannot be listened on. */
  cannotListen: 4,
  /** The one file could not unpack itself, so that nothing of this ran: its own script says so (`EX_UNAVAILABLE`). */
  cannotUnpack: 69,
  /** The app crashed, or did not stop when told; a supervisor starts it again (`EX_SOFTWARE` of sysexits.h). */
  crashed: 70,
  /** A second signal cut the stop short. */
  interrupted: 130,
} as const;

/** The same for those who read `--help`, by code. */
export const EXIT_MEANINGS: Readonly<Record<(typeof EXIT)[keyof typeof EXIT], string>> = {
  [EXIT.ok]: "done: a signal or the end of its client stopped it, or a command did what it was asked",
  [EXIT.failed]: "smoke found a step that fails, or doctor a problem",
  [EXIT.config]: "the command line or the configuration makes no sense, or the root cannot be served",
  [EXIT.rootInUse]: "another process serves this root, or keeps its state in the same file",
  [EXIT.cannotListen]: "the address cannot be listened on",
  [EXIT.cannotUnpack]: "the one file could not unpack itself",
  [EXIT.crashed]: "it crashed, or did not stop when told; a supervisor starts it again",
  [EXIT.interrupted]: "a second signal cut the stop short",
};

/** What the launcher is given by the entry module. */
export interface LaunchParts {
  /** The entry module, which is also the worker's. */
  readonly entry: string;
  /** What stands behind the entry on the command line. @default [] */
  readonly args?: readonly string[];
  readonly env: (name: string) => string | undefined;
  readonly clock: Clock;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly stderr: LineWriter;
  /** Where a client that started this process as its child talks to it; looked at by the command `stdio` alone. */
  readonly stdio?: {
    readonly input: { readonly readable: ReadableStream<Uint8Array<ArrayBuffer>> };
    readonly output: LineSink;
    readonly newId: NewId;
  };
}

/** A start that failed, with the exit code to end with. */
export class StartError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
