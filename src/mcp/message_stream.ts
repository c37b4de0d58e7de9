/** A stream of messages to a client: what is sent before anybody reads waits, what a session sent can be read again. */
import { STREAM_EVENTS_CHARS_MAX, STREAM_EVENTS_MAX } from "../core/limits.ts";

/** One thing on a stream. */
export type Frame =
  /** A message; `id` names it to a client that resumes. */
  | { readonly kind: "message"; readonly json: string; readonly id: string | undefined }
  /** Nothing but a name, so that a client can resume before the first message (2025-11-25, basic/transports). */
  | { readonly kind: "priming"; readonly id: string; readonly retryMs: number };

/** Who takes the frames. */
export interface FrameReader {
  frame(frame: Frame): void;
  /** Nothing follows on this connection. */
  end(): void;
}

/** How a stream differs from one that is read once, by one reader. */
export interface MessageStreamOptions {
  /** What its events are named after. A named stream keeps its latest events for a client that resumes. */
  readonly name?: string;
  /** Begins with a priming frame that asks for this delay, in milliseconds. Only a named stream does. */
  readonly retryMs?: number;
  /** Whether it may be silent for long, so that the transport has to show that it lives. */
  readonly longLived?: boolean;
  /** Told once, when the reader goes away before the end. */
  readonly onLeave?: () => void;
}

/** See the module. */
export class MessageStream {
  readonly #options: MessageStreamOptions;
  #kept: { readonly number: number; readonly frame: Frame & { kind: "message" } }[] = [];
  #keptChars = 0;
  #number = 0;
  #reader: FrameReader | undefined;
  #isOver = false;
  #isPrimed = false;
  #dropsReader = false;

  constructor(options: MessageStreamOptions = {}) {
    this.#options = options;
  }

  get longLived(): boolean {
    return this.#options.longLived ?? false;
  }

  /** Whether nothing more will be sent. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether somebody reads at this moment. */
  get isRead(): boolean {
    return this.#reader !== undefined;
  }

  /** Sends a message. After the end it is dropped. */
  send(json: string): void {
    if (this.#isOver) return;
    const { name } = this.#options;
    const number = ++this.#number;
    const id = name === undefined ? undefined : `${name}-${number}`;
    const frame = { kind: "message", json, id } as const;
    if (name !== undefined || this.#reader === undefined) this.#keep(number, frame);
    this.#reader?.frame(frame);
  }

  /** Ends the stream: what was sent can still be read. */
  end(): void {
    this.#isOver = true;
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.end();
  }

  /** Ends the connection and not the stream: a client that resumes reads on. Without a name there is no way back. */
  disconnect(): void {
    if (this.#options.name === undefined) return;
    const reader = this.#reader;
    this.#reader = undefined;
    // The answer may not have reached its reader yet: it is to get what there is, and then the end.
    if (reader === undefined) this.#dropsReader = true;
    else reader.end();
  }

  /** Gives a reader what it does not have, and then what comes. A reader that was there before is ended. */
  read(reader: FrameReader, after = 0): void {
    this.#reader?.end();
    this.#reader = reader;
    this.#prime(reader);
    for (const { number, frame } of this.#kept) if (number > after) reader.frame(frame);
    if (this.#options.name === undefined) this.#kept = [];
    // It may have left in the middle of that.
    if (this.#reader !== reader) return;
    const drops = this.#dropsReader;
    this.#dropsReader = false;
    if (!this.#isOver && !drops) return;
    this.#reader = undefined;
    reader.end();
  }

  /** The reader has gone away by itself. */
  leave(reader: FrameReader): void {
    if (this.#reader !== reader) return;
    this.#reader = undefined;
    // Nobody could come back to a stream without a name, so nothing is kept for anybody.
    if (this.#options.name === undefined) this.#isOver = true;
    this.#options.onLeave?.();
  }

  #prime(reader: FrameReader): void {
    const { name, retryMs } = this.#options;
    if (name === undefined || retryMs === undefined || this.#isPrimed) return;
    this.#isPrimed = true;
    reader.frame({ kind: "priming", id: `${name}-0`, retryMs });
  }

  #keep(number: number, frame: Frame & { kind: "message" }): void {
    this.#kept.push({ number, frame });
    this.#keptChars += frame.json.length;
    if (this.#options.name === undefined) return;
    while (
      this.#kept.length > 1 &&
      (this.#kept.length > STREAM_EVENTS_MAX || this.#keptChars > STREAM_EVENTS_CHARS_MAX)
    ) this.#keptChars -= this.#kept.shift()?.frame.json.length ?? 0;
  }
}

/** The stream and the number that an event's id names; undefined for what no stream of ours would say. */
export function parseEventId(id: string): { name: string; number: number } | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(id);
  return match === null ? undefined : { name: match[1] ?? "", number: Number(match[2]) };
}
