/** Request bodies, counted while they arrive. */

/** A body that was read, or why it was not. */
export type Body =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "too_large" }
  | { readonly kind: "not_utf8" }
  /** The client went away in the middle, or the server stops: `Deno.serve` gives up bodies that still arrive. */
  | { readonly kind: "broken" };

/** Reads a body of at most `bytesMax` bytes. What a header says of the length only saves work. */
export async function readBody(request: Request, bytesMax: number): Promise<Body> {
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) return { kind: "too_large" };
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.length;
      if (size > bytesMax) return { kind: "too_large" };
      chunks.push(chunk);
    }
  } catch {
    return { kind: "broken" };
  }
  return decode(chunks, size);
}

function decode(chunks: readonly Uint8Array[], size: number): Body {
  let bytes = chunks[0] ?? new Uint8Array();
  if (chunks.length > 1) {
    bytes = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
  }
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { kind: "not_utf8" };
  }
}
