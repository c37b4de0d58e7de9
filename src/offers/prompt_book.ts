/** The prompts of this server as the protocol offers them. */
import { nearest } from "../core/nearest.ts";
import type { Scope } from "../core/scope.ts";
import { invalidParams } from "../mcp/protocol_error.ts";
import { type Page, pageOf, type PromptProvider, type WireObject } from "../mcp/providers.ts";
import { orProtocolError } from "./failures.ts";
import type { Prompt } from "./prompt.ts";
import type { OfferContext } from "./offer_context.ts";

/** Prompts on one page: all of them. */
const PAGE_SIZE = 100;

/** See the module. */
export class PromptBook implements PromptProvider<OfferContext> {
  /** The list changes with the server's version alone. */
  readonly cache = { ttlMs: 3_600_000, scope: "public" } as const;
  readonly #prompts: ReadonlyMap<string, Prompt>;
  readonly #listed: readonly WireObject[];

  constructor(prompts: readonly Prompt[]) {
    this.#prompts = new Map(prompts.map((prompt) => [prompt.name, prompt]));
    this.#listed = prompts.map((prompt) => ({
      name: prompt.name,
      title: prompt.title,
      description: prompt.description,
      arguments: prompt.arguments.map(({ name, description, required = false }) => ({
        name,
        description,
        required,
      })),
    }));
  }

  async list(cursor: string | undefined): Promise<Page<WireObject>> {
    return pageOf(this.#listed, { cursor, size: PAGE_SIZE });
  }

  scopeOf(name: string): Scope {
    return this.#prompts.get(name)?.scope ?? "read";
  }

  async get(
    name: string,
    args: Readonly<Record<string, string>>,
    context: OfferContext,
  ): Promise<WireObject | undefined> {
    const prompt = this.#prompts.get(name);
    if (prompt === undefined) return undefined;
    checkArguments(prompt, args);
    const text = await orProtocolError(() => prompt.write(args, context));
    return {
      description: prompt.description,
      messages: [{ role: "user", content: { type: "text", text } }],
    };
  }

  /** Values of an argument; undefined when there is no such prompt or argument. */
  async complete(
    { prompt, argument, typed }: { prompt: string; argument: string; typed: string },
    context: OfferContext,
  ): Promise<readonly string[] | undefined> {
    const found = this.#prompts.get(prompt)?.arguments.find(({ name }) => name === argument);
    return found && (await found.complete?.(typed, context) ?? []);
  }
}

function checkArguments(prompt: Prompt, args: Readonly<Record<string, string>>): void {
  const known = prompt.arguments.map(({ name }) => name);
  const unknown = Object.keys(args).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, known);
    const advice = meant === undefined ? "" : `; did you mean "${meant}"?`;
    throw invalidParams(`the prompt "${prompt.name}" takes no argument "${unknown.slice(0, 100)}"${advice}`);
  }
  const missing = prompt.arguments.find(({ name, required }) =>
    required === true && args[name] === undefined
  );
  if (missing !== undefined) {
    throw invalidParams(`the prompt "${prompt.name}" takes the argument "${missing.name}"`);
  }
}
