/** Time and ids come in as values, so that tests state the exact outcome. */

/** Milliseconds since 1970-01-01T00:00:00Z: for what is shown, stored or signed. */
export type Now = () => number;

/** Both clocks of the machine. */
export interface Clock {
  readonly now: Now;
  /** Milliseconds, with fractions, since some moment; it never goes back: for durations. */
  readonly elapsed: () => number;
}

/** A fresh id of letters, digits and `-`: unguessable, and unique across restarts. */
export type NewId = () => string;

/** Calls `run` once, after so many milliseconds, unless the returned function is called before. */
export type Later = (run: () => void, ms: number) => () => void;
