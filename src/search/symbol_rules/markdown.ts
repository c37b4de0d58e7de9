/** Headings of Markdown, outside fenced code. */
import type { FoundSymbol } from "./rule.ts";

/** A fence, or a heading of either style (CommonMark 0.31, sections 4.2, 4.3 and 4.5). */
const FENCE_OR_HEADING =
  /^ {0,3}(?:(?<fence>`{3,}|~{3,})|#{1,6}[ \t]+(?<atx>[^\n]*)|(?<setext>[^\s#>*+-][^\n]{0,200})\n {0,3}(?:={2,}|-{2,})[ \t]*\r?$)/gm;

/** The headings of a text, in order. */
export function markdownHeadings(text: string): FoundSymbol[] {
  const found: FoundSymbol[] = [];
  let fence: string | undefined;
  for (const match of text.matchAll(FENCE_OR_HEADING)) {
    const { fence: mark, atx, setext } = match.groups ?? {};
    if (mark !== undefined) {
      if (fence === undefined) fence = mark;
      else if (mark.startsWith(fence)) fence = undefined;
      continue;
    }
    const name = (atx ?? setext ?? "").replace(/[ \t]+#*[ \t\r]*$/, "").trim();
    if (fence === undefined && name !== "") found.push({ name, kind: "heading", offset: match.index });
  }
  return found;
}
