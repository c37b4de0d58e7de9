/**
 * Random texts, random edits, random damage: a patch gives exactly the edited text, or it is refused.
 * Never a third text.
 */

import assert from "node:assert/strict";
import { createTwoFilesPatch } from "diff";
import fc from "fast-check";
import type { ToolError } from "../../src/core/errors.ts";
import { applyChunks, applyUnified, parsePatch } from "../../src/repo/patch.ts";

const PATH = "src/x.txt";
const RUNS = { seed: 20260801, numRuns: 400 };

interface Outcome {
  readonly text: string | undefined;
  readonly repaired: readonly string[];
}

/** The patched text, or undefined for a refusal; anything else that is thrown fails the test. */
function attempt(patch: string, original: string): Outcome {
  try {
    const parsed = parsePatch(patch);
    if (parsed.format === "unified") {
      return applyUnified(parsed, original, { path: PATH, sha256: "0", fileExists: (path) => path === PATH });
    }
    const [operation] = parsed.operations;
    assert(operation?.kind === "update");
    const { text, repaired } = applyChunks(operation, original, { path: PATH, sha256: "0" });
    return { text, repaired: [...parsed.repaired, ...repaired] };
  } catch (error) {
    if ((error as ToolError).code !== "patch_failed") throw error;
    return { text: undefined, repaired: [] };
  }
}

/** Lines of prose, of code, and of what looks like a patch. */
const hostileLine = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("a", "b", "", "}", "  x", "return 1;") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "-- x",
      "++ y",
      "@@ -1 +1 @@",
      "- item",
      "+ more",
      "\\ No newline",
      "```",
      '"',
      "*** End Patch",
    ),
  },
  {
    weight: 2,
    arbitrary: fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => text.replace(/[\r\n]/g, "")),
  },
);

/** Lines that cannot be taken for a part of a patch. */
const plainLine = fc.oneof(
  fc.constantFrom("alpha", "beta", "gamma", "}", "return 1;"),
  fc.stringMatching(/^[a-z]{1,3}$/),
);

interface Edit {
  /** What becomes of each line: it stays, or these lines take its place. */
  readonly rows: readonly { readonly text: string; readonly change: readonly string[] | undefined }[];
  readonly lines: readonly string[];
  readonly edited: readonly string[];
}

/** A list of lines and the same list with some lines kept, replaced, removed or added to. */
function edits(line: fc.Arbitrary<string>, { minLength = 0 } = {}): fc.Arbitrary<Edit> {
  const change = fc.oneof(
    { weight: 5, arbitrary: fc.constant<string[] | undefined>(undefined) },
    { weight: 1, arbitrary: fc.array(line, { maxLength: 3 }) },
  );
  const row = fc.record({ text: line, change });
  return fc.array(row, { minLength, maxLength: 40, size: "max" }).map((rows) => ({
    rows,
    lines: rows.map(({ text }) => text),
    edited: rows.flatMap(({ text, change }) => change ?? [text]),
  }));
}

function joined(lines: readonly string[], { eol = "\n", finalNewline = true } = {}): string {
  return lines.join(eol) + (finalNewline && lines.length > 0 ? eol : "");
}

function diff(before: string, after: string, context = 3): string {
  return createTwoFilesPatch(PATH, PATH, before, after, undefined, undefined, { context });
}

/** The damaged patch gives the edited text or nothing; tells how often it was refused. */
function holds(
  damage: (
    edit: { before: string; after: string; patch: string },
  ) => { patch: string; original: string; expected: string },
  line = plainLine,
): number {
  let refused = 0;
  fc.assert(
    fc.property(edits(line), ({ lines, edited }) => {
      const before = joined(lines);
      const after = joined(edited);
      if (before === after) return;
      const { patch, original, expected } = damage({ before, after, patch: diff(before, after) });
      const { text } = attempt(patch, original);
      if (text === undefined) refused++;
      else assert.equal(text, expected);
    }),
    RUNS,
  );
  return refused;
}

Deno.test("apply_patch turns a into b with the diff of a and b, and repairs nothing", () => {
  const ending = fc.constantFrom("\n", "\r\n");
  const text = fc.tuple(fc.array(fc.tuple(hostileLine, ending), { maxLength: 20, size: "max" }), fc.boolean())
    .map(
      ([lines, cut]) => {
        const whole = lines.map(([line, eol]) => line + eol).join("");
        return cut ? whole.replace(/\r?\n$/, "") : whole;
      },
    );
  fc.assert(
    fc.property(text, text, fc.constantFrom(1, 3, 4), (before, after, context) => {
      if (before === after) return;
      const { text, repaired } = attempt(diff(before, after, context), before);
      assert.equal(text, after);
      assert.deepEqual(repaired, []);
    }),
    { ...RUNS, numRuns: RUNS.numRuns * 2 },
  );
});

Deno.test("apply_patch turns a into b for small edits of the same text, with and without context", () => {
  fc.assert(
    fc.property(
      edits(hostileLine),
      fc.constantFrom("\n", "\r\n"),
      fc.boolean(),
      fc.nat(4),
      (edit, eol, finalNewline, context) => {
        const before = joined(edit.lines, { eol, finalNewline });
        const after = joined(edit.edited, { eol, finalNewline });
        if (before === after) return;
        assert.equal(attempt(diff(before, after, context), before).text, after);
      },
    ),
    { ...RUNS, numRuns: RUNS.numRuns * 2 },
  );
});

Deno.test("apply_patch survives prose, quotes and fences around a patch", () => {
  const noise = fc.constantFrom(
    "Here is the patch:\n\n",
    "\n\n",
    '"\n',
    "I changed 2 lines.\nThat is all.\n",
    "",
  );
  fc.assert(
    fc.property(edits(hostileLine), noise, noise, fc.boolean(), ({ lines, edited }, above, below, fenced) => {
      const [before, after] = [joined(lines), joined(edited)];
      if (before === after) return;
      const patch = diff(before, after);
      const wrapped = fenced ? `\`\`\`diff\n${patch}\`\`\`\n` : patch;
      const { text } = attempt(above + wrapped + below, before);
      if (!fenced || !patch.includes("\n```")) assert.equal(text, after);
      else assert(text === after || text === undefined);
    }),
    RUNS,
  );
});

Deno.test("apply_patch survives missing headers, wrong counts and CRLF", () => {
  assert.equal(
    holds(({ before, after, patch }) => ({
      patch: patch.slice(patch.indexOf("@@")),
      original: before,
      expected: after,
    })),
    0,
  );
  assert.equal(
    holds(({ before, after, patch }) => ({
      patch: patch.replaceAll("\n", "\r\n"),
      original: before,
      expected: after,
    })),
    0,
  );
  assert.equal(
    holds(({ before, after, patch }) => {
      const [crlfBefore, crlfAfter] = [before.replaceAll("\n", "\r\n"), after.replaceAll("\n", "\r\n")];
      return { patch, original: crlfBefore, expected: crlfAfter };
    }),
    0,
  );
  const wrongCounts = holds(({ before, after, patch }) => ({
    patch: patch.replace(/^@@ -(\d+),(\d+) \+(\d+),(\d+) @@/gm, (_, old, oldLines, now, newLines) => {
      return `@@ -${old},${Number(oldLines) + 2} +${now},${Number(newLines) * 2} @@`;
    }),
    original: before,
    expected: after,
  }));
  assert(wrongCounts < RUNS.numRuns / 10, `${wrongCounts} refused`);
});

Deno.test("apply_patch finds a patch again when lines were put above, or refuses it", () => {
  const drifted = holds(
    ({ before, after, patch }) => ({
      patch,
      original: `new\nlines\n${before}`,
      expected: `new\nlines\n${after}`,
    }),
    fc.uuid(),
  );
  assert.equal(drifted, 0);
  const unnumbered = holds(
    ({ before, after, patch }) => ({
      patch: patch.replace(/^@@.*@@$/gm, "@@"),
      original: before,
      expected: after,
    }),
    fc.uuid(),
  );
  assert(unnumbered < RUNS.numRuns / 4, `${unnumbered} refused`);
});

Deno.test("apply_patch reads lines that lost their prefix right, or refuses them", () => {
  fc.assert(
    fc.property(
      edits(plainLine),
      fc.array(fc.nat(), { maxLength: 3 }),
      fc.boolean(),
      ({ lines, edited }, picks, only) => {
        const [before, after] = [joined(lines), joined(edited)];
        if (before === after) return;
        const patch = diff(before, after).split("\n");
        const losable = [...patch.keys()].filter((at) =>
          /^[ +][^+]/.test(patch[at]!) && (only || patch[at]!.startsWith("+"))
        );
        if (losable.length === 0) return;
        for (const pick of picks) {
          patch[losable[pick % losable.length]!] = patch[losable[pick % losable.length]!]!.replace(
            /^[ +]/,
            "",
          );
        }
        const { text } = attempt(patch.join("\n"), before);
        assert(text === undefined || text === after, JSON.stringify(text));
      },
    ),
    RUNS,
  );
});

Deno.test("apply_patch leaves alone what others changed meanwhile, and refuses to change it again", () => {
  fc.assert(
    fc.property(edits(fc.uuid(), { minLength: 1 }), fc.nat(), ({ rows, lines, edited }, pick) => {
      const [before, after] = [joined(lines), joined(edited)];
      if (before === after) return;
      const stale = pick % lines.length;
      const change = rows[stale]!.change;
      const { text } = attempt(diff(before, after), joined(lines.with(stale, "stale")));
      const expected = rows.flatMap((row, at) => at === stale ? ["stale"] : row.change ?? [row.text]);
      if (change !== undefined) assert.equal(text, undefined);
      else assert(text === undefined || text === joined(expected));
    }),
    RUNS,
  );
});

/** The chunks of a diff in the `*** Begin Patch` format: no numbers, no markers. */
function toV4a(unified: string): string {
  const hunks = unified.slice(unified.indexOf("@@")).replace(/^@@.*@@$/gm, "@@").replace(/^\\.*\n/gm, "");
  return `*** Begin Patch\n*** Update File: ${PATH}\n${hunks}*** End Patch\n`;
}

Deno.test("apply_patch gives the edited text for a v4a patch too, or refuses it", () => {
  fc.assert(
    fc.property(
      edits(fc.oneof(plainLine, fc.uuid())),
      fc.constantFrom("\n", "\r\n"),
      ({ lines, edited }, eol) => {
        const [before, after] = [joined(lines), joined(edited)];
        if (before === after) return;
        const { text } = attempt(toV4a(diff(before, after)), before.replaceAll("\n", eol));
        assert(text === undefined || text === after.replaceAll("\n", eol), JSON.stringify(text));
      },
    ),
    RUNS,
  );
  const refused = holds(
    ({ before, after, patch }) => ({ patch: toV4a(patch), original: before, expected: after }),
    fc.uuid(),
  );
  assert(refused < RUNS.numRuns / 4, `${refused} refused`);
});

Deno.test("apply_patch answers any text at all with a result or a refusal", () => {
  const piece = fc.oneof(
    hostileLine,
    fc.constantFrom(
      "--- a",
      "+++ b",
      "@@",
      "@@ -1,1 +1,2 @@",
      "@@ -0,0 +1 @@",
      "*** Begin Patch",
      `*** Update File: ${PATH}`,
      "*** End of File",
      "diff --git a/x b/x",
    ),
    hostileLine.chain((line) => fc.constantFrom(`+${line}`, `-${line}`, ` ${line}`)),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 25 }),
      fc.array(hostileLine, { maxLength: 8 }),
      (patch, lines) => {
        try {
          attempt(patch.join("\n"), joined(lines));
        } catch (error) {
          if ((error as Error).name !== "AssertionError") throw error;
        }
      },
    ),
    { ...RUNS, numRuns: RUNS.numRuns * 5 },
  );
});
