/** Words of which the full-text table keeps the beginning alone: what stands further on in them it does not find. */

/** FTS5 cuts a token to this many bytes (`FTS5_MAX_TOKEN_SIZE`). */
const TOKEN_BYTES_MAX = 32_768;

/** A token of fewer characters (UTF-16 code units, of at most 3 bytes each) is whole, however it is folded. */
const CHARS_MIN = Math.floor(TOKEN_BYTES_MAX / 3);

/**
 * A word that is put beside a text with such words. A text may hold it by itself: it then is looked through more often than it
 * has to be.
 */
export const LONG_WORD_MARK = "fileholdsawordthatthetablecuts";

/** What a token can be made of; some characters beyond ASCII part tokens, and count all the same. */
const PARTS_WORDS = /[\0-/:-@[-`{-\x7f]/;

/** Whether a text may have a word that is cut. Every long one covers one of the places that are looked at. */
export function hasLongWord(text: string): boolean {
  for (let at = CHARS_MIN - 1; at < text.length; at += CHARS_MIN) {
    if (PARTS_WORDS.test(text.charAt(at))) continue;
    let start = at;
    while (start > 0 && !PARTS_WORDS.test(text.charAt(start - 1)) && at - start < CHARS_MIN) start--;
    let end = at + 1;
    while (end < text.length && !PARTS_WORDS.test(text.charAt(end)) && end - start < CHARS_MIN) end++;
    if (end - start >= CHARS_MIN) return true;
  }
  return false;
}
