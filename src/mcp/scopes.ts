/** What a caller's key is good for, asked of every method and tool that wants something of it. */
import type { Scope } from "../core/scope.ts";
import type { Carrier } from "./carrier.ts";
import { UNAUTHORIZED } from "./jsonrpc.ts";
import type { Method, MethodRequest } from "./method.ts";
import { ProtocolError } from "./protocol_error.ts";

/** @throws {ProtocolError} `UNAUTHORIZED`, which names the scope that is lacking. `what` is asked for. */
export function requireScope({ scopes }: Carrier, scope: Scope | undefined, what: string): void {
  if (scope === undefined || scopes === undefined || scopes.includes(scope)) return;
  const has = scopes.length === 0 ? "none" : `"${scopes.join('", "')}"`;
  throw new ProtocolError(
    UNAUTHORIZED,
    `Forbidden: ${what} takes a key with the scope "${scope}"; this key has ${has}`,
    {
      scope,
      scopes,
    },
  );
}

/** Whoever says what a key needs for what it has; files are the rule, and so is their scope. */
interface Scoped<Asked> {
  scopeOf?(asked: Asked): Scope;
}

/** @throws {ProtocolError} As {@linkcode requireScope}, for the scope that `provider` wants for `asked`. */
export function requireScopeOf<Asked>(
  carrier: Carrier,
  { provider, asked, what }: { provider: Scoped<Asked>; asked: Asked; what: string },
): void {
  requireScope(carrier, provider.scopeOf?.(asked) ?? "read", what);
}

/** A method that answers those alone whose key has the scope. */
export function scoped([name, method]: [string, Method], scope: Scope): [string, Method] {
  switch (method.kind) {
    case "plain":
      return [name, {
        ...method,
        answer: (request: MethodRequest) => {
          requireScope(request.carrier, scope, name);
          return method.answer(request);
        },
      }];
    case "call":
      return [name, {
        ...method,
        answer: async (request, call) => {
          requireScope(request.carrier, scope, name);
          return await method.answer(request, call);
        },
      }];
    case "listen":
      return [name, method];
    default:
      return method satisfies never;
  }
}
