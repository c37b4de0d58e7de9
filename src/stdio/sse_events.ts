/** Server-sent events, as a client reads them (WHATWG HTML, section 9.2.6): what the server of this project sends. */

/** One event with data. */
export interface ServerSentEvent {
  /** The last id that was sent, on this event or before it; empty for none. */
  readonly lastId: string;
  /** Empty for an event that says nothing but its id. */
  readonly data: string;
}

/** Reads events to the end of the stream. An event that was not sent to its end is dropped. */
export async function* readEvents(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<ServerSentEvent> {
  let rest = "";
  let lastId = "";
  let data: string[] = [];
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield { lastId, data: data.join("\n") };
        data = [];
      } else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
      else if (line.startsWith("id:")) lastId = line.slice(3).trim();
    }
  }
}
