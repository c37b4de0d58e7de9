/** What is kept of a key: its digest. */

/** The SHA-256 of a key, hexadecimal. */
export async function digestKey(key: string): Promise<{ sha256: string }> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return { sha256: new Uint8Array(digest).toHex() };
}
