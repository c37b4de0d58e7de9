/** The definitions of a file as the one text that the index keeps of them, and the number that stands for a name. */
import type { DocumentSymbol } from "../document.ts";
import { foldSymbol } from "../words.ts";

/** One line a definition: its line, its kind, its name. */
export function encodeOutline(symbols: readonly DocumentSymbol[]): string {
  return symbols.map(({ line, kind, name }) => `${line}\t${kind}\t${name.replace(/\s+/g, " ")}`).join("\n");
}

/** What {@linkcode encodeOutline} wrote. */
export function decodeOutline(text: string): DocumentSymbol[] {
  if (text === "") return [];
  return text.split("\n").map((entry) => {
    const [line = "", kind = "", name = ""] = entry.split("\t");
    return { line: Number(line), kind: kind as DocumentSymbol["kind"], name };
  });
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
