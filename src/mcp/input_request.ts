/** What a server may ask of a client in the middle of a call, and what a client must have declared for it. */
import { isObject, type Params } from "./jsonrpc.ts";
import type { ClientCapabilities } from "./meta.ts";

/** A question: the method and parameters of a request from server to client, without an id. */
export interface InputRequest {
  readonly method: "elicitation/create" | "sampling/createMessage" | "roots/list";
  readonly params?: Params;
}

/** The result that the client answers with: the shape belongs to the method, and is not checked here. */
export type InputResponse = Readonly<Record<string, unknown>>;

/** Questions, or their answers, by a key of the asker's choice. */
export type InputRequests<Key extends string = string> = Readonly<Record<Key, InputRequest>>;
export type InputResponses<Key extends string = string> = Readonly<Record<Key, InputResponse>>;

/**
 * What is missing from a client's declaration for a question, in the shape of the declaration; undefined when it can
 * be asked. An empty `elicitation` stands for forms alone (2025-11-25, client/elicitation).
 */
export function missingFor(
  { method, params = {} }: InputRequest,
  capabilities: ClientCapabilities,
): ClientCapabilities | undefined {
  switch (method) {
    case "elicitation/create": {
      const { elicitation } = capabilities;
      const mode = params.mode === "url" ? "url" : "form";
      if (!isObject(elicitation)) return { elicitation: mode === "url" ? { url: {} } : {} };
      if (mode === "url") return isObject(elicitation.url) ? undefined : { elicitation: { url: {} } };
      return isObject(elicitation.form) || !isObject(elicitation.url)
        ? undefined
        : { elicitation: { form: {} } };
    }
    case "sampling/createMessage": {
      const { sampling } = capabilities;
      if (!isObject(sampling)) return { sampling: {} };
      const needsTools = params.tools !== undefined || params.toolChoice !== undefined;
      return needsTools && !isObject(sampling.tools) ? { sampling: { tools: {} } } : undefined;
    }
    case "roots/list":
      return isObject(capabilities.roots) ? undefined : { roots: {} };
    default:
      return method satisfies never;
  }
}

/** What is missing for any of several questions, merged; undefined when all can be asked. */
export function missingForAll(
  requests: readonly InputRequest[],
  capabilities: ClientCapabilities,
): ClientCapabilities | undefined {
  const missing = requests.map((request) => missingFor(request, capabilities)).filter((part) =>
    part !== undefined
  );
  return missing.length === 0 ? undefined : Object.assign({}, ...missing);
}

/** The part of a client's declaration that decides what it can be asked. A session keeps this and nothing larger. */
export function askableParts({ elicitation, sampling, roots }: ClientCapabilities): ClientCapabilities {
  const kept = (value: unknown, keys: readonly string[]) =>
    Object.fromEntries(keys.filter((key) => isObject(value) && isObject(value[key])).map((key) => [key, {}]));
  return {
    ...(isObject(elicitation) && { elicitation: kept(elicitation, ["form", "url"]) }),
    ...(isObject(sampling) && { sampling: kept(sampling, ["tools"]) }),
    ...(isObject(roots) && { roots: {} }),
  };
}
