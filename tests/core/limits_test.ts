/** The limits, against each other and against the configuration. */
import assert from "node:assert/strict";
import * as limits from "../../src/core/limits.ts";
import * as releaseLimits from "../../src/core/release_limits.ts";

Deno.test("every limit is a positive whole number whose name ends in its unit", () => {
  for (const [name, value] of Object.entries({ ...limits, ...releaseLimits })) {
    assert.ok(Number.isSafeInteger(value) && value > 0, name);
    assert.match(
      name,
      /(^|_)(MS|BYTES|CHARS|LINES|TOKENS|FILES|PATHS|PROCESSES|HOPS|SEGMENTS|BRACES|MESSAGES|SESSIONS|STREAMS|SUBSCRIPTIONS|EVENTS|VALUES|REQUESTS|PATTERNS|LEVELS|KEYS|BUCKETS|CHANGES|STEPS|TICKS|SECONDS|ROWS|RUNS|ATTEMPTS|AUDITS|IDS|TOPICS|SERIES|EXPORTS)(_MAX|_MIN)?$/,
      name,
    );
  }
});

Deno.test("what one limit lets in, the next one can carry", () => {
  const { BODY_BYTES_MAX, PATCH_BYTES_MAX, FILE_BYTES_MAX, TEXT_BYTES_MAX, BASE64_FILE_BYTES_MAX } = limits;
  assert.ok(PATCH_BYTES_MAX < BODY_BYTES_MAX, "a patch fits into a request");
  assert.ok(
    TEXT_BYTES_MAX < FILE_BYTES_MAX && BASE64_FILE_BYTES_MAX < FILE_BYTES_MAX,
    "an answer is part of a file",
  );
  assert.ok(BASE64_FILE_BYTES_MAX * 4 / 3 < BODY_BYTES_MAX, "what was read as base64 can be written back");
  assert.ok(limits.FILE_BYTES_MAX < limits.GIT_OUTPUT_BYTES_MAX, "git can print a file");
  assert.ok(limits.GIT_LOCK_WAIT_MS < limits.SHUTDOWN_GRACE_MS, "a wait for git ends before the server does");
});
