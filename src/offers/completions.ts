/** Completion of the arguments of prompts, and of the path in the address of a file. */
import type { CompletionProvider, CompletionRequest } from "../mcp/providers.ts";
import type { ProjectFiles } from "../repo/project_files.ts";
import { completePath } from "./path_completion.ts";
import type { PromptBook } from "./prompt_book.ts";
import { FILE_TEMPLATE } from "./resource_uri.ts";
import type { OfferContext } from "./offer_context.ts";

/** See the module. */
export class OfferCompletions implements CompletionProvider<OfferContext> {
  readonly #project: ProjectFiles;
  readonly #prompts: PromptBook;

  constructor(parts: { project: ProjectFiles; prompts: PromptBook }) {
    this.#project = parts.project;
    this.#prompts = parts.prompts;
  }

  async complete(
    { ref, argument: { name, value } }: CompletionRequest,
    context: OfferContext,
  ): Promise<readonly string[] | undefined> {
    switch (ref.type) {
      case "ref/prompt":
        return await this.#prompts.complete({ prompt: ref.name, argument: name, typed: value }, context);
      case "ref/resource":
        if (ref.uri !== FILE_TEMPLATE || name !== "path") return undefined;
        return await completePath(value, this.#project, context);
      default:
        return ref satisfies never;
    }
  }
}
