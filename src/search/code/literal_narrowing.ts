/** Which files can hold a string: an expression for the full-text table that every file fits in which it stands. */

/** Finds the tokens of the index that a piece stands in; undefined when there are too many, or they are not known. */
export type FindTokens = (piece: string, where: "end" | "anywhere") => readonly string[] | undefined;

/** A token of the string. At an edge that is open, the index's token may go on. */
interface Token {
  readonly text: string;
  readonly isOpenBefore: boolean;
  readonly isOpenAfter: boolean;
}

/**
 * The expression; undefined when the string says nothing of the words around it, so that any file may hold it. It is
 * true of every file with the string, and of others: whoever asks looks into the files.
 */
export function expressionFor(literal: string, findTokens: FindTokens): string | undefined {
  const parts = phrasesOf(literal).flatMap((tokens) => phraseExpression(tokens, findTokens) ?? []);
  return parts.length === 0 ? undefined : `body : (${parts.join(" AND ")})`;
}

/**
 * Tokens that follow each other in the index too. Beyond ASCII it depends on tables of Unicode what is a letter and
 * how it is folded: a token that touches such a character is left out, and parts phrases.
 */
function phrasesOf(literal: string): Token[][] {
  const phrases: Token[][] = [[]];
  for (const match of literal.matchAll(/[\u0080-\uffff]+|[A-Za-z0-9]+/g)) {
    const [text] = match;
    const isAscii = text.charCodeAt(0) < 0x80;
    const end = match.index + text.length;
    const touches = isAscii && (isForeign(literal[match.index - 1]) || isForeign(literal[end]));
    if (!isAscii || touches) {
      if (phrases.at(-1)?.length !== 0) phrases.push([]);
      continue;
    }
    phrases.at(-1)?.push({
      text: text.toLowerCase(),
      isOpenBefore: match.index === 0,
      isOpenAfter: end === literal.length,
    });
  }
  return phrases.filter((tokens) => tokens.length > 0);
}

function isForeign(char: string | undefined): boolean {
  return char !== undefined && char.charCodeAt(0) >= 0x80;
}

function phraseExpression(tokens: readonly Token[], findTokens: FindTokens): string | undefined {
  const [first, ...rest] = tokens;
  if (first === undefined) return undefined;
  const last = tokens.at(-1);
  const tail = rest.map(({ text }) => text);
  // FTS5 takes the last token of a phrase as a beginning when a star follows.
  const star = last?.isOpenAfter === true ? " *" : "";
  if (!first.isOpenBefore) return `"${[first.text, ...tail].join(" ")}"${star}`;
  const isAlone = tail.length === 0 && first.isOpenAfter;
  const firsts = findTokens(first.text, isAlone ? "anywhere" : "end");
  if (firsts !== undefined) {
    if (firsts.length === 0) return NOTHING;
    const end = isAlone ? "" : star;
    return `(${firsts.map((token) => `"${[token, ...tail].join(" ")}"${end}`).join(" OR ")})`;
  }
  return tail.length === 0 ? undefined : `"${tail.join(" ")}"${star}`;
}

/** The expression that fits every file with one of these tokens. */
export function expressionForAny(tokens: readonly string[]): string {
  return tokens.length === 0 ? NOTHING : `body : (${tokens.map((token) => `"${token}"`).join(" OR ")})`;
}

/** Fits no file: a token of this length is in none. */
const NOTHING = `"${"x".repeat(64)}${"q".repeat(64)}"`;
