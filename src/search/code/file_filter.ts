/**
 * Leaves out the files that can hold no match, by a look at their bytes: nothing is decoded, and no secret is looked for, which
 * together take four times as long as reading.
 */
import { MASK_WORD } from "../../core/secrets.ts";
import type { IndexReader } from "../index_reader.ts";
import type { ByteAutomaton } from "./byte_automaton.ts";
import { FILES_MAX } from "./narrowing.ts";

/** See the module. It is made for one search. */
export class FileFilter {
  readonly #index: IndexReader;
  readonly #automaton: ByteAutomaton;
  #masked: ReadonlySet<string> | undefined;

  constructor(index: IndexReader, automaton: ByteAutomaton) {
    this.#index = index;
    this.#automaton = automaton;
  }

  /** Whether it is certain that the file's text, as it is now and as a caller may see it, has no match. */
  rulesOut(path: string): boolean {
    // A match may lie in what stands in a secret's place.
    this.#masked ??= new Set(this.#index.matching(`body : ${MASK_WORD}`, FILES_MAX));
    if (this.#masked.has(path)) return false;
    const bytes = this.#index.indexedBytes(path);
    return bytes !== undefined && !this.#automaton.mayMatch(bytes);
  }
}
