/** Tools of 2026-07-28: questions that end a round, and tasks. */
import { ToolError } from "../../src/core/errors.ts";
import { ProtocolError } from "../../src/mcp/protocol_error.ts";
import { field, type FixtureTool, pause, ROOTS, sampling, say, textForm, tool } from "./fixture_tool.ts";

const PREFIX = "test_input_required_result";
const askName = textForm("What is your name?", "name");

const ROUND_TRIP_TOOLS: readonly FixtureTool[] = [
  tool("test_missing_capability", {}, async (_, { call }) => {
    await call.ask({ sample: sampling("Hello") });
    return say("sampled");
  }),
  tool(`${PREFIX}_elicitation`, {}, async (_, { call }) => {
    const { user_name } = await call.ask({ user_name: askName });
    return say(`Hello, ${field(user_name, "name")}!`);
  }),
  tool(`${PREFIX}_sampling`, {}, async (_, { call }) => {
    const { capital_question } = await call.ask({ capital_question: sampling("Capital of France?") });
    return say(JSON.stringify(capital_question.content));
  }),
  tool(`${PREFIX}_list_roots`, {}, async (_, { call }) => {
    const { client_roots } = await call.ask({ client_roots: ROOTS });
    return say(JSON.stringify(client_roots.roots));
  }),
  tool(`${PREFIX}_request_state`, {}, async (_, { call }) => {
    const { confirm } = await call.ask({ confirm: textForm("Confirm?", "ok") });
    return say(`state-ok ${field(confirm, "ok")}`);
  }),
  tool(`${PREFIX}_multiple_inputs`, {}, async (_, { call }) => {
    const answers = await call.ask({ user_name: askName, greeting: sampling("Greet"), client_roots: ROOTS });
    return say(JSON.stringify(answers));
  }),
  tool(`${PREFIX}_multi_round`, {}, async (_, { call }) => {
    const { step1 } = await call.ask({ step1: textForm("Step 1: your name?", "name") });
    const { step2 } = await call.ask({ step2: textForm("Step 2: your color?", "color") });
    return say(`${field(step1, "name")} likes ${field(step2, "color")}`);
  }),
  tool(`${PREFIX}_tampered_state`, {}, async (_, { call }) => {
    const { confirm } = await call.ask({ confirm: textForm("Confirm?", "ok") });
    return say(`confirmed ${field(confirm, "ok")}`);
  }),
  tool(`${PREFIX}_capabilities`, {}, async (_, { call }) => {
    const wanted = Object.entries({ user_name: askName, sample: sampling("Hello") });
    const answers = await call.ask(Object.fromEntries(wanted.filter(([, request]) => call.canAsk(request))));
    return say(JSON.stringify(answers));
  }),
];

const TASK_TOOLS: readonly FixtureTool[] = [
  tool("greet", { name: { type: "string" } }, ({ name }) => say(`Hello, ${name}!`)),
  tool("slow_compute", { seconds: { type: "number" }, label: { type: "string" } }, async (args, context) => {
    const seconds = Number(args.seconds ?? 0);
    if (seconds >= 1) await context.call.startTask();
    await pause(seconds * 1000, context);
    return say(`computed ${args.label} for ${seconds} s`);
  }),
  tool("failing_job", {}, async (_, context) => {
    await context.call.startTask({ required: true });
    await pause(1000, context);
    throw new ToolError("unavailable", "The job failed, as it always does");
  }),
  tool("protocol_error_job", {}, async (_, context) => {
    await context.call.startTask();
    await pause(100, context);
    throw new ProtocolError(-32603, "The job ended in a protocol error");
  }),
  tool("confirm_delete", { filename: { type: "string" } }, async ({ filename }, { call }) => {
    await call.startTask();
    const { confirm } = await call.ask({ confirm: textForm(`Delete ${filename}?`, "confirm") });
    return say(`${confirm.action} ${filename}`);
  }),
  tool("multi_input", {}, async (_, { call }) => {
    await call.startTask();
    const answers = await call.ask({
      first: textForm("First?", "value"),
      second: textForm("Second?", "value"),
    });
    return say(JSON.stringify(answers));
  }),
  tool("test_tool_with_task", {}, async (_, context) => {
    const { user_name } = await context.call.ask({ user_name: askName });
    await context.call.startTask({ required: true });
    await pause(200, context);
    return say(`Hello, ${field(user_name, "name")}!`);
  }),
];

export const NEW_TOOLS: readonly FixtureTool[] = [...ROUND_TRIP_TOOLS, ...TASK_TOOLS];
