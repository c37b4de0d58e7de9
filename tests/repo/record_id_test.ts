import assert from "node:assert/strict";
import fc from "fast-check";
import { ToolError } from "../../src/core/errors.ts";
import { decodeRecordId, encodeRecordId } from "../../src/repo/record_id.ts";

Deno.test("the record id of the contract's example is docs/mcp/hello.md", () => {
  const id = "lukhas-path:ZG9jcy9tY3AvaGVsbG8ubWQ=";
  assert.equal(encodeRecordId("docs/mcp/hello.md"), id);
  assert.equal(decodeRecordId(id), "docs/mcp/hello.md");
});

Deno.test("an id is read as base64 or base64url, padded or not, and a plain path is itself", () => {
  const paths = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((path) =>
    path.isWellFormed()
  );
  const property = fc.property(paths, (path) => {
    const id = encodeRecordId(path);
    const url = id.replaceAll("+", "-").replaceAll("/", "_");
    for (const form of [id, url, id.replace(/=+$/, ""), url.replace(/=+$/, "")]) {
      assert.equal(decodeRecordId(form), path, form);
    }
    assert.equal(decodeRecordId(path), path);
  });
  fc.assert(property, { seed: 20260801, numRuns: 300 });
});

Deno.test("what follows the prefix must be the base64 of a path", () => {
  for (const encoded of ["", "=", "!", "A", "gA==", "ZG9j cw*"]) {
    assert.throws(
      () => decodeRecordId(`lukhas-path:${encoded}`),
      (error) => error instanceof ToolError && error.code === "invalid_arguments",
      encoded,
    );
  }
});
