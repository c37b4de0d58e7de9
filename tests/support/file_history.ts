/** What stood in files at which time, as far as who changed them knows: to judge what a search says of them meanwhile. */

/** `undefined` for text: there was no file. Times are those of one clock. */
interface Span {
  readonly text: string | undefined;
  readonly from: number;
  to: number;
}

/** Files that change while they are searched. */
export class FileHistory {
  readonly #spans = new Map<string, Span[]>();

  /** Between `from` and now, each of the files has come to hold its text; before and after, there was no doubt. */
  changed(files: Readonly<Record<string, string | undefined>>, from: number): void {
    const now = performance.now();
    for (const [path, text] of Object.entries(files)) {
      const spans = this.#spans.get(path) ?? [];
      const last = spans.at(-1);
      if (last !== undefined) last.to = now;
      spans.push({ text, from, to: Infinity });
      this.#spans.set(path, spans);
    }
  }

  /** Whether the lines stood in the file at some moment between two. */
  held(path: string, lines: string, { from, to }: { from: number; to: number }): boolean {
    const spans = this.#spans.get(path) ?? [];
    return spans.some((span) => span.from <= to && span.to >= from && span.text?.includes(lines) === true);
  }

  /** The files that there are now. */
  paths(): string[] {
    return [...this.#spans].filter(([, spans]) => spans.at(-1)?.text !== undefined).map(([path]) => path);
  }
}
