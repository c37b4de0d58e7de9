/** The fixture's resources, prompts and completions. */
import {
  type CompletionProvider,
  pageOf,
  type PromptProvider,
  type ResourceProvider,
  type WireObject,
} from "../../src/mcp/providers.ts";
import { invalidParams } from "../../src/mcp/protocol_error.ts";
import { field, type FixtureContext, textForm } from "./fixture_tool.ts";
import { PNG } from "./shared_fixtures.ts";

const PAGE_SIZE = 3;

const RESOURCES: readonly (WireObject & { readonly uri: string })[] = [
  { uri: "test://static-text", name: "Static text", mimeType: "text/plain" },
  { uri: "test://static-binary", name: "Static binary", mimeType: "image/png" },
  { uri: "test://watched-resource", name: "Watched resource", mimeType: "text/plain" },
  { uri: "test://template/1/data", name: "Template data", mimeType: "application/json" },
];

const TEMPLATES = [
  { uriTemplate: "test://template/{id}/data", name: "Template", mimeType: "application/json" },
];

/** The fixture's resources; `watchers` counts the watches that are open. */
export class FixtureResources implements ResourceProvider<FixtureContext> {
  readonly cache = { ttlMs: 0, scope: "private" } as const;
  watchers = 0;

  async list(cursor: string | undefined) {
    return pageOf(RESOURCES, { cursor, size: PAGE_SIZE });
  }

  async listTemplates(cursor: string | undefined) {
    return pageOf(TEMPLATES, { cursor, size: PAGE_SIZE });
  }

  async read(uri: string) {
    const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
    if (id !== undefined) {
      const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
      return [{ uri, mimeType: "application/json", text }];
    }
    const resource = RESOURCES.find((known) => known.uri === uri);
    if (resource === undefined) return undefined;
    const { mimeType } = resource;
    if (mimeType === "image/png") return [{ uri, mimeType, blob: PNG }];
    return [{ uri, mimeType, text: `This is the content of ${uri}.` }];
  }

  watch(uri: string) {
    if (!RESOURCES.some((known) => known.uri === uri)) return undefined;
    this.watchers++;
    return () => {
      this.watchers--;
    };
  }
}

function user(content: WireObject) {
  return { role: "user", content };
}

const text = (said: string) => user({ type: "text", text: said });

const PROMPTS = [
  { name: "test_simple_prompt", description: "A simple prompt without arguments" },
  {
    name: "test_prompt_with_arguments",
    description: "A prompt with two arguments",
    arguments: [
      { name: "arg1", description: "First test argument", required: true },
      { name: "arg2", description: "Second test argument", required: true },
    ],
  },
  {
    name: "test_prompt_with_embedded_resource",
    description: "A prompt with an embedded resource",
    arguments: [{ name: "resourceUri", description: "URI of the resource", required: true }],
  },
  { name: "test_prompt_with_image", description: "A prompt with an image" },
  { name: "test_input_required_result_prompt", description: "A prompt that asks first" },
];

type Args = Readonly<Record<string, string>>;

const MESSAGES: Readonly<
  Record<string, (args: Args, context: FixtureContext) => unknown[] | Promise<unknown[]>>
> = {
  test_simple_prompt: () => [text("This is a simple prompt for testing.")],
  test_prompt_with_arguments: ({ arg1, arg2 }) => [
    text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`),
  ],
  test_prompt_with_embedded_resource: ({ resourceUri = "" }) => [
    user({ type: "resource", resource: { uri: resourceUri, mimeType: "text/plain", text: "Embedded." } }),
    text("Please process the embedded resource above."),
  ],
  test_prompt_with_image: () => [
    user({ type: "image", data: PNG, mimeType: "image/png" }),
    text("Please analyze the image above."),
  ],
  test_input_required_result_prompt: async (_, { call }) => {
    const { user_context } = await call.ask({ user_context: textForm("What context?", "context") });
    return [text(`Use the context: ${field(user_context, "context")}`)];
  },
};

export const fixturePrompts: PromptProvider<FixtureContext> = {
  list: async (cursor) => pageOf(PROMPTS, { cursor, size: 10 }),
  async get(name, args, context) {
    const prompt = PROMPTS.find((known) => known.name === name);
    if (prompt === undefined) return undefined;
    const missing = prompt.arguments?.find((argument) => args[argument.name] === undefined);
    if (missing !== undefined) throw invalidParams(`the prompt takes the argument "${missing.name}"`);
    return { description: prompt.description, messages: await MESSAGES[name]?.(args, context) };
  },
};

export const fixtureCompletions: CompletionProvider<FixtureContext> = {
  async complete({ ref, argument }) {
    if (ref.type === "ref/prompt" && !PROMPTS.some(({ name }) => name === ref.name)) return undefined;
    if (ref.type === "ref/resource" && ref.uri !== TEMPLATES[0]?.uriTemplate) return undefined;
    return ["testValue1", "testValue2", "other"].filter((value) => value.startsWith(argument.value));
  },
};
