/** The signals that end a server: the first asks it to finish what it does, the next one cuts that short. */

/**
 * How long the signal of before is taken for the same one. A terminal sends Ctrl-C to every process of its group, and
 * `deno task` and `npx` hand theirs on to the server, which so hears of one Ctrl-C up to three times.
 */
const ECHO_MS = 500;

/** Who is told. */
export interface StopListener {
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number;
  readonly first: (signal: Deno.Signal) => void;
  /** Somebody has asked again: later, or by another signal. */
  readonly second: () => void;
}

/** Listens until it is disposed of. */
export function onStopSignals(listener: StopListener): Disposable {
  // Windows has no SIGTERM to listen for.
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  const hear = stopSignalHearer(listener);
  const removers = signals.map((signal) => {
    const heard = () => hear(signal);
    Deno.addSignalListener(signal, heard);
    return () => Deno.removeSignalListener(signal, heard);
  });
  return { [Symbol.dispose]: () => removers.forEach((remove) => remove()) };
}

/** Takes each signal, and tells first from second. */
export function stopSignalHearer({ elapsed, first, second }: StopListener): (signal: Deno.Signal) => void {
  let asked: { readonly signal: Deno.Signal; readonly at: number } | undefined;
  return (signal) => {
    if (asked === undefined) {
      asked = { signal, at: elapsed() };
      first(signal);
    } else if (signal !== asked.signal || elapsed() - asked.at > ECHO_MS) second();
  };
}
