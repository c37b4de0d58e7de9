/** Tools that the suite uses at every revision, and those about what a handshake client is asked. */
import { ToolError } from "../../src/core/errors.ts";
import { ToolContent } from "../../src/mcp/tools.ts";
import { type FixtureTool, form, pause, sampling, say, textForm, tool } from "./fixture_tool.ts";

/** One red pixel. */
export const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
/** No sound at all. */
export const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";

const IMAGE = { type: "image", data: PNG, mimeType: "image/png" };

function embedded(uri: string, text: string) {
  return { type: "resource", resource: { uri, mimeType: "text/plain", text } };
}

const schemaTool: FixtureTool = {
  name: "json_schema_2020_12_tool",
  describe: () => ({
    name: "json_schema_2020_12_tool",
    description: "A tool with a schema full of JSON Schema 2020-12",
    inputSchema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      $defs: {
        address: {
          $anchor: "addressDef",
          type: "object",
          properties: { street: { type: "string" }, city: { type: "string" } },
        },
      },
      properties: {
        name: { type: "string" },
        address: { $ref: "#/$defs/address" },
        contactMethod: { type: "string", enum: ["phone", "email"] },
        phone: { type: "string" },
        email: { type: "string" },
      },
      allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
      if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
      then: { required: ["phone"] },
      else: { required: ["email"] },
      additionalProperties: false,
    },
  }),
  call: async () => say("ok"),
};

const CHOICE = { value1: "First Option", value2: "Second Option", value3: "Third Option" };
const TITLED = Object.entries(CHOICE).map(([value, title]) => ({ const: value, title }));
const options = ["option1", "option2", "option3"];

export const SHARED_TOOLS: readonly FixtureTool[] = [
  tool("test_simple_text", {}, () => say("This is a simple text response for testing.")),
  tool("test_image_content", {}, () => new ToolContent({ content: [IMAGE] })),
  tool(
    "test_audio_content",
    {},
    () => new ToolContent({ content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }] }),
  ),
  tool(
    "test_embedded_resource",
    {},
    () =>
      new ToolContent({
        content: [embedded("test://embedded-resource", "This is an embedded resource content.")],
      }),
  ),
  tool("test_multiple_content_types", {}, () =>
    new ToolContent({
      content: [
        { type: "text", text: "Multiple content types test:" },
        IMAGE,
        embedded("test://mixed-content-resource", `{"test":"data","value":123}`),
      ],
    })),
  tool("test_error_handling", {}, () => {
    throw new ToolError("conflict", "This tool intentionally returns an error for testing");
  }),
  tool("test_tool_with_progress", {}, async (_, context) => {
    for (const progress of [0, 50, 100]) {
      context.call.progress({ progress, total: 100, message: `Completed step ${progress} of 100` });
      await pause(50, context);
    }
    return say("done");
  }),
  tool("test_tool_with_logging", {}, async (_, context) => {
    for (const text of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
      context.call.log("info", text, "fixture");
      await pause(50, context);
    }
    return say("logged");
  }),
  tool("test_sampling", { prompt: { type: "string" } }, async ({ prompt }, { call }) => {
    const { answer } = await call.ask({ answer: sampling(String(prompt ?? "Hello")) });
    return say(`LLM response: ${JSON.stringify(answer.content)}`);
  }),
  tool("test_elicitation", { message: { type: "string" } }, async ({ message }, { call }) => {
    const properties = {
      username: { type: "string", description: "User's response" },
      email: { type: "string", description: "User's email address" },
    };
    const { user } = await call.ask({
      user: form(String(message ?? "Who?"), properties, ["username", "email"]),
    });
    return say(`User response: ${JSON.stringify(user)}`);
  }),
  tool("test_elicitation_sep1034_defaults", {}, async (_, { call }) => {
    const { user } = await call.ask({
      user: form("Please review the defaults", {
        name: { type: "string", default: "John Doe" },
        age: { type: "integer", default: 30 },
        score: { type: "number", default: 95.5 },
        status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
        verified: { type: "boolean", default: true },
      }),
    });
    return say(`Elicitation completed: ${JSON.stringify(user)}`);
  }),
  tool("test_elicitation_sep1330_enums", {}, async (_, { call }) => {
    const { user } = await call.ask({
      user: form("Please choose", {
        untitledSingle: { type: "string", enum: options },
        titledSingle: { type: "string", oneOf: TITLED },
        legacyEnum: { type: "string", enum: Object.keys(CHOICE), enumNames: Object.values(CHOICE) },
        untitledMulti: { type: "array", items: { type: "string", enum: options } },
        titledMulti: { type: "array", items: { anyOf: TITLED } },
      }),
    });
    return say(`Elicitation completed: ${JSON.stringify(user)}`);
  }),
  tool("test_reconnection", {}, async (_, context) => {
    context.call.disconnect();
    await pause(100, context);
    return say("Reconnection test completed successfully.");
  }),
  schemaTool,
  tool("test_logging_tool", {}, (_, { call }) => {
    call.log("info", "test_logging_tool was called");
    return say("ok");
  }),
  tool(
    "test_streaming_elicitation",
    {},
    async (_, { call }) => say(JSON.stringify(await call.ask({ q: textForm("Who?", "name") }))),
  ),
  tool("test_trigger_tool_change", {}, (_, { changes }) => {
    changes.announce({ kind: "tools" });
    return say("changed");
  }),
  tool("test_trigger_prompt_change", {}, (_, { changes }) => {
    changes.announce({ kind: "prompts" });
    return say("changed");
  }),
  tool(
    "test_header_param",
    { region: { type: "string", "x-mcp-header": "Region" } },
    ({ region }) => say(`region ${region}`),
  ),
];
