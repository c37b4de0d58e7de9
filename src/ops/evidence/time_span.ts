/** A span of time as somebody asks for it: `from=30d&to=now`. */

/** From inclusive, to exclusive, in milliseconds since 1970. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** The last moment that a `Date` can hold (ECMA-262, section 21.4.1.1). */
const LATEST_MS = 8.64e15;

/**
 * A day, or a moment with its offset from UTC: a time of day without one would mean another moment on every machine.
 */
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Reads a span. Each end is `now`, an age (`90s`, `15m`, `12h`, `30d`, `4w`), a day or a moment of ISO 8601. The span
 * ends now at the latest, so that it holds the same rows whenever it is looked at.
 */
export function parseSpan(
  { from, to }: { readonly from: string; readonly to: string },
  now: number,
): TimeSpan | { readonly problem: string } {
  const start = parseMoment(from, now);
  if (start === undefined) return { problem: unreadable("from", from) };
  const end = parseMoment(to, now);
  if (end === undefined) return { problem: unreadable("to", to) };
  if (start >= end) {
    return {
      problem: `Cannot export from "${from}" to "${to}": "from" is ${
        start === end ? "the same moment as" : "later than"
      } "to"`,
    };
  }
  return { from: start, to: Math.min(end, now) };
}

function parseMoment(text: string, now: number): number | undefined {
  if (text === "now") return now;
  const age = /^(\d{1,9})([smhdw])$/.exec(text);
  if (age !== null) return Math.max(0, now - Number(age[1]) * (UNIT_MS[age[2] ?? ""] ?? NaN));
  if (!MOMENT.test(text)) return undefined;
  const moment = Date.parse(text);
  // Date.parse takes the 31st of February for a day in March.
  const isReal = Number.isFinite(moment) && Math.abs(moment) <= LATEST_MS &&
    new Date(Date.parse(text.slice(0, 10))).toISOString().startsWith(text.slice(0, 10));
  return isReal ? Math.max(0, moment) : undefined;
}

function unreadable(name: string, text: string): string {
  return `Cannot read "${name}": "${
    text.slice(0, 100)
  }" is neither now, nor an age such as 30d (s, m, h, d, w), nor a ` +
    "day or moment such as 2026-03-01 or 2026-03-01T12:00:00Z";
}
