/** What an operator does about a Prometheus that could not be asked: which variable, and what about it. */
import type { MonitorErrorCode } from "../slo_monitor.ts";

const WHAT_TO_DO: Readonly<Partial<Record<MonitorErrorCode, string>>> = {
  timeout: "see that Prometheus runs where PROM_URL says, and is not overloaded",
  network: "see that Prometheus runs where PROM_URL says",
  http_5xx: "see that Prometheus is well where PROM_URL says",
  http_4xx: "see that PROM_URL is the address of Prometheus itself, without /api/v1",
  bad_response: "see that PROM_URL is the address of Prometheus itself, without /api/v1",
  auth: "let this server in with PROM_BEARER or PROM_HEADERS",
  clock_skew: "set both clocks by NTP",
  partial_data: "PROM_ALLOW_WARNINGS=1 takes such data all the same",
};

/** The end of a sentence, with what it is set off by; empty where what was found says it. */
export function whatToDo(code: MonitorErrorCode): string {
  const advice = WHAT_TO_DO[code];
  return advice === undefined ? "" : `; ${advice}`;
}
