/** Values of `Mcp-Name` and `Mcp-Param-*`: literal, or Base64 between sentinels (2026-07-28, basic/transports). */

const PREFIX = "=?base64?";
const SUFFIX = "?=";

/**
 * The text that a header's value stands for; undefined for Base64 that is not canonical, or not UTF-8. Both sentinels
 * have to be there, in this case, or the value is literal.
 */
export function decodeHeaderValue(value: string): string | undefined {
  if (!value.startsWith(PREFIX) || !value.endsWith(SUFFIX) || value.length < PREFIX.length + SUFFIX.length) {
    return value;
  }
  const base64 = value.slice(PREFIX.length, -SUFFIX.length);
  // fromBase64 passes over white space, which a header could smuggle in.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return undefined;
  try {
    const bytes = Uint8Array.fromBase64(base64, { lastChunkHandling: "strict" });
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
