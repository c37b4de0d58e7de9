/** Completion of the arguments of prompts, and of the variables in the addresses of resources. */
import type { Scope } from "../core/scope.ts";
import type { CompletionProvider, CompletionRequest } from "../mcp/providers.ts";
import type { ProjectFiles } from "../repo/project_files.ts";
import { completePath } from "./path_completion.ts";
import type { PromptBook } from "./prompt_book.ts";
import type { OfferContext } from "./offer_context.ts";
import type { ReleaseIds } from "./release_ids.ts";
import { FILE_TEMPLATE, RECORD_KINDS, type RecordKind, recordTemplate } from "./resource_uri.ts";

/** See the module. */
export class OfferCompletions implements CompletionProvider<OfferContext> {
  readonly #project: ProjectFiles;
  readonly #prompts: PromptBook;
  readonly #ids: ReleaseIds;

  constructor(parts: { project: ProjectFiles; prompts: PromptBook; ids: ReleaseIds }) {
    this.#project = parts.project;
    this.#prompts = parts.prompts;
    this.#ids = parts.ids;
  }

  scopeOf(ref: CompletionRequest["ref"]): Scope {
    if (ref.type === "ref/prompt") return this.#prompts.scopeOf(ref.name);
    return kindOfTemplate(ref.uri) === undefined ? "read" : "ops";
  }

  async complete(
    { ref, argument: { name, value } }: CompletionRequest,
    context: OfferContext,
  ): Promise<readonly string[] | undefined> {
    switch (ref.type) {
      case "ref/prompt":
        return await this.#prompts.complete({ prompt: ref.name, argument: name, typed: value }, context);
      case "ref/resource":
        if (ref.uri === FILE_TEMPLATE && name === "path") {
          return await completePath(value, this.#project, context);
        }
        return await this.#completeId(ref.uri, { name, value });
      default:
        return ref satisfies never;
    }
  }

  async #completeId(
    template: string,
    { name, value }: { name: string; value: string },
  ): Promise<readonly string[] | undefined> {
    const kind = kindOfTemplate(template);
    return kind === undefined || name !== "id" ? undefined : await this.#ids.records(kind, value);
  }
}

function kindOfTemplate(template: string): RecordKind | undefined {
  return RECORD_KINDS.find((kind) => recordTemplate(kind) === template);
}
