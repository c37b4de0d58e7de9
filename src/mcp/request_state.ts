/**
 * The state that travels through the client between two rounds of `input_required` (2026-07-28, basic/patterns/mrtr).
 * The client holds it, so it is signed, dated, and bound to the request and the caller that it was made for.
 */
import { REQUEST_STATE_LIFETIME_MS } from "../core/limits.ts";
import type { Now } from "../core/clock.ts";
import { isSameText } from "../core/same_text.ts";
import type { InputResponse } from "./input_request.ts";
import { isObject } from "./jsonrpc.ts";
import { invalidParams } from "./protocol_error.ts";

/** What a state is good for. */
export interface StateBinding {
  readonly method: string;
  /** The tool's or prompt's name, or the resource's address. */
  readonly name: string;
  readonly caller: string | undefined;
}

/** Answers of earlier rounds, by key. */
export type Answers = ReadonlyMap<string, InputResponse>;

/** Keeps the key of this module's signatures apart from other uses of the same secret. */
const PURPOSE = "mcp request state 1\n";

/** Makes states and takes them back. */
export class RequestStates {
  readonly #secret: Uint8Array;
  readonly #now: Now;
  #key: Promise<CryptoKey> | undefined;

  /** @param options.secret At least 32 random bytes; processes that share it take each other's states. */
  constructor(options: { secret: Uint8Array; now: Now }) {
    this.#secret = options.secret;
    this.#now = options.now;
  }

  /** A state that holds answers. */
  async seal(answers: Answers, { method, name, caller }: StateBinding): Promise<string> {
    const expires = this.#now() + REQUEST_STATE_LIFETIME_MS;
    const text = JSON.stringify({ method, name, caller: caller ?? null, expires, answers: [...answers] });
    const payload = toBase64Url(new TextEncoder().encode(text));
    return `${payload}.${await this.#sign(payload)}`;
  }

  /** @throws {ProtocolError} `INVALID_PARAMS` for a state that is not ours, not for this request, or too old. */
  async open(state: string, { method, name, caller }: StateBinding): Promise<Answers> {
    const dot = state.indexOf(".");
    const payload = state.slice(0, Math.max(dot, 0));
    // The whole rest is compared as text: a decoder would pass over characters that were added to it.
    if (!isSameText(state.slice(dot + 1), await this.#sign(payload))) {
      throw badState("its signature is wrong");
    }
    const value = JSON.parse(
      new TextDecoder().decode(Uint8Array.fromBase64(payload, { alphabet: "base64url" })),
    );
    if (value.method !== method || value.name !== name || value.caller !== (caller ?? null)) {
      throw badState("it belongs to another request");
    }
    if (value.expires <= this.#now()) throw badState("it has expired, ask again without it");
    return new Map(value.answers);
  }

  async #sign(payload: string): Promise<string> {
    this.#key ??= crypto.subtle.importKey(
      "raw",
      this.#secret.slice(),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const mac = await crypto.subtle.sign(
      "HMAC",
      await this.#key,
      new TextEncoder().encode(PURPOSE + payload),
    );
    return toBase64Url(new Uint8Array(mac));
  }
}

/**
 * The answers that a request brings.
 *
 * @throws {ProtocolError} `INVALID_PARAMS` for what is not an object of objects.
 */
export function readInputResponses(value: unknown): Answers {
  if (value === undefined) return new Map();
  if (!isObject(value)) throw invalidParams(`"inputResponses" must be an object`);
  const entries = Object.entries(value);
  const wrong = entries.find(([, response]) => !isObject(response));
  if (wrong !== undefined) throw invalidParams(`every value of "inputResponses" must be an object`);
  return new Map(entries as [string, InputResponse][]);
}

function badState(reason: string) {
  return invalidParams(`"requestState" cannot be used: ${reason}`);
}

function toBase64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
