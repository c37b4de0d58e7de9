/** A route that is handed to the HTTP edge: what it answers is somebody else's business. */
import type { Scope } from "../core/scope.ts";
import type { Facts } from "../mcp/outcome.ts";
import type { Answer } from "./mcp_route.ts";

/** Who asks, for what. */
export interface Sender {
  readonly url: URL;
  /** The fingerprint of the key; undefined where nobody has to have one. */
  readonly caller: string | undefined;
  /** To be called when the answer is over, by a route that {@linkcode Route.staysOpen}. */
  readonly onEnd?: () => void;
}

/** A route that is asked with `GET`. */
export interface Route {
  /** What a key must be good for. */
  readonly scope: Scope;
  /** Whether the key may be in the query: for clients that cannot set a header, such as a browser's `EventSource`. */
  readonly takesKeyInQuery?: boolean;
  /** Whether its answers stay open: they are counted as streams of the caller's. */
  readonly staysOpen?: boolean;
  get(request: Request, sender: Sender): Promise<Answer>;
}

/** Routes by their path. */
export type Routes = ReadonlyMap<string, Route>;

/** Counts requests. It is on the way of every one of them. */
export interface RequestMeter {
  count(request: {
    /** `POST /mcp` and the like: never a path that a caller made up. */
    readonly route: string;
    readonly facts: Facts;
    readonly status: number;
    readonly tookMs: number;
  }): void;
}
