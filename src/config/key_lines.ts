/** The text of a file of keys: one a line, with a name and scopes where a key is not good for everything. */
import { type Scope, SCOPES } from "../core/scope.ts";

/** A key as an operator writes it down. */
export interface WrittenKey {
  readonly key: string;
  /** Who has it. */
  readonly name?: string;
  /** What it is good for; everything, where nothing is said. */
  readonly scopes?: readonly Scope[];
}

const NAMED = /^([A-Za-z0-9._-]{1,64}):([\x21-\x39\x3b-\x7e]+):([a-z]+(?:,[a-z]+)*)$/;
const PLAIN = /^[\x21-\x39\x3b-\x7e]+$/;

/**
 * Reads the lines. A problem names its line, and never repeats it.
 *
 * @param options.apiKeys The keys of `LUKHAS_MCP_API_KEYS`, which none of the file's may be.
 */
export function parseKeyLines(
  text: string,
  { apiKeys }: { apiKeys: readonly string[] },
): { readonly keys: WrittenKey[]; readonly problem?: string } {
  const keys: WrittenKey[] = [];
  const lineOf = new Map<string, number>();
  for (const [index, line] of text.replace(/^\uFEFF/, "").split(/\r?\n/).entries()) {
    const written = line.trim();
    if (written === "" || written.startsWith("#")) continue;
    const key = readLine(written);
    if (key === undefined) {
      const problem =
        `line ${index + 1} is neither a key of printable ASCII without spaces and colons, nor ` +
        `name:key:scopes with scopes out of ${SCOPES.join(",")}`;
      return { keys: [], problem };
    }
    const earlier = lineOf.get(key.key);
    // Which of the two names and scopes would hold is nothing that an operator should have to guess.
    const twin = earlier !== undefined
      ? `the key of line ${earlier}`
      : apiKeys.includes(key.key)
      ? "a key of LUKHAS_MCP_API_KEYS"
      : undefined;
    if (twin !== undefined) {
      return { keys: [], problem: `line ${index + 1} has ${twin} again: remove one of them` };
    }
    lineOf.set(key.key, index + 1);
    keys.push(key);
  }
  return { keys };
}

function readLine(line: string): WrittenKey | undefined {
  if (PLAIN.test(line)) return { key: line };
  const [, name, key, list] = NAMED.exec(line) ?? [];
  if (name === undefined || key === undefined || list === undefined) return undefined;
  const scopes = SCOPES.filter((scope) => list.split(",").includes(scope));
  return scopes.length === new Set(list.split(",")).size ? { key, name, scopes } : undefined;
}
