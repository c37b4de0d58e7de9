/** What must never leave the server: keys, the absolute root, frames of a stack. Every error of every test is looked at. */
import assert from "node:assert/strict";

/** What is looked for. */
export interface Secrets {
  /** The real path of the root, or of the folder around it. */
  readonly root: string;
  /** Keys that the server was given. */
  readonly keys?: readonly string[];
}

/** A frame as V8 writes it: `    at name (file:///…:1:2)`. */
const STACK_FRAME = /\bat (?:async )?[\w.<>#[\] ]+ \((?:file|ext|node|npm):|\n\s+at (?:file|ext|node|npm):/;

/** Asserts that a text holds none of it. */
export function assertNoLeak(text: string, { root, keys = [] }: Secrets, label: string): void {
  assert.doesNotMatch(text, STACK_FRAME, `${label} shows a stack`);
  assert.ok(root === "" || !text.includes(root), `${label} shows the absolute root: ${text.slice(0, 500)}`);
  for (const key of keys) assert.ok(!text.includes(key), `${label} shows a key`);
}

/** Shorter ones stand in any text. */
const KEY_CHARS_MIN = 6;

/** What was asked, and the paths in its record ids. */
function inWords(asked: string): string {
  const ids = Array.from(asked.matchAll(/lukhas-path:([A-Za-z0-9+/_-]+)/g), ([, id = ""]) => {
    return new TextDecoder().decode(Uint8Array.fromBase64(id.replaceAll("-", "+").replaceAll("_", "/")));
  });
  return [asked, ...ids].join("\n");
}

/** Asserts that of a response that is an error, of HTTP, of JSON-RPC or of a tool. What was asked may repeat its own words. */
export async function assertErrorLeaksNothing(
  response: Response,
  secrets: Secrets,
  asked: string,
): Promise<void> {
  if (response.headers.get("content-type")?.startsWith("application/json") !== true) return;
  const text = await response.clone().text();
  const isError = response.status >= 400 || text.includes('"isError":true') ||
    /^\{"jsonrpc":"2\.0",("id":[^{]*,)?"error"/.test(text);
  if (!isError || inWords(asked).includes(secrets.root)) return;
  const keys = (secrets.keys ?? []).filter((key) => key.length >= KEY_CHARS_MIN && !asked.includes(key));
  assertNoLeak(text, { ...secrets, keys }, `the answer to ${asked.slice(0, 200)}`);
}
