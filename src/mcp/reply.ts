/** What a method answers, before either era puts it on the wire. */
import type { Params } from "./jsonrpc.ts";
import type { CachePolicy } from "./providers.ts";

/**
 * A result: an object, or the JSON text of an object that has neither `_meta` nor `resultType`. A text is spliced in as
 * it is.
 */
export type Result = string | Params;

/** See the module. A reply that is handed out again and again is put on the wire once. */
export interface Reply {
  readonly result: Result;
  /** Only for the methods whose results may be kept. */
  readonly cache?: CachePolicy;
  /** The code of a tool's failure, for the log. */
  readonly failure?: string;
}

/** The result that says nothing. */
export const EMPTY_REPLY: Reply = { result: "{}" };
