/**
 * Finds private keys and tokens in a text, and masks them. Pure, and linear in the length of the text whatever it holds:
 * every character is looked at by a bounded number of steps.
 */
import { TOKEN_SHAPES, type TokenShape } from "./secret_shapes.ts";

/** A secret in a text, from `start` to before `end` in UTF-16 code units. */
export interface Secret {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** A text without its secrets. */
export interface Redacted {
  readonly text: string;
  /** How many secrets were masked. */
  readonly redacted: number;
}

/** A word of every mask. */
export const MASK_WORD = "redacted";

/** What stands in the place of a secret. On every line of it, so that lines keep their numbers. */
export function maskOf(kind: string): string {
  return `[[${MASK_WORD}:${kind}]]`;
}

/** How many masks a text holds. */
export function countMasks(text: string): number {
  return text.match(/\[\[redacted:[a-z-]{1,40}\]\]/g)?.length ?? 0;
}

/** What a caller is to do about a file with a mask in it. */
export const MASK_ADVICE =
  "secrets in it are masked; edit it by a patch elsewhere in the file, and never write a mask";

/** Every secret of a text, in order. */
export function findSecrets(text: string): Secret[] {
  const found: Secret[] = [];
  const ends = new KeyEnds(text);
  CANDIDATE.lastIndex = 0;
  for (let match = CANDIDATE.exec(text); match !== null; match = CANDIDATE.exec(text)) {
    const secret = match[0] === KEY_BEGIN
      ? keyAt(text, match.index, ends)
      : tokenAt(text, match.index, { beginning: match[0], isFree: match.index === found.at(-1)?.end });
    if (secret === undefined) continue;
    if (!isPlaceholder(text, secret)) found.push(secret);
    // What was looked at once is not looked at again, or a row of beginnings would take the square of its length.
    CANDIDATE.lastIndex = secret.end;
  }
  return found;
}

/** Masks the secrets of a text. A text without any is returned as it is. */
export function redact(text: string): Redacted {
  const secrets = findSecrets(text);
  return { text: secrets.length === 0 ? text : masked(text, secrets, ""), redacted: secrets.length };
}

/** The secrets themselves: to be compared, and never to be shown. */
export function secretValues(text: string): Set<string> {
  return new Set(findSecrets(text).map(({ start, end }) => text.slice(start, end)));
}

/**
 * Masks the secrets of a unified diff, hunk by hunk. What a hunk shows of a private key may lack the key's beginning, its
 * end or both: an end without a beginning takes all above it, and lines of nothing but base64 are masked as well. Of a line
 * that git quotes behind a hunk's position only the beginning is there: it goes where it could be a secret's.
 */
export function redactDiff(diff: string): Redacted {
  let redacted = 0;
  // A file in conflict has a sign more on each line, and its hunks an @ more.
  const parts = diff.split(/^(?=@@+ |diff --(?:git|cc|combined) )/m).map((part) => {
    const hunk = part.startsWith("@@") ? withoutSecretHeading(part) : part;
    const secrets = part.startsWith("@@") ? findInHunk(hunk) : findSecrets(hunk);
    redacted += secrets.length + (hunk === part ? 0 : 1);
    return secrets.length === 0 ? hunk : masked(hunk, secrets, "+- ");
  });
  return { text: redacted === 0 ? diff : parts.join(""), redacted };
}

/** What of a line could be a part of a private key. */
const KEY_RUN = /[A-Za-z0-9+/]{24}/;

function withoutSecretHeading(hunk: string): string {
  return hunk.replace(/^(@@+ [^@\n]* @@+) ([^\n]*)/, (whole, position: string, heading: string) => {
    const mayBeSecret = KEY_RUN.test(heading) || heading.search(CANDIDATE) >= 0;
    return mayBeSecret ? position : whole;
  });
}

const PRIVATE_KEY = "private-key";
const KEY_BEGIN = "-----BEGIN ";
const KEY_HEADER = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;
const KEY_FOOTER = /-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY/;

/** Where a candidate begins. Longer beginnings come before those that they begin with. */
const CANDIDATE = new RegExp(
  [KEY_BEGIN, ...TOKEN_SHAPES.flatMap(({ beginnings }) => beginnings)]
    .toSorted((a, b) => b.length - a.length)
    .map((text) => text.replace(/[.+]/g, "\\$&"))
    .join("|"),
  "g",
);

const SHAPES: ReadonlyMap<string, TokenShape & { readonly run: RegExp }> = new Map(
  TOKEN_SHAPES.flatMap((shape) => {
    const run = new RegExp(`[${shape.characters}]{0,${shape.most === undefined ? "" : shape.most + 1}}`, "y");
    return shape.beginnings.map((beginning) => [beginning, { ...shape, run }] as const);
  }),
);

/** Different characters that the last ones of a random token have at least: of 16 hexadecimal digits about ten. */
const DISTINCT_LEAST = 6;
const TAIL_CHARS = 16;

/** `isFree` says that what stands before it is a secret of its own, and not the rest of a word. */
function tokenAt(
  text: string,
  start: number,
  { beginning, isFree }: { beginning: string; isFree: boolean },
): Secret | undefined {
  const shape = SHAPES.get(beginning);
  if (shape === undefined || (!isFree && /[A-Za-z0-9]/.test(text.charAt(start - 1)))) return undefined;
  const { run, least, most = Infinity, kind } = shape;
  run.lastIndex = start + beginning.length;
  run.test(text);
  const end = run.lastIndex;
  const length = end - start - beginning.length;
  return length < least || length > most ? undefined : { kind, start, end };
}

/** Whether something of a token's shape is none: a row of x, or an example of a manual. */
function isPlaceholder(text: string, { kind, start, end }: Secret): boolean {
  if (kind === PRIVATE_KEY) return false;
  const tail = text.slice(Math.max(start, end - TAIL_CHARS), end);
  return new Set(tail).size < DISTINCT_LEAST || /example$/i.test(tail);
}
/** Looks for the ends of keys from the front to the back, each once. */
class KeyEnds {
  readonly #text: string;
  #next = -1;
  #isOver = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the first footer behind `from` begins; undefined when there is none. */
  after(from: number): number | undefined {
    while (!this.#isOver && this.#next < from) {
      this.#next = this.#text.indexOf("-----END ", Math.max(from, this.#next + 1));
      this.#isOver = this.#next < 0;
    }
    return this.#isOver ? undefined : this.#next;
  }
}

/** Characters behind a header in which the key has to begin: documentation shows headers without one. */
const KEY_CHARS_JUDGED = 512;

/** Most of a text that is taken for a private key of which the end is missing. */
const KEY_CHARS_MAX = 64 * 1024;

/** What stands between the header and the footer of a private key; to the end of the text where there is no footer. */
function keyAt(text: string, start: number, ends: KeyEnds): Secret | undefined {
  KEY_HEADER.lastIndex = start;
  const header = KEY_HEADER.exec(text)?.[0];
  if (header === undefined) return undefined;
  const inside = start + header.length;
  const end = ends.after(inside) ?? Math.min(text.length, inside + KEY_CHARS_MAX);
  const beginning = text.slice(inside, Math.min(end, inside + KEY_CHARS_JUDGED));
  return /[A-Za-z0-9+/]{16}/.test(beginning) ? { kind: PRIVATE_KEY, start: inside, end } : undefined;
}

/** A line of base64 as PEM and OpenPGP wrap it, with the signs of a diff before it. */
const KEY_LINE =
  /^[+ -]{1,2}(?=[^a-z\n]*[a-z])(?=[^A-Z\n]*[A-Z])(?=[^0-9\n]*[0-9])[A-Za-z0-9+/]{60,76}={0,2}$/gm;

function findInHunk(hunk: string): Secret[] {
  const secrets = findSecrets(hunk);
  const footer = KEY_FOOTER.exec(hunk)?.index;
  const first = hunk.indexOf("\n") + 1;
  if (
    footer !== undefined && footer > first &&
    !secrets.some(({ end, kind }) => kind === PRIVATE_KEY && end <= footer)
  ) {
    const lineStart = hunk.lastIndexOf("\n", footer) + 1;
    return [
      ...(lineStart > first ? [{ kind: PRIVATE_KEY, start: first, end: lineStart }] : []),
      ...secrets.filter(({ start }) => start > footer),
    ];
  }
  const lines = Array.from(hunk.matchAll(KEY_LINE), ({ index, 0: line }): Secret => {
    return { kind: PRIVATE_KEY, start: index, end: index + line.length };
  }).filter((line) => !secrets.some(({ start, end }) => line.start < end && line.end > start));
  return [...secrets, ...lines].sort((a, b) => a.start - b.start);
}

/** `signs` are the characters that the lines of a secret keep at their beginning. */
function masked(text: string, secrets: readonly Secret[], signs: string): string {
  const parts: string[] = [];
  let at = 0;
  for (const { kind, start, end } of secrets) {
    parts.push(
      text.slice(at, start),
      maskLines(text.slice(start, end), { kind, signs, isLineStart: text.charAt(start - 1) === "\n" }),
    );
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join("");
}

function maskLines(
  secret: string,
  { kind, signs, isLineStart }: { kind: string; signs: string; isLineStart: boolean },
): string {
  const mask = maskOf(kind);
  return secret.split("\n").map((line, index) => {
    const isWhole = index > 0 || isLineStart;
    const sign = isWhole && line !== "" && signs.includes(line.charAt(0)) ? line.charAt(0) : "";
    const ending = line.endsWith("\r") ? "\r" : "";
    return line.slice(sign.length).trim() === "" ? line : sign + mask + ending;
  }).join("\n");
}
