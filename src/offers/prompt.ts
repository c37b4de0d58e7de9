/** What a prompt of this server is. */
import type { Scope } from "../core/scope.ts";
import type { OfferContext } from "./offer_context.ts";

/** One argument. All of them are texts. */
export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  /** @default false */
  readonly required?: boolean;
  /** Values that begin like what was typed. */
  readonly complete?: (typed: string, context: OfferContext) => Promise<readonly string[]>;
}

/** A prompt: what it is called, what it takes, and what it says to the model. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** What a key needs for it: the scope of the tools that show the same. @default "read" */
  readonly scope?: Scope;
  /**
   * What the person says to the model.
   *
   * @throws {ToolError} When the repository cannot be asked.
   */
  write(args: Readonly<Record<string, string>>, context: OfferContext): Promise<string>;
}

/** Completion of an argument that has a few values. */
export function oneOf(values: readonly string[]): NonNullable<PromptArgument["complete"]> {
  return async (typed) => values.filter((value) => value.startsWith(typed.toLowerCase()));
}
