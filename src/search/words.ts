/** Names as words, and as the one spelling under which all their spellings are the same. */

/**
 * The words of a name, in lower case: `rateLimitOk`, `rate_limit_ok` and `RATE-LIMIT.ok` are `rate limit ok`. Digits
 * belong to the letters before them (`sha256`, `utf8`).
 */
export function splitWords(name: string): string[] {
  const parts = name.match(/\p{Lu}+(?!\p{Ll})\p{N}*|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+\p{N}*|\p{N}+/gu) ?? [];
  return parts.map((part) => part.toLowerCase());
}

/** A name under which every spelling of it is found: lower case, letters and digits alone. */
export function foldSymbol(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Whether the part of a text from `start` to `end` is a name that {@linkcode foldSymbol} makes `folded` of. */
export function isFoldedAs(
  folded: string,
  { text, start, end }: { text: string; start: number; end: number },
): boolean {
  if (end - start < folded.length) return false;
  let at = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) return foldSymbol(text.slice(start, end)) === folded;
    const lower = code >= 65 && code <= 90 ? code + 32 : code;
    if ((lower < 97 || lower > 122) && (lower < 48 || lower > 57)) continue;
    if (lower !== folded.charCodeAt(at++)) return false;
  }
  return at === folded.length;
}

/**
 * What a word and its inflections begin with: `handles`, `handled` and `handling` are `handl`. Cuts endings, and never
 * below four letters, since a beginning that short fits too much.
 */
export function stemOf(word: string): string {
  const stem = word.replace(/(?:ations?|ings?|ions?|ments?|ies|ers?|ors?|ed|es|e|y|s)$/, "");
  return stem.length >= 4 ? stem : word.length > 4 && word.endsWith("s") ? word.slice(0, -1) : word;
}
