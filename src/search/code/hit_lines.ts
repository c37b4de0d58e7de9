/** Turns the matches of one text into hits: their lines, with lines around them, those that touch together. */
import { showLines } from "../shown_lines.ts";
import type { CodeHit } from "./code_query.ts";

/** Lines of one hit; matches that go on after them begin another. */
const HIT_LINES_MAX = 40;

interface Open {
  startLine: number;
  endLine: number;
  readonly matches: number[];
  /** Offsets of the first match of each of them. */
  readonly foci: number[];
}

/** Takes the matches of a text in order, and gives out a hit when nothing can be added to it any more. */
export class HitLines {
  readonly #path: string;
  readonly #text: string;
  readonly #context: number;
  readonly #afterLine: number;
  #line = 1;
  #newline: number;
  #open: Open | undefined;

  /** @param options.afterLine Matches up to this line were on another page. */
  constructor(
    { path, text }: { path: string; text: string },
    { context, afterLine }: { context: number; afterLine: number },
  ) {
    this.#path = path;
    this.#text = text;
    this.#context = context;
    this.#afterLine = afterLine;
    this.#newline = text.indexOf("\n");
  }

  /** The hits that a match makes whole. */
  add({ start, end }: { start: number; end: number }): CodeHit[] {
    const line = this.lineAt(start);
    const lastLine = end > start ? this.lineAt(end - 1) : line;
    if (line <= this.#afterLine) return [];
    const from = Math.max(1, this.#afterLine + 1, line - this.#context);
    const to = Math.min(lastLine + this.#context, line + HIT_LINES_MAX - 1);
    const open = this.#open;
    if (open !== undefined && from <= open.endLine + 1 && to - open.startLine < HIT_LINES_MAX) {
      open.endLine = Math.max(open.endLine, to);
      if (open.matches.at(-1) === line) return [];
      open.matches.push(line);
      open.foci.push(start);
      return [];
    }
    const whole = this.end();
    const startLine = open === undefined ? from : Math.max(from, open.endLine + 1);
    this.#open = { startLine: Math.min(startLine, line), endLine: to, matches: [line], foci: [start] };
    return whole;
  }

  /** The hit that is not given out yet. */
  end(): CodeHit[] {
    const open = this.#open;
    if (open === undefined) return [];
    this.#open = undefined;
    const { startLine, endLine, matches, foci } = open;
    return [{
      path: this.#path,
      ...showLines(this.#text, { startLine, count: endLine - startLine + 1, foci }),
      matches,
    }];
  }

  /** The line of an offset, counted from 1. Offsets come in order. */
  lineAt(offset: number): number {
    while (this.#newline >= 0 && this.#newline < offset) {
      this.#line++;
      this.#newline = this.#text.indexOf("\n", this.#newline + 1);
    }
    return this.#line;
  }
}
