/** Server-sent events: how a stream of messages looks on the wire (WHATWG HTML, section 9.2). */
import { STREAM_BACKLOG_BYTES_MAX, STREAM_KEEPALIVE_MS } from "../core/limits.ts";
import type { Frame, FrameReader, MessageStream } from "../mcp/message_stream.ts";
import { SAFE_HEADERS } from "./responses.ts";

/** What a silent stream says: a comment, which every reader passes over. */
export const KEEPALIVE = ": keepalive\n\n";

/** One event. A message is one line of JSON, and so one `data` line: some readers take no more. */
export function encodeFrame(frame: Frame): string {
  switch (frame.kind) {
    case "message":
      return frame.id === undefined ? `data: ${frame.json}\n\n` : `id: ${frame.id}\ndata: ${frame.json}\n\n`;
    case "priming":
      return `id: ${frame.id}\nretry: ${frame.retryMs}\ndata: \n\n`;
    default:
      return frame satisfies never;
  }
}

/** The headers of a response that is a stream of events. */
export const EVENT_STREAM_HEADERS: Readonly<Record<string, string>> = {
  ...SAFE_HEADERS,
  // Proxies that compress or buffer would hold events back.
  "cache-control": "no-store, no-transform",
  "content-type": "text/event-stream",
  "x-accel-buffering": "no",
};

/** Where a stream begins, and who is told that it is over. */
export interface StreamOptions {
  /** The number of the last event that a resuming client has. */
  readonly after: number | undefined;
  /** Called when nothing more is sent, for whichever reason. */
  readonly onEnd: () => void;
}

/** A response that carries a stream to its end, or until the client leaves. */
export function streamResponse(stream: MessageStream, options: StreamOptions): Response {
  return new Response(eventBytes(stream, options), { headers: EVENT_STREAM_HEADERS });
}

function eventBytes(
  stream: MessageStream,
  { after, onEnd }: StreamOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let reader: FrameReader;
  let timer: ReturnType<typeof setInterval> | undefined;
  let isOver = false;
  return new ReadableStream({
    start(controller) {
      const end = () => {
        clearInterval(timer);
        if (isOver) return;
        isOver = true;
        controller.close();
        onEnd();
      };
      const write = (text: string) => {
        if (isOver) return;
        const hasRead = waitingBytes(controller) === 0;
        controller.enqueue(encoder.encode(text));
        // Nobody reads: what waits for nobody is not kept for ever. Who has read all before this may read this.
        if (hasRead || waitingBytes(controller) <= STREAM_BACKLOG_BYTES_MAX) return;
        end();
        stream.leave(reader);
      };
      reader = { frame: (frame) => write(encodeFrame(frame)), end };
      if (stream.longLived) timer = setInterval(() => write(KEEPALIVE), STREAM_KEEPALIVE_MS);
      stream.read(reader, after);
    },
    cancel() {
      clearInterval(timer);
      stream.leave(reader);
      onEnd();
    },
  }, { highWaterMark: 0, size: (chunk) => chunk.byteLength });
}

function waitingBytes({ desiredSize }: ReadableStreamDefaultController<unknown>): number {
  return -(desiredSize ?? 0);
}
