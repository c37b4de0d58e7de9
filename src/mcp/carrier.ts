/** What a transport says of one message. The protocol asks for each fact only when it needs it. */
import type { Scope } from "../core/scope.ts";

/** How a message came, and how its sender can be reached. */
export interface Carrier {
  /** Names the message in the server's log. */
  readonly requestId: string;
  /** Who sent it: the fingerprint of a key. Undefined where nobody has to say. */
  readonly caller: string | undefined;
  /** What the sender's key is good for; undefined for everything. */
  readonly scopes: readonly Scope[] | undefined;
  /** The session that the message says it belongs to. */
  readonly sessionId: string | undefined;
  /** Whether messages may be sent before the result. */
  readonly acceptsStream: boolean;
  /** Whether the sender may have one more stream. */
  readonly mayStream: boolean;
  /** The protocol's headers; undefined where a transport has none, and the body alone decides. */
  readonly headers: ProtocolHeaders | undefined;
  /**
   * Calls back when the sender has gone away and waits for nothing any more; returns what ends the watch. Asked for
   * only by calls that are still at work and whose revision says that leaving is a cancellation.
   */
  whenGone(onGone: () => void): () => void;
  /** Counts so many further messages as the sender's; false where that is more than it may send now. */
  charge(messages: number): boolean;
}

/** The headers that the protocol defines; each is undefined where it was not sent. */
export interface ProtocolHeaders {
  /** `MCP-Protocol-Version` */
  readonly protocolVersion: string | undefined;
  /** `Mcp-Method` */
  readonly method: string | undefined;
  /** `Mcp-Name` */
  readonly name: string | undefined;
  /** `Last-Event-ID` */
  readonly lastEventId: string | undefined;
  /** `Mcp-Param-<name>` */
  param(name: string): string | undefined;
}
