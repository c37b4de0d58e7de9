/** What the index keeps of a file: the columns of the full-text table, and the definitions. Pure. */
import { type Language, languageOf } from "./language.ts";
import { type DocumentSymbol, symbolsIn } from "./symbols.ts";
import { hasLongWord, LONG_WORD_MARK } from "./long_words.ts";
import { splitWords } from "./words.ts";

export type { DocumentSymbol } from "./symbols.ts";

/** Counts up with every change of what a file becomes: an index that was built with another version is built anew. */
export const DOCUMENT_VERSION = 6;

/** The columns of the full-text table. Each is text for FTS5's tokenizer. */
export interface DocumentColumns {
  /** The file's name: as words, and squashed. */
  readonly name: string;
  /** The folders above it, in the same way. */
  readonly path: string;
  /** Names of the definitions: whole, and as words. */
  readonly definitions: string;
  /** Headings of prose; and {@linkcode LONG_WORD_MARK} where the body has a word that is not kept whole. */
  readonly headings: string;
  /** The text itself. */
  readonly body: string;
}

/** A file, as the index is to keep it. */
export interface SearchDocument {
  readonly language: Language | undefined;
  readonly columns: DocumentColumns;
  /** In the order of lines. */
  readonly symbols: readonly DocumentSymbol[];
}

/** Takes a file apart. Costs about as much as reading the text once. */
export function toDocument(path: string, text: string): SearchDocument {
  const language = languageOf(path);
  const symbols = symbolsIn(text, language);
  const slash = path.lastIndexOf("/");
  const headings = symbols.filter(({ kind }) => kind === "heading");
  const definitions = symbols.filter(({ kind }) => kind !== "heading");
  return {
    language,
    columns: {
      name: withWords(path.slice(slash + 1)),
      path: slash < 0 ? "" : path.slice(0, slash).split("/").map(withWords).join(" "),
      definitions: [...new Set(definitions.map(({ name }) => name))].map(withWords).join(" "),
      headings: [...headings.map(({ name }) => name), ...(hasLongWord(text) ? [LONG_WORD_MARK] : [])].join(
        "\n",
      ),
      body: text,
    },
    symbols,
  };
}

/** A name as it is, its words, and its words in one, so that each spelling finds it. */
function withWords(name: string): string {
  const words = splitWords(name);
  return words.length < 2 ? name : `${name} ${words.join(" ")} ${words.join("")}`;
}
