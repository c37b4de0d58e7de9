/** What becomes of a message; the transport alone turns it into statuses, headers and bytes. */
import type { MessageStream } from "./message_stream.ts";

/** What a log line may say about a message. */
export interface Facts {
  readonly method?: string;
  readonly tool?: string;
  readonly error?: string | number;
}

/** Why a message or a stream is refused as a whole. */
export type Refusal =
  /** It cannot be read, or breaks a rule that every client knows. */
  | "malformed"
  /** The sender's key is not good for it. */
  | "forbidden"
  /** The sender asks for more than it may have now. */
  | "rate_limited"
  /** A stateless client asks for a method that is not offered. */
  | "unknown_method"
  /** The session has ended or never was: the client is to start anew. */
  | "unknown_session"
  /** There is no stream and no session to end for this sender. */
  | "post_only"
  /** The sender does not take an event stream. */
  | "takes_no_stream";

/** The closed set of what becomes of a message. `body` is one line of JSON. */
export type Outcome =
  /** A response to a request, error or not. `sessionId` is the session that `initialize` began. */
  | { readonly kind: "response"; readonly body: string; readonly facts: Facts; readonly sessionId?: string }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly body: string; readonly facts: Facts }
  /** A notification, a client's response or a call that was cancelled: nothing is to be said. */
  | { readonly kind: "accepted"; readonly facts: Facts }
  /** Messages as they come. `after` is the number of the last event that a resuming client has. */
  | {
    readonly kind: "stream";
    readonly stream: MessageStream;
    readonly after?: number;
    readonly facts: Facts;
  }
  /** The session is over. */
  | { readonly kind: "ended"; readonly facts: Facts };

/** An outcome that ends an exchange. */
export type FinalOutcome = Extract<Outcome, { readonly body: string }>;
