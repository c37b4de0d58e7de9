/** Where lines are written to, and what its writers do alike. */

/** Where the lines go. */
export interface LineSink {
  /** Writes some of the bytes and says how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Writes all of the bytes, in as many pieces as the sink takes. */
export async function writeAll(sink: LineSink, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await sink.write(bytes.subarray(written));
}

/** Waits for what is being written, for at most `timeoutMs`. */
export async function waitAtMost(writing: Promise<void> | undefined, timeoutMs: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, timeoutMs);
  await Promise.race([writing, late.promise]);
  clearTimeout(timer);
}
