/** Tries to get out of the repository through every tool that a server has, in whatever argument could be a place. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { SmokeClient, SmokeToolError } from "../../src/cli/smoke_client.ts";
import { SECRET, type Stranger } from "./stranger.ts";

/** A property of a tool's input, as JSON Schema has it. */
interface Property {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly items?: Property;
}

interface ToolInfo {
  readonly name: string;
  readonly inputSchema: {
    readonly properties?: Readonly<Record<string, Property>>;
    readonly required?: readonly string[];
  };
}

/** What nobody may see: the file beside the root, and the accounts of the machine. */
const LEAK = new RegExp(`${SECRET}|root:[x*]?:0:|${btoa(SECRET).slice(0, 24)}`);

/** Makes every attempt; returns how many there were. */
export async function tryToEscape(stranger: Stranger, url: string): Promise<string> {
  const client = new SmokeClient(url);
  const { tools }: { tools: ToolInfo[] } = await client.request("tools/list");
  const before = await facts(stranger.outside);
  let attempts = 0;
  for (const tool of tools) {
    for (const args of hostileArguments(tool, stranger.outside)) {
      attempts++;
      const answer = await answerOf(client, { name: tool.name, args });
      assert.doesNotMatch(answer, LEAK, `${tool.name} ${JSON.stringify(args)} leaks`);
      assert.deepEqual(
        await facts(stranger.outside),
        before,
        `${tool.name} ${JSON.stringify(args)} changed something`,
      );
    }
  }
  assert.equal(await client.status("/healthz"), 200);
  return `${attempts} attempts through ${tools.length} tools`;
}

async function answerOf(
  client: SmokeClient,
  { name, args }: { name: string; args: Readonly<Record<string, unknown>> },
): Promise<string> {
  try {
    return JSON.stringify(await client.call(name, args));
  } catch (error) {
    // A refusal is what is hoped for, and it must not leak either. Anything else is the server's failure.
    if (error instanceof SmokeToolError) return `${error.message} ${JSON.stringify(error.details)}`;
    throw error;
  }
}

/** Every hostile place, in each property that could be one; the tool's other properties make sense. */
function hostileArguments({ inputSchema }: ToolInfo, outside: string): Record<string, unknown>[] {
  const { properties = {}, required = [] } = inputSchema;
  const sample = Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => required.includes(name) || name in SAMPLES)
      .map(([name, property]) => [name, sampleOf(name, property)]),
  );
  const places = Object.entries(properties).filter(([name, { type }]) =>
    type === "array" || type === "string" && !(name in SAMPLES)
  );
  return places.flatMap(([name, { type }]) =>
    hostilePlaces(outside).map((place) => ({
      ...sample,
      [name]: name === "patch" ? hostilePatch(place) : type === "array" ? [place] : place,
    }))
  );
}

function hostilePlaces(outside: string): string[] {
  return [
    "../outside/secret.txt",
    "docs/../../outside/secret.txt",
    `${outside}/secret.txt`,
    "way-out/secret.txt",
    "way-out",
    `lukhas-path:${btoa("../outside/secret.txt")}`,
    `lukhas://file/..%2foutside%2fsecret.txt`,
    "/etc/passwd",
    "../../../../../../../../etc/passwd",
    "docs/guide.md\0/../../outside/secret.txt",
    ".git/config",
    "-rf",
    "$(cat /etc/passwd)",
  ];
}

function hostilePatch(place: string): string {
  return `*** Begin Patch\n*** Update File: ${place}\n@@\n-${SECRET}\n+pwned\n*** Add File: ${place}.new\n+pwned\n*** End Patch\n`;
}

/** With these a call that could get out would do harm there. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  contents: "pwned\n",
  overwrite: true,
  ensureNewline: true,
  allowCreate: true,
  expectSha256: createHash("sha256").update(SECRET).digest("hex"),
  message: "an attempt",
};

function sampleOf(name: string, { type, enum: choices, minimum, items }: Property): unknown {
  if (name in SAMPLES) return SAMPLES[name];
  if (choices !== undefined) return choices[0];
  switch (type) {
    case "string":
      return "docs/guide.md";
    case "integer":
    case "number":
      return minimum ?? 1;
    case "boolean":
      return false;
    case "array":
      return items === undefined ? [] : [sampleOf(name, items)];
    default:
      return {};
  }
}

/** Names and contents below a folder. */
async function facts(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isFile } of Deno.readDir(folder)) {
    found[name] = isFile ? await Deno.readTextFile(`${folder}/${name}`) : "(no file)";
  }
  return found;
}
