/** The variables of canaries: who measures them, and by which rules they are judged. */
import { ConfigReader } from "./config_reader.ts";
import { parsePrometheusConfig, PROMETHEUS_VARIABLES, type PrometheusConfig } from "./prometheus_config.ts";

/** The variables that this area reads. */
export const CANARY_VARIABLES = [
  "LUKHAS_SLO_MONITOR",
  "MCP_CANARY_INTERVAL_MS",
  "MCP_CANARY_MIN_REQUESTS",
  "MCP_CANARY_OUTAGE_MS",
  "MCP_CANARY_ASSURANCE",
  "MCP_CANARY_ON_INCONCLUSIVE",
  "MCP_CANARIES_MAX",
  ...PROMETHEUS_VARIABLES,
] as const;

type CanaryRecord = Readonly<Partial<Record<(typeof CANARY_VARIABLES)[number], string | undefined>>>;

/** How canaries are measured and judged. */
export interface CanaryConfig {
  readonly monitor: "simulated" | "prometheus";
  /** Undefined where Prometheus has no address; `monitor` is then `simulated`. */
  readonly prometheus: PrometheusConfig | undefined;
  /** Between two ticks, in milliseconds; undefined: as the window is long. */
  readonly intervalMs: number | undefined;
  /** Fewer requests decide nothing. */
  readonly minRequests: number;
  /** How long a monitor fails before that is an outage, in milliseconds. */
  readonly outageMs: number;
  /** Whether a good window is enough, or has to be proof. */
  readonly assurance: "observed" | "demonstrated";
  readonly onInconclusive: "rollback" | "hold";
  /** Canaries that run at the same time. */
  readonly runningMax: number;
}

/** Reads the variables of canaries; what makes no sense is noted in `problems`. */
export function parseCanaryConfig(record: CanaryRecord, problems: string[]): CanaryConfig {
  const read = new ConfigReader(record, problems);
  const prometheus = parsePrometheusConfig(record, problems);
  const monitor = read.text("LUKHAS_SLO_MONITOR") === undefined
    ? prometheus === undefined ? "simulated" : "prometheus"
    : read.choice("LUKHAS_SLO_MONITOR", ["simulated", "prometheus"]);
  if (monitor === "prometheus" && prometheus === undefined && read.text("PROM_URL") === undefined) {
    read.refuse("LUKHAS_SLO_MONITOR", monitor, "needs PROM_URL, the address of Prometheus");
  }
  return {
    monitor,
    prometheus,
    intervalMs: read.text("MCP_CANARY_INTERVAL_MS") === undefined
      ? undefined
      : read.integer("MCP_CANARY_INTERVAL_MS", { fallback: 1_000, min: 100, max: 3_600_000 }),
    minRequests: read.integer("MCP_CANARY_MIN_REQUESTS", { fallback: 50, min: 1, max: 1_000_000_000 }),
    outageMs: read.integer("MCP_CANARY_OUTAGE_MS", { fallback: 300_000, min: 0, max: 86_400_000 }),
    assurance: read.choice("MCP_CANARY_ASSURANCE", ["observed", "demonstrated"]),
    onInconclusive: read.choice("MCP_CANARY_ON_INCONCLUSIVE", ["rollback", "hold"]),
    runningMax: read.integer("MCP_CANARIES_MAX", { fallback: 100, min: 1, max: 10_000 }),
  };
}
