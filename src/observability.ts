/** Puts together what people and machines watch this server by: live events, metrics, evidence, and the word why. */
import type { Clock } from "./core/clock.ts";
import { EventRoute } from "./http/event_route.ts";
import { evidenceRoute, type ExportEvidence } from "./http/evidence_route.ts";
import { metricsRoute } from "./http/metrics_route.ts";
import type { RequestMeter, Route } from "./http/route.ts";
import type { Figure } from "./metrics/figure.ts";
import { RequestLedger } from "./metrics/request_ledger.ts";
import type { Evidence } from "./ops/evidence/evidence.ts";
import { EventHub } from "./ops/live/event_hub.ts";
import { Why } from "./ops/why/why.ts";
import type { IndexReceipt } from "./search/receipt.ts";
import type { Subject } from "./store/event.ts";
import type { Store } from "./store/store.ts";

/** What is watched. */
export interface ObservabilityParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly version: string;
  readonly onBug: (error: unknown) => void;
  /** How it stands with the search's index. */
  readonly indexReceipt: () => IndexReceipt;
}

/** See the module. */
export interface Observability {
  readonly why: Why;
  readonly routes: ReadonlyMap<string, Route>;
  readonly meter: RequestMeter;
  /** Ends the streams of live events. */
  endStreams(): void;
  /** Ends those of keys that are gone, or good for other things than before. */
  endCallers(callers: ReadonlySet<string | undefined>): void;
}

/** Makes it. */
export function createObservability(parts: ObservabilityParts): Observability {
  const { store, clock, version, onBug, indexReceipt } = parts;
  const hub = new EventHub({ events: store.events, exists: (subject) => exists(store, subject) });
  const events = new EventRoute({ feed: hub, onBug });
  const ledger = new RequestLedger();
  // What writes zips and metrics takes long to load, and many a server never needs it.
  let evidence: Promise<Evidence> | undefined;
  const exportEvidence: ExportEvidence = async (span) => {
    evidence ??= import("./ops/evidence/evidence.ts").then(({ Evidence }) =>
      new Evidence({ store, now: clock.now, version })
    );
    return (await evidence).export(span);
  };
  const readMetrics = async () => {
    const { expose, EXPOSITION_TYPE } = await import("./metrics/exposition.ts");
    const figures = [
      { name: "lukhas_mcp_info", help: "The server's version", samples: [{ labels: { version }, value: 1 }] },
      openStreams(events),
      ...indexFigures(indexReceipt()),
      ...await storeFigures(store),
    ];
    return { text: await expose(ledger, figures), type: EXPOSITION_TYPE };
  };
  return {
    why: new Why(store),
    routes: new Map<string, Route>([
      ["/sse", events],
      ["/metrics", metricsRoute(readMetrics)],
      ["/evidence/export", evidenceRoute(exportEvidence)],
    ]),
    meter: ledger,
    endStreams: () => hub.end(),
    endCallers: (callers) => events.endCallers(callers),
  };
}

async function exists({ jobs, canaries }: Store, subject: Subject): Promise<boolean> {
  const id = subject.slice(subject.indexOf("/") + 1);
  return (subject.startsWith("job/") ? await jobs.get(id) : await canaries.get(id)) !== undefined;
}

function openStreams({ size }: EventRoute): Figure {
  return {
    name: "lukhas_mcp_open_streams",
    help: "Open streams of live events",
    samples: [{ labels: { route: "/sse" }, value: size }],
  };
}

function indexFigures({ files, pending }: IndexReceipt): Figure[] {
  return [
    { name: "lukhas_mcp_index_files", help: "Files in the search's index", samples: [{ value: files }] },
    {
      name: "lukhas_mcp_index_pending_files",
      help: "Files that the index does not have as they are",
      samples: [{ value: pending }],
    },
  ];
}

async function storeFigures(store: Store): Promise<Figure[]> {
  const [jobs, canaries, sizes, lastEventId] = await Promise.all([
    store.jobs.counts(),
    store.canaries.counts(),
    store.sizes(),
    store.events.lastId(),
  ]);
  const { kind } = store;
  return [
    byStatus("lukhas_mcp_jobs", "Jobs that are kept, by status", jobs),
    byStatus("lukhas_mcp_canaries", "Canaries, by status", canaries),
    { name: "lukhas_mcp_store_audits", help: "Audits that are kept", samples: [{ value: sizes.audits }] },
    { name: "lukhas_mcp_store_events", help: "Events that are kept", samples: [{ value: sizes.events }] },
    {
      name: "lukhas_mcp_store_bytes",
      help: "Size of the store, by what keeps it",
      samples: [{ labels: { kind }, value: sizes.bytes }],
    },
    {
      name: "lukhas_mcp_store_last_event_id",
      help: "Id of the newest event",
      samples: [{ value: lastEventId }],
    },
  ];
}

function byStatus(name: string, help: string, counts: Readonly<Record<string, number>>): Figure {
  const samples = Object.entries(counts).map(([status, value]) => ({ labels: { status }, value }));
  return { name, help, samples };
}
