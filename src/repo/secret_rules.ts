/** What a write may not do to secrets: put a mask in the place of one, or bring one in. */
import { ToolError } from "../core/errors.ts";
import { countMasks, MASK_ADVICE, redact, secretValues } from "../core/secrets.ts";
import { decodeText } from "./text.ts";

/** New contents for the file at a path, and what stands there now. */
export interface Rewrite {
  readonly path: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

/**
 * @param options.allowSecrets Whether secrets may be brought in.
 * @throws {ToolError} `invalid_arguments` with the reason `masked_secret` or `new_secret`. What the file holds already
 * may stay.
 */
export function checkRewrite({ path, before, after }: Rewrite, options: { allowSecrets: boolean }): void {
  const [old, fresh] = [before === undefined ? "" : scannable(before), scannable(after)];
  if (countMasks(fresh) > countMasks(old)) throw masked(`Cannot write "${path}"`, path);
  if (options.allowSecrets) return;
  const added = secretValues(fresh).difference(secretValues(old));
  if (added.size > 0) throw newSecret(`Cannot write "${path}"`, path, kindIn([...added][0] ?? ""));
}

/** @throws {ToolError} `invalid_arguments` for a patch that holds a mask: its lines are nowhere in the file. */
export function refuseMaskedPatch(patch: string): void {
  if (countMasks(patch) > 0) throw masked("Cannot apply the patch");
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
