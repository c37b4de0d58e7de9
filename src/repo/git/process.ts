/** One child process: bytes in, bounded bytes out, ended by a time limit or a signal, nothing left open. */

/** How a process is started and held. */
export interface ProcessOptions {
  args: readonly string[];
  cwd: string;
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  stdin?: Uint8Array<ArrayBuffer>;
  signal?: AbortSignal | undefined;
  timeoutMs: number;
  /** Standard output past this is cut off and the process ended. */
  stdoutBytesMax: number;
}

/** How a process ended. */
export interface ProcessResult {
  /** Exit code; 128 + n when signal n ended it. */
  code: number;
  stdout: Uint8Array<ArrayBuffer>;
  /** The last {@linkcode STDERR_BYTES_MAX} of standard error. */
  stderr: string;
  /** Standard output was cut off at its limit. */
  truncated: boolean;
  /** The time limit ended it. */
  timedOut: boolean;
}

/** How much of the end of standard error is kept, in bytes. */
export const STDERR_BYTES_MAX = 4096;

// SIGTERM first: git then removes its lock files and ends its own children (filters, helpers), which a
// worker, that cannot signal a process group, has no other way to reach.
const TERM_GRACE_MS = 2_000;

// A grandchild may hold our pipes open after git itself is gone; its output is of no interest then.
const DRAIN_GRACE_MS = 250;

/**
 * Runs a program to its end. Rejects with the signal's reason when it was aborted (the process is ended
 * first), and with `Deno.errors.NotFound` or the like when it could not be started.
 */
export async function runProcess(program: string, options: ProcessOptions): Promise<ProcessResult> {
  options.signal?.throwIfAborted();
  const { args, cwd, env, stdin, signal } = options;
  const child = new Deno.Command(program, {
    args: [...args],
    cwd,
    env,
    clearEnv: true,
    stdin: stdin ? "piped" : "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const ending = new Ending(child);
  const abort = () => ending.begin();
  signal?.addEventListener("abort", abort, { once: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    ending.begin();
  }, options.timeoutMs);
  const stdout = new Head(child.stdout, options.stdoutBytesMax, abort);
  const stderr = new Tail(child.stderr);
  try {
    const written = stdin ? feed(child.stdin, stdin) : undefined;
    const status = await child.status;
    await drain([stdout, stderr]);
    await written;
    signal?.throwIfAborted();
    const { bytes, truncated } = stdout.result();
    return { code: status.code, stdout: bytes, stderr: stderr.text(), truncated, timedOut };
  } finally {
    clearTimeout(timer);
    ending.dispose();
    signal?.removeEventListener("abort", abort);
  }
}

/** Ends a child politely, then by force. */
class Ending {
  readonly #child: Deno.ChildProcess;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
  }

  begin(): void {
    if (this.#timer !== undefined) return;
    this.#kill("SIGTERM");
    this.#timer = setTimeout(() => this.#kill("SIGKILL"), TERM_GRACE_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It ended in the meantime. Deno says so with either of these.
      if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

interface Collector {
  readonly done: Promise<void>;
  cancel(): Promise<void>;
}

/** The first bytes of a stream. */
class Head implements Collector {
  readonly done: Promise<void>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  #truncated = false;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>, bytesMax: number, onLimit: () => void) {
    this.#reader = stream.getReader();
    this.done = this.#collect(bytesMax, onLimit);
  }

  async #collect(bytesMax: number, onLimit: () => void): Promise<void> {
    for (let next = await this.#reader.read(); !next.done; next = await this.#reader.read()) {
      const room = bytesMax - this.#size;
      const kept = next.value.length > room ? next.value.subarray(0, room) : next.value;
      this.#chunks.push(kept);
      this.#size += kept.length;
      if (next.value.length <= room) continue;
      this.#truncated = true;
      onLimit();
      return await this.#reader.cancel();
    }
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }

  result(): { bytes: Uint8Array<ArrayBuffer>; truncated: boolean } {
    const first = this.#chunks[0];
    if (first && this.#chunks.length === 1) return { bytes: first, truncated: this.#truncated };
    const bytes = new Uint8Array(this.#size);
    let offset = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    return { bytes, truncated: this.#truncated };
  }
}

/** The last bytes of a stream, as text. */
class Tail implements Collector {
  readonly done: Promise<void>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  #bytes = new Uint8Array(0);

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.getReader();
    this.done = this.#collect();
  }

  async #collect(): Promise<void> {
    for (let next = await this.#reader.read(); !next.done; next = await this.#reader.read()) {
      const joined = new Uint8Array(this.#bytes.length + next.value.length);
      joined.set(this.#bytes);
      joined.set(next.value, this.#bytes.length);
      this.#bytes = joined.slice(-STDERR_BYTES_MAX);
    }
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }

  text(): string {
    return new TextDecoder().decode(this.#bytes);
  }
}

async function drain(collectors: readonly Collector[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => timer = setTimeout(() => resolve("late"), DRAIN_GRACE_MS));
  const all = Promise.all(collectors.map((collector) => collector.done));
  const first = await Promise.race([all, late]);
  clearTimeout(timer);
  if (first === "late") await Promise.all(collectors.map((collector) => collector.cancel()));
  await all;
}

async function feed(stream: WritableStream<Uint8Array<ArrayBuffer>>, bytes: Uint8Array<ArrayBuffer>) {
  const writer = stream.getWriter();
  try {
    await writer.write(bytes);
    await writer.close();
  } catch (error) {
    // git did not want to read it all: its exit code and its message say why.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
