/** Values of headers: literal or Base64, and which arguments are repeated in them. */
import assert from "node:assert/strict";
import { decodeHeaderValue } from "../../src/mcp/header_value.ts";
import { checkParamHeaders, paramHeaders } from "../../src/mcp/param_headers.ts";
import { ProtocolError } from "../../src/mcp/protocol_error.ts";

Deno.test("decodeHeaderValue takes canonical Base64 between both sentinels, and everything else as it is", () => {
  const cases: [string, string | undefined][] = [
    ["Hello", "Hello"],
    ["", ""],
    ["=?base64?SGVsbG8=?=", "Hello"],
    ["=?base64??=", ""],
    ["=?base64?77u/eA==?=", "\ufeffx"],
    ["=?base64?5LiW55WM?=", "世界"],
    ["=?BASE64?SGVsbG8=?=", "=?BASE64?SGVsbG8=?="],
    ["SGVsbG8=?=", "SGVsbG8=?="],
    ["=?base64?SGVsbG8=", "=?base64?SGVsbG8="],
    ["=?base64?=", "=?base64?="],
    ["=?base64?SGVsbG8?=", undefined],
    ["=?base64?SGVs!!!bG8=?=", undefined],
    ["=?base64?SGVs bG8=?=", undefined],
    ["=?base64?SGVsbG9=?=", undefined],
    ["=?base64?SGVsbG8==?=", undefined],
    ["=?base64?_-8=?=", undefined],
    ["=?base64?/w==?=", undefined],
  ];
  for (const [value, expected] of cases) assert.equal(decodeHeaderValue(value), expected, value);
});

const SCHEMA = {
  type: "object",
  properties: {
    region: { type: "string", "x-mcp-header": "Region" },
    place: { type: "object", properties: { zone: { type: "integer", "x-mcp-header": "Zone" } } },
    dry: { type: "boolean", "x-mcp-header": "Dry" },
    list: {
      type: "array",
      items: { type: "object", properties: { x: { type: "string", "x-mcp-header": "X" } } },
    },
  },
};

Deno.test("paramHeaders finds what is reached through properties alone, nested too", () => {
  const found = paramHeaders(SCHEMA).map(({ path, name, type }) => [path.join("."), name, type]);
  assert.deepEqual(found, [["region", "Region", "string"], ["place.zone", "Zone", "integer"], [
    "dry",
    "Dry",
    "boolean",
  ]]);
});

Deno.test("paramHeaders refuses what has no one spelling, no token for a name, or one name twice", () => {
  const one = (type: unknown, name: unknown) => ({ properties: { a: { type, "x-mcp-header": name } } });
  for (
    const schema of [
      one("number", "A"),
      one("object", "A"),
      one("string", ""),
      one("string", "A B"),
      one("string", 1),
    ]
  ) {
    assert.throws(() => paramHeaders(schema), TypeError);
  }
  const twice = { properties: { a: one("string", "X").properties.a, b: one("string", "x").properties.a } };
  assert.throws(() => paramHeaders(twice), /twice/);
});

Deno.test("checkParamHeaders compares integers as numbers, booleans by their names, texts exactly", () => {
  const check = (args: Record<string, unknown>, sent: Record<string, string>) =>
    checkParamHeaders(paramHeaders(SCHEMA), args, {
      protocolVersion: undefined,
      method: undefined,
      name: undefined,
      lastEventId: undefined,
      param: (name) => sent[name],
    });
  for (const zone of ["42", "42.0", "+42", "4.2e1", "=?base64?NDI=?="]) {
    check({ place: { zone: 42 } }, { Zone: zone });
  }
  for (const zone of ["43", "", " ", "0x2a", "42.", "Infinity", "NaN"]) {
    assert.throws(() => check({ place: { zone: 42 } }, { Zone: zone }), ProtocolError, zone);
  }
  check({ dry: true }, { Dry: "true" });
  for (const dry of ["TRUE", "1", ""]) assert.throws(() => check({ dry: true }, { Dry: dry }), ProtocolError);
  check({ region: null }, { Region: "x" });
  check({}, { Region: "x" });
  check(JSON.parse(`{"place":{"__proto__":{"zone":1}}}`), {});
});
