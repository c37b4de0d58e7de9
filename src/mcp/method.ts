/** What a method of the protocol is to the dispatcher. */
import type { Call } from "./call.ts";
import type { Carrier } from "./carrier.ts";
import type { Params, RequestId } from "./jsonrpc.ts";
import type { RequestMeta } from "./meta.ts";
import type { Reply } from "./reply.ts";
import type { Revision } from "./revisions.ts";
import type { Session } from "./session.ts";

/** Who sends a request. */
export type Client =
  | { readonly era: "handshake"; readonly revision: Revision; readonly session: Session | undefined }
  | { readonly era: "stateless"; readonly meta: RequestMeta };

/** A request, with all that its method may look at. */
export interface MethodRequest {
  readonly id: RequestId;
  readonly method: string;
  readonly params: Params;
  readonly carrier: Carrier;
  readonly client: Client;
}

/** A method. */
export type Method =
  /** Answers at once, from what is at hand. */
  | { readonly kind: "plain"; answer(request: MethodRequest): Reply }
  /** Runs code of the server's: it may take long, ask, report and be cancelled. */
  | {
    readonly kind: "call";
    /** Whether questions may be asked: by `tools/call`, `prompts/get` and `resources/read` alone. */
    readonly nameOf?: (params: Params) => unknown;
    answer(request: MethodRequest, call: Call): Promise<Reply>;
  }
  /** Opens the stream of `subscriptions/listen`. */
  | { readonly kind: "listen" };

/** Methods by name. A map, since names come from callers: an object has a `constructor`. */
export type Methods = ReadonlyMap<string, Method>;
