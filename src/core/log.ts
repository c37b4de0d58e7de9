/** The closed set of things that the server writes to its log. Never arguments, results, headers or bodies. */
import type { Now } from "./clock.ts";

/** One line of the log. `at` is milliseconds since 1970; every duration is in milliseconds. */
export type LogEvent =
  | { readonly msg: "listening"; readonly url: string; readonly version: string; readonly durationMs: number }
  | {
    readonly msg: "request";
    /** The id that an internal error shows to the caller. */
    readonly requestId: string;
    /** `POST /mcp` and the like, or `stdio`; the query string is left out, as it may hold a key. */
    readonly route: string;
    /** The JSON-RPC method, where there was one. */
    readonly method?: string;
    readonly tool?: string;
    /** Of HTTP. */
    readonly status?: number;
    /** The tool's error code, or the JSON-RPC error's number. */
    readonly error?: string | number;
    readonly durationMs: number;
    /** The first characters of the key's SHA-256, where a key was sent. */
    readonly key?: string;
  }
  | { readonly msg: "bug"; readonly requestId?: string; readonly stack: string }
  | { readonly msg: "note"; readonly text: string }
  /** The keys that hold from now on. `names`: of those that have one, each once. */
  | { readonly msg: "keys"; readonly count: number; readonly names: readonly string[] }
  | { readonly msg: "stopping"; readonly reason: string }
  | { readonly msg: "stopped"; readonly durationMs: number };

/** Where log events go. */
export type Log = (event: LogEvent) => void;

/** How log events are written: one JSON object a line, one readable line, or not at all. */
export type LogFormat = "json" | "pretty" | "off";

/** A log that hands its lines to `writeLine`. */
export function lineLog(
  { format, now, writeLine }: { format: LogFormat; now: Now; writeLine: (line: string) => void },
): Log {
  return (event) => {
    const line = formatLogLine(event, { format, at: now() });
    if (line !== undefined) writeLine(line);
  };
}

/** The line for an event, or undefined when nothing is to be written. */
export function formatLogLine(
  event: LogEvent,
  options: { format: LogFormat; at: number },
): string | undefined {
  const time = new Date(options.at).toISOString();
  switch (options.format) {
    case "off":
      // The address is how a supervisor learns the port, and a bug must never be silent.
      return event.msg === "listening" || event.msg === "bug"
        ? JSON.stringify({ time, ...event })
        : undefined;
    case "json":
      return JSON.stringify({ time, ...event });
    case "pretty":
      return prettyLine(event, time.slice(11, 23));
    default:
      return options.format satisfies never;
  }
}

function prettyLine(event: LogEvent, time: string): string {
  switch (event.msg) {
    case "listening":
      return `${time} listening on ${event.url} (lukhas-mcp ${event.version}, ${
        event.durationMs.toFixed(0)
      } ms)`;
    case "request": {
      const parts = [event.route, event.method, event.tool, event.status];
      const what = parts.filter((part) => part !== undefined).join(" ");
      const error = event.error === undefined ? "" : ` error=${event.error}`;
      const key = event.key === undefined ? "" : ` key=${event.key}`;
      return `${time} ${what}${error} ${event.durationMs.toFixed(1)} ms${key}`;
    }
    case "bug":
      return `${time} bug: ${event.stack}`;
    case "note":
      return `${time} ${event.text}`;
    case "keys":
      return `${time} keys that hold: ${event.count} (${event.names.join(", ") || "without names"})`;
    case "stopping":
      return `${time} stopping: ${event.reason}`;
    case "stopped":
      return `${time} stopped after ${event.durationMs.toFixed(0)} ms`;
    default:
      return event satisfies never;
  }
}
