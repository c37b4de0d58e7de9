/**
 * How large a regular expression becomes when its repetitions are written out, as RE2 does before it tries anything: told from its
 * text, because to write out `(?:(?:abc){1000}|…){1000}` takes seconds and gigabytes by itself.
 */

/** What begins a group and is no part of what it takes: flags, a name. */
const GROUP_HEAD = /\((?:\?(?:P?<[^>]*>|[a-zA-Z-]*:?))?/y;

/** One character, whatever it is written as: escaped, as a class, or as it is. */
const ONE =
  /\\(?:x\{[^}]{0,8}\}|[pP]\{[^}]{0,80}\}|[\s\S])|\[\^?\]?(?:\[:\^?\w{0,20}:\]|\\[\s\S]|[^\]\\])*\]|[\s\S]/uy;

const QUOTED = /\\Q([\s\S]*?)(?:\\E|$)/y;
const TIMES = /\{(\d+)(?:(,)(\d*))?\}/y;

/**
 * An upper bound of the instructions that the pattern is compiled to. What is no pattern has some number, too.
 *
 * @param pattern In RE2's syntax.
 */
export function patternSize(pattern: string): number {
  // Of each group that is open: what came before, and the size of its last part, which a repetition would multiply.
  const open: { sum: number; last: number }[] = [{ sum: 0, last: 0 }];
  let at = 0;
  const eat = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at;
    const found = expression.exec(pattern);
    at += found?.[0].length ?? 0;
    return found;
  };
  const put = (group: { sum: number; last: number }, size: number) => {
    group.sum += group.last;
    group.last = size;
  };
  while (at < pattern.length) {
    const group = open.at(-1)!;
    const quoted = eat(QUOTED);
    const times = quoted === null ? eat(TIMES) : null;
    if (quoted !== null) put(group, quoted[1]!.length);
    else if (times !== null) group.last = (group.last + 1) * countOf(times);
    else if ("*+?".includes(pattern.charAt(at))) [group.last, at] = [group.last + 1, at + 1];
    else if (eat(GROUP_HEAD) !== null) open.push({ sum: 0, last: 0 });
    else if (pattern.charAt(at) === ")") {
      at++;
      // A closing one too many is an error of the pattern's, which its compiler names.
      if (open.length === 1) continue;
      open.pop();
      put(open.at(-1)!, group.sum + group.last + GROUP_SIZE);
    } else {
      const one = eat(ONE)?.[0];
      // A class without an end is no pattern: to look for the ends of thousands would take the square of the length.
      if (one === "[") break;
      put(group, one === "|" ? CHOICE_SIZE : 1);
    }
  }
  return open.reduce((size, { sum, last }) => size + sum + last, 0);
}

/** The two edges of a group that is captured, and what stands for nothing in it. */
const GROUP_SIZE = 3;

/** A choice, and what stands for nothing beside it. */
const CHOICE_SIZE = 2;

/** RE2 takes no greater count. */
const TIMES_MAX = 1_000;

/** How often the last part is written out, and once more where there is no end to it. */
function countOf([, least = "", comma, most = ""]: RegExpExecArray): number {
  const isEndless = comma !== undefined && most === "";
  const count = Math.max(1, Number(least) + (isEndless ? 1 : 0), Number(most));
  return count > TIMES_MAX + 1 ? 1 : count;
}
