/** Secrets in a text: found by their shape, masked line by line, in linear time whatever the text holds. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { TOKEN_SHAPES } from "../../src/core/secret_shapes.ts";
import { countMasks, findSecrets, maskOf, redact, redactDiff } from "../../src/core/secrets.ts";
import { privateKey, tokenOf } from "../support/secrets.ts";
import { threadMs } from "../support/thread_time.ts";

Deno.test("every kind of token is masked where it stands, and nothing around it", async (t) => {
  for (const shape of TOKEN_SHAPES) {
    for (const [index, beginning] of shape.beginnings.entries()) {
      await t.step(beginning, () => {
        const token = tokenOf(shape, index);
        for (const [before, after] of [["", ""], ['key = "', '";\n'], ["(", ")"], ["a\n", "\nb"]]) {
          const { text, redacted } = redact(`${before}${token}${after}`);
          assert.equal(text, `${before}${maskOf(shape.kind)}${after}`);
          assert.equal(redacted, 1);
        }
      });
    }
  }
});

Deno.test("what only looks like a token is left alone", () => {
  const ghp = "gh" + "p_";
  for (
    const text of [
      `${ghp}${"x".repeat(36)}`,
      `${ghp}short`,
      "AKIA" + "IOSFODNN7EXAMPLE",
      "MYAKIA" + "QWERTYUIOPASDFGH",
      "AKIA" + "QWERTYUIOPASDFGHJKLM",
      "sk-learn, sk-learn-contrib and task-sk-1",
      "the npm_config_registry variable",
      "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJRTES\n-----END CERTIFICATE-----",
      "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----",
      "it begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----",
    ]
  ) assert.equal(redact(text).text, text);
});

Deno.test("a private key of any kind is masked on each of its lines, and lines keep their numbers", async (t) => {
  for (const kind of ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "DSA "]) {
    await t.step(kind || "PKCS 8", () => {
      for (const newline of ["\n", "\r\n"]) {
        const key = privateKey(kind).replaceAll("\n", newline);
        const text = `before${newline}${key}${newline}after${newline}`;
        const { text: shown, redacted } = redact(text);
        assert.equal(redacted, 1);
        assert.equal(shown.split("\n").length, text.split("\n").length);
        assert.ok(shown.startsWith(`before${newline}-----BEGIN ${kind}PRIVATE KEY-----${newline}`));
        assert.ok(shown.endsWith(`-----END ${kind}PRIVATE KEY-----${newline}after${newline}`));
        assert.doesNotMatch(shown, /[A-Za-z0-9+/]{30}/);
      }
    });
  }
});

Deno.test("a key in one line of JSON, one without an end, and an OpenPGP key are masked", () => {
  const json = JSON.stringify({ private_key: privateKey(""), client: "x" });
  assert.match(
    redact(json).text,
    /^\{"private_key":"-----BEGIN PRIVATE KEY-----\[\[redacted:private-key\]\]-----END .*"client":"x"\}$/,
  );
  const [head = "", ...rest] = privateKey("RSA ").split("\n");
  assert.doesNotMatch(redact([head, ...rest.slice(0, 5)].join("\n")).text, /[A-Za-z0-9+/]{30}/);
  const pgp = privateKey("PGP ").replaceAll("PRIVATE KEY", "PRIVATE KEY BLOCK");
  assert.doesNotMatch(redact(pgp).text, /[A-Za-z0-9+/]{30}/);
});

Deno.test("a private key is masked to its end, however long it is, and in base64 as well", () => {
  const [head = "", ...rest] = privateKey("PGP ").split("\n");
  const long = [head, ...Array.from({ length: 200 }, () => rest.slice(0, 12)).flat(), ...rest].join("\n");
  assert.ok(long.length > 100_000);
  assert.doesNotMatch(redact(`a\n${long}\nb`).text, /[A-Za-z0-9+/]{30}/);
  for (const kind of ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "]) {
    const yaml = `  tls.key: ${btoa(privateKey(kind))}\n  name: x\n`;
    assert.equal(redact(yaml).text, "  tls.key: [[redacted:encoded-private-key]]\n  name: x\n");
  }
  const certificate = `tls.crt: ${btoa(privateKey("").replaceAll("PRIVATE KEY", "CERTIFICATE"))}\n`;
  assert.equal(redact(certificate).text, certificate);
});

Deno.test("a diff shows nothing of a key, even where it shows neither its beginning nor its end", () => {
  const [, ...body] = privateKey("").split("\n").slice(0, -1);
  const line = (sign: string) => (text: string) => `${sign}${text}`;
  const hunks = [
    ["@@ -2,2 +2,2 @@", ...body.slice(0, 2).map(line("-")), ...body.slice(2, 4).map(line("+"))],
    ["@@ -1,3 +1,3 @@", " -----BEGIN PRIVATE KEY-----", ...body.slice(0, 2).map(line("-"))],
    ["@@ -9,3 +9,3 @@", ...body.slice(-2).map(line("+")), "+c2hvcnQ=", " -----END PRIVATE KEY-----", " text"],
  ];
  for (const hunk of hunks) {
    const diff = ["diff --git a/x b/x", "--- a/x", "+++ b/x", ...hunk, ""].join("\n");
    const { text, redacted } = redactDiff(diff);
    assert.ok(redacted > 0, hunk[0]);
    assert.doesNotMatch(text, /[A-Za-z0-9+/]{30}|c2hvcnQ/);
    assert.deepEqual(text.split("\n").map((shown) => shown[0]), diff.split("\n").map((shown) => shown[0]));
  }
  const harmless = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+" + "0123456789abcdef".repeat(4) +
    "\n";
  assert.equal(redactDiff(harmless).text, harmless);
});

Deno.test("the diff of a file in conflict shows nothing of a key", () => {
  const [, ...body] = privateKey("").split("\n").slice(0, -1);
  const lines = [`  ${body[0]}`, `- ${body[1]}`, ` -${body[2]}`, `++${body[3]}`, `+ ${body[4]}`, "  name"];
  const diff = ["diff --cc x", "index 1,2..3", "--- a/x", "+++ b/x", "@@@ -2,5 -2,5 +2,6 @@@", ...lines, ""];
  const { text, redacted } = redactDiff(diff.join("\n"));
  assert.equal(redacted, 5);
  assert.doesNotMatch(text, /[A-Za-z0-9+/]{30}/);
  assert.match(text, /^ {2}name$/m);
});

Deno.test("the line that a diff quotes behind a hunk's position is not shown where it could be a secret's", () => {
  const [, line = ""] = privateKey("").split("\n");
  const token = tokenOf(TOKEN_SHAPES[1] ?? TOKEN_SHAPES[0]!, 0);
  for (const heading of [line, line.slice(0, 30), `key = "${token}`, `key = "${token.slice(0, 20)}`]) {
    const { text, redacted } = redactDiff(`diff --git a/x b/x\n@@ -9 +9 @@ ${heading}\n-a\n+b\n`);
    assert.equal(text, "diff --git a/x b/x\n@@ -9 +9 @@\n-a\n+b\n");
    assert.equal(redacted, 1);
  }
  const harmless = "@@ -9 +9 @@ export function redactTheWholeDiff(diff: string)\n-a\n+b\n";
  assert.equal(redactDiff(harmless).text, harmless);
});

Deno.test("masking is idempotent, keeps every line, and leaves no secret, for any text", () => {
  const token = fc.constantFrom(...TOKEN_SHAPES).map((shape) => tokenOf(shape, 0));
  const piece = fc.oneof(
    token,
    fc.constantFrom(
      privateKey("RSA "),
      "-----BEGIN ",
      "-----END ",
      "PRIVATE KEY-----",
      "\n",
      " ",
      "a",
      "=",
      "é",
    ),
    fc.string({ maxLength: 20 }),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(""));
  const property = fc.property(text, (given) => {
    const once = redact(given);
    assert.equal(once.text.split("\n").length, given.split("\n").length);
    assert.deepEqual(findSecrets(once.text), []);
    assert.equal(redact(once.text).text, once.text);
    assert.equal(countMasks(once.text) >= once.redacted, true);
  });
  fc.assert(property, { seed: 20260801, numRuns: 2_000 });
});

Deno.test("no text of a megabyte takes long, where the square of its length would be minutes", async (t) => {
  const beginnings = TOKEN_SHAPES.flatMap((shape) => shape.beginnings);
  const hostile = [
    ...beginnings,
    "-",
    "-----BEGIN ",
    "-----BEGIN RSA PRIVATE KEY-----\n",
    `-----BEGIN PRIVATE KEY-----\n${"A".repeat(20)}\n`,
    "-----BEGIN PRIVATE KEY-----\n-----END ",
    "[[redacted:",
  ];
  for (const part of hostile) {
    await t.step(JSON.stringify(part.slice(0, 40)), () => {
      const text = part.repeat(Math.ceil(1_000_000 / part.length));
      const started = threadMs();
      redact(text);
      redactDiff(`@@ -1 +1 @@\n${text}`);
      countMasks(text);
      assert.ok(threadMs() - started < 8_000, `${threadMs() - started} ms`);
    });
  }
});
