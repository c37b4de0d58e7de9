/** Markdown that holds what others wrote, without becoming theirs. */

/** A block that no line of the text can end: its fence is longer than any in the text. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}${text.endsWith("\n") || text === "" ? "" : "\n"}${fence}`;
}

/** Text on one line, as code, cut after `charsMax` characters. */
export function inline(text: string, charsMax = 100): string {
  const line = text.replace(/[\s\p{Cc}`]+/gu, " ").trim();
  return `\`${line.length <= charsMax ? line : `${line.slice(0, charsMax - 1).toWellFormed()}…`}\``;
}

/** Whole lines of the text, at most `bytesMax` bytes of UTF-8; where something is left out, `note` says so. */
export function cutLines(
  text: string,
  { bytesMax, note }: { bytesMax: number; note: string },
): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= bytesMax) return text;
  const end = `\n${note}\n`;
  const room = bytes.subarray(0, bytesMax - new TextEncoder().encode(end).length);
  return new TextDecoder().decode(room.subarray(0, Math.max(0, room.lastIndexOf(0x0a)))) + end;
}
