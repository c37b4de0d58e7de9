/** The definitions of a file as the one text that the index keeps of them, and the number that stands for a name. */
import type { DocumentSymbol } from "../document.ts";
import { foldSymbol, isFoldedAs } from "../words.ts";

/** One line a definition: its line, its kind, its name. */
export function encodeOutline(symbols: readonly DocumentSymbol[]): string {
  return symbols.map(({ line, kind, name }) => `${line}\t${kind}\t${name.replace(/\s+/g, " ")}`).join("\n");
}

/**
 * What {@linkcode encodeOutline} wrote.
 *
 * @param holding Only the lines that hold one of these, in lower case. That takes a fraction of the time.
 */
export function decodeOutline(text: string, holding?: readonly string[]): DocumentSymbol[] {
  if (text === "") return [];
  if (holding === undefined) return text.split("\n").map(decodeLine);
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return text.split("\n").map(decodeLine);
  const starts = new Set<number>();
  for (const piece of holding) {
    for (let at = lower.indexOf(piece); at >= 0;) {
      starts.add(lower.lastIndexOf("\n", at) + 1);
      const newline = lower.indexOf("\n", at);
      at = newline < 0 ? -1 : lower.indexOf(piece, newline);
    }
  }
  return [...starts].sort((a, b) => a - b).map((start) => {
    const end = text.indexOf("\n", start);
    return decodeLine(text.slice(start, end < 0 ? text.length : end));
  });
}

/** Those of an outline whose names, folded, are `folded`. The others are not taken apart. */
export function* symbolsFoldedAs(text: string, folded: string): Generator<DocumentSymbol> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const name = text.indexOf("\t", text.indexOf("\t", start) + 1) + 1;
    if (isFoldedAs(folded, { text, start: name, end })) yield decodeLine(text.slice(start, end));
    start = end + 1;
  }
}

function decodeLine(entry: string): DocumentSymbol {
  const [line = "", kind = "", name = ""] = entry.split("\t");
  return { line: Number(line), kind: kind as DocumentSymbol["kind"], name };
}

/** The numbers of all the names in an outline, each once. */
export function symbolKeys(symbols: readonly DocumentSymbol[]): Set<number> {
  return new Set(symbols.map(({ name }) => symbolKey(foldSymbol(name))));
}

/**
 * A number for a folded name, in 31 bits (FNV-1a). Two names may share one: whoever finds a file by it compares the
 * names. It takes a quarter of the space of the name itself.
 */
export function symbolKey(folded: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < folded.length; index++) {
    hash = Math.imul(hash ^ folded.charCodeAt(index), 0x01000193);
  }
  return hash & 0x7fffffff;
}
