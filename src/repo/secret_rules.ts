/** What a write may not do to secrets: put a mask in the place of one, take the mask off one, or bring one in. */
import { ToolError } from "../core/errors.ts";
import { countMasks, findSecrets, MASK_ADVICE, redact, secretValues } from "../core/secrets.ts";
import type { FileChange } from "./change_set.ts";
import { decodeText } from "./text.ts";

/**
 * Judges one change of several files. What any of them holds already may stay, and move from one to another.
 *
 * @param options.allowSecrets Whether secrets may be brought in.
 * @throws {ToolError} `invalid_arguments` with the reason `masked_secret`, `uncovered_secret` or `new_secret`.
 */
export function checkSecrets(changes: readonly FileChange[], options: { allowSecrets: boolean }): void {
  const covered = new CoveredLines(changes.map(textBefore));
  let known: Set<string> | undefined;
  for (const change of changes) {
    if (change.kind === "remove") continue;
    const { path } = change.at;
    const fresh = scannable(change.bytes);
    const masks = countMasks(fresh);
    if (masks > 0 && masks > countMasks(textBefore(change))) {
      throw masked(`Cannot write "${path}"`, path);
    }
    if (covered.areShownBy(fresh)) throw uncovered(`Cannot write "${path}"`, path);
    if (options.allowSecrets) continue;
    const values = secretValues(fresh);
    if (values.size === 0) continue;
    known ??= new Set(changes.flatMap((other) => [...secretValues(textBefore(other))]));
    const [added] = values.difference(known);
    if (added !== undefined) throw newSecret(`Cannot write "${path}"`, path, kindIn(added));
  }
}

function textBefore({ before }: FileChange): string {
  return before === undefined ? "" : scannable(before.bytes);
}

/** Shorter lines tell too little of a secret, and stand in texts by chance. */
const COVERED_CHARS_LEAST = 16;

/**
 * The lines of texts that no reader sees as they are. A secret is known by what stands around it (the header of a key, the
 * end of a token), which a write may change without having seen the secret: what is left of it would then be shown.
 */
class CoveredLines {
  readonly #texts: readonly string[];
  readonly #lines = new Set<string>();
  /** Those at the end of a text: to them alone something can be added by who does not know them. */
  readonly #last: string[] = [];

  constructor(texts: readonly string[]) {
    this.#texts = texts;
    for (const text of texts) {
      for (const { start, end } of findSecrets(text)) this.#cover(text, { start, end });
    }
  }

  /** Whether the text, masked as readers see it, has any of them that the texts themselves do not show. */
  areShownBy(text: string): boolean {
    if (this.#lines.size === 0) return false;
    const shown = this.#shownIn(text);
    return shown.size > 0 &&
      shown.difference(new Set(this.#texts.flatMap((before) => [...this.#shownIn(before)]))).size > 0;
  }

  #cover(text: string, { start, end }: { start: number; end: number }): void {
    const from = text.lastIndexOf("\n", start - 1) + 1;
    const newline = text.indexOf("\n", end);
    for (const line of linesOf(text.slice(from, newline < 0 ? text.length : newline))) this.#lines.add(line);
    const last = text.slice(text.lastIndexOf("\n") + 1).trim();
    if (newline < 0 && last.length >= COVERED_CHARS_LEAST) this.#last.push(last);
  }

  #shownIn(text: string): Set<string> {
    const found = new Set<string>();
    for (const line of linesOf(redact(text).text)) {
      const known = this.#lines.has(line) ? line : this.#last.find((last) => line.startsWith(last));
      if (known !== undefined) found.add(known);
    }
    return found;
  }
}

/** The lines of a text that are long enough, without the space around them. One at a time: a text may have millions. */
function* linesOf(text: string): Iterable<string> {
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    if (end - at >= COVERED_CHARS_LEAST) yield text.slice(at, end).trim();
    at = end + 1;
  }
}

/** @throws {ToolError} `invalid_arguments` for a patch that holds a mask: its lines are nowhere in the file. */
export function refuseMaskedPatch(patch: string): void {
  if (countMasks(patch) > 0) throw masked("Cannot apply the patch");
}

function uncovered(cannot: string, path: string): ToolError {
  const message =
    `${cannot}: it would show what is masked now. What a masked secret begins and ends with has to stay as ` +
    "it is, unless the whole secret goes; edit elsewhere in the file";
  return new ToolError("invalid_arguments", message, { path, reason: "uncovered_secret" });
}

/** A secret that was not there before. */
export function newSecret(cannot: string, path: string, kind: string): ToolError {
  const message =
    `${cannot}: it would bring in what looks like a secret (${kind}); keep secrets out of the repository, ` +
    "or, if it is none, let the operator start the server with MCP_ALLOW_SECRETS=1";
  return new ToolError("invalid_arguments", message, { path, reason: "new_secret", kind });
}

/** The kind of the secret that a text is, or begins with. */
export function kindIn(value: string): string {
  return /\[\[redacted:([a-z-]+)\]\]/.exec(redact(value).text)?.[1] ?? "private-key";
}

/** Bytes as a text in which tokens can be found: in UTF-8, in Latin-1, and in UTF-16 without its zeros. */
export function scannable(bytes: Uint8Array): string {
  return decodeText(bytes) ?? new TextDecoder("latin1").decode(bytes).replaceAll("\0", "");
}

function masked(cannot: string, path?: string): ToolError {
  const message = `${cannot}: it holds a mask, which would destroy the secret behind it; ${MASK_ADVICE}`;
  return new ToolError("invalid_arguments", message, {
    ...(path !== undefined && { path }),
    reason: "masked_secret",
  });
}

/**
 * Does `apply` with a text. Its failures quote the text's lines, so that of a text with secrets fails a second time, with
 * the masked text: the quotations are then of that.
 */
export function quotingNoSecret<Result>(text: string, apply: (text: string) => Result): Result {
  try {
    return apply(text);
  } catch (error) {
    const { text: shown, redacted } = redact(text);
    if (!(error instanceof ToolError) || redacted === 0) throw error;
    apply(shown);
    const message =
      `Cannot apply the patch: it does not fit a part of the file that is masked; ${MASK_ADVICE}`;
    throw new ToolError(error.code, message);
  }
}
