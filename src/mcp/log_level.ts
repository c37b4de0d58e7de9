/** Severities of log messages to clients: those of RFC 5424 (MCP, server/utilities/logging). */

const LEVELS = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"] as const;

/** A severity, the least first. */
export type LogLevel = (typeof LEVELS)[number];

/** Whether a value names a severity. */
export function isLogLevel(value: unknown): value is LogLevel {
  return LEVELS.some((level) => level === value);
}

/** Whether a message of `level` is wanted by a client that asked for `threshold` and above. */
export function isAtLeast(level: LogLevel, threshold: LogLevel): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(threshold);
}
