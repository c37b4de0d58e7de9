/** Finds a string as it is, or without regard to case. */
import type { Find, Finding } from "./finding.ts";

/** Makes the search for one string. Matches do not overlap. */
export function literalFinder(literal: string, { caseSensitive }: { caseSensitive: boolean }): Find {
  const asked = caseSensitive ? literal : foldedOf(literal);
  return (text) => places(caseSensitive ? text : foldedOf(text), asked);
}

function* places(text: string, asked: string): Generator<Finding> {
  if (asked === "") return;
  for (let at = text.indexOf(asked); at >= 0; at = text.indexOf(asked, at + asked.length)) {
    yield { kind: "match", start: at, end: at + asked.length };
  }
}

/** In lower case, with every character where it was: `İ` would become two, and move all that follows. */
function foldedOf(text: string): string {
  const lower = text.toLowerCase();
  const folded = lower.length === text.length
    ? lower
    : Array.from(text, (char) => char.toLowerCase().length === char.length ? char.toLowerCase() : char).join(
      "",
    );
  // The last sigma of a word is another letter, which depends on what follows.
  return folded.replaceAll("ς", "σ");
}
