/** Finds sequences of lines in a file, in time that stays bounded for hostile files and patches. */

/** Comparisons that the searches in one file may take together: about a quarter of a second. */
const COMPARISONS_MAX = 50_000_000;

/** Occurrences that are looked at to find the nearest miss. */
const VOTES_MAX = 1_000_000;

/** A line that occurs more often says little about where a hunk belongs. */
const COMMON_LINE_MIN = 1_000;

/** Thrown when a search would take too long; the caller turns it into a refusal. */
export class SearchTooLong extends Error {}

/** Whether `wanted` stands at line `at`. */
export function standsAt(texts: readonly string[], wanted: readonly string[], at: number): boolean {
  if (at < 0 || at + wanted.length > texts.length) return false;
  return wanted.every((text, offset) => texts[at + offset] === text);
}

/** The lines of a file as small integers, with the sorted places of each distinct line. */
export class LineIndex {
  readonly #idOf = new Map<string, number>();
  readonly #ids: Int32Array;
  /** The places of line id `i` are `#places[#starts[i] .. #starts[i + 1])`, ascending. */
  readonly #starts: Int32Array;
  readonly #places: Int32Array;
  #comparisons = 0;

  constructor(texts: readonly string[]) {
    this.#ids = Int32Array.from(texts, (text) => {
      const id = this.#idOf.get(text) ?? this.#idOf.size;
      if (id === this.#idOf.size) this.#idOf.set(text, id);
      return id;
    });
    this.#starts = new Int32Array(this.#idOf.size + 1);
    for (const id of this.#ids) this.#starts[id + 1]! += 1;
    for (let id = 0; id < this.#idOf.size; id++) this.#starts[id + 1]! += this.#starts[id]!;
    this.#places = new Int32Array(texts.length);
    const filled = this.#starts.slice();
    this.#ids.forEach((id, place) => this.#places[filled[id]!++] = place);
  }

  /**
   * The first `max` lines at or after `from` where `wanted` (not empty) stands.
   * Walks the places of its rarest line only.
   */
  find(wanted: readonly string[], { from, max }: { from: number; max: number }): number[] {
    const ids = Int32Array.from(wanted, (text) => this.#idOf.get(text) ?? -1);
    const rarest = this.#rarest(ids);
    const found: number[] = [];
    if (rarest === -1) return found;
    const end = this.#starts[ids[rarest]! + 1]!;
    for (let i = this.#firstPlace(ids[rarest]!, from + rarest); i < end && found.length < max; i++) {
      const at = this.#places[i]! - rarest;
      if (this.#matches(ids, at)) found.push(at);
    }
    return found;
  }

  /** Where most lines of `wanted` stand in order; of equally good places the one nearest to `near`. */
  nearest(wanted: readonly string[], near: number): number | undefined {
    const votes = this.#vote(wanted, COMMON_LINE_MIN);
    if (votes.size === 0) { for (const [at, count] of this.#vote(wanted, VOTES_MAX)) votes.set(at, count); }
    let best: number | undefined;
    for (const [at, count] of votes) {
      const lead = best === undefined ? 1 : count - votes.get(best)!;
      if (lead > 0 || (lead === 0 && Math.abs(at - near) < Math.abs(best! - near))) best = at;
    }
    return best;
  }

  /** How many lines of `wanted` speak for each place, leaving out lines that occur too often. */
  #vote(wanted: readonly string[], occurrencesMax: number): Map<number, number> {
    const votes = new Map<number, number>();
    let cast = 0;
    for (const [offset, text] of wanted.entries()) {
      const id = this.#idOf.get(text);
      if (id === undefined || this.#starts[id + 1]! - this.#starts[id]! > occurrencesMax) continue;
      for (let i = this.#starts[id]!; i < this.#starts[id + 1]! && cast < VOTES_MAX; i++, cast++) {
        const at = this.#places[i]! - offset;
        if (at >= 0) votes.set(at, (votes.get(at) ?? 0) + 1);
      }
    }
    return votes;
  }

  /** The offset of the line with the fewest places, or -1 when a line does not occur at all. */
  #rarest(ids: Int32Array): number {
    let best = -1;
    let bestCount = Infinity;
    for (const [offset, id] of ids.entries()) {
      if (id === -1) return -1;
      const count = this.#starts[id + 1]! - this.#starts[id]!;
      if (count < bestCount) [best, bestCount] = [offset, count];
    }
    return best;
  }

  /** Index into `#places` of the first place of `id` at or after `from`. */
  #firstPlace(id: number, from: number): number {
    let low = this.#starts[id]!;
    let high = this.#starts[id + 1]!;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#places[middle]! < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #matches(ids: Int32Array, at: number): boolean {
    if (at < 0 || at + ids.length > this.#ids.length) return false;
    let offset = 0;
    while (offset < ids.length && this.#ids[at + offset] === ids[offset]) offset++;
    this.#comparisons += offset + 1;
    if (this.#comparisons > COMPARISONS_MAX) throw new SearchTooLong();
    return offset === ids.length;
  }
}
