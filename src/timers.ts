/** The runtime's timers. */

/** Calls `run` after so many milliseconds, unless the returned function is called before. */
export function later(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
