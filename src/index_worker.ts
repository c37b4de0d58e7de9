/** The indexer's side of its cage: gets the root, the index and one end of a port to the app, and works until it is told to stop. */
import type { Clock } from "./core/clock.ts";
import { lineLog, type LogFormat } from "./core/log.ts";
import type { LineWriter } from "./line_writer.ts";
import { IndexService } from "./search/index/index_service.ts";

/** What the launcher tells the indexer, once. */
export interface IndexerStart {
  /** Real path of the root. */
  readonly root: string;
  /** Absolute path of the index. */
  readonly path: string;
  readonly logFormat: LogFormat;
  /** The app is at its other end. */
  readonly port: MessagePort;
}

/** What the indexer tells the launcher. */
export type FromIndexWorker =
  /** Its code is loaded, and waits. */
  | { readonly type: "loaded" }
  /** It has nothing more to do. */
  | { readonly type: "ended" };

/** The part of a worker's global scope that is needed here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<IndexerStart>) => void) | null;
  postMessage(message: FromIndexWorker): void;
}

/** Indexes as the worker that this module runs in. What goes wrong ends the worker: the launcher starts another one. */
export function runIndexWorker(
  scope: WorkerScope,
  { clock, stderr }: { clock: Clock; stderr: LineWriter },
): void {
  scope.onmessage = async ({ data: { logFormat, ...start } }) => {
    const writeLine = (line: string) => stderr.write(line);
    const log = lineLog({ format: logFormat, now: clock.now, writeLine });
    await new IndexService({ ...start, clock, log }).run();
    scope.postMessage({ type: "ended" });
  };
  scope.postMessage({ type: "loaded" });
}
