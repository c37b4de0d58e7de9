/** The indexer's side of its cage: gets the root, the index and one end of a port to the app, and works until it is told to stop. */
import type { Clock } from "./core/clock.ts";
import { lineLog, type LogEvent, type LogFormat } from "./core/log.ts";
import type { LineWriter } from "./line_writer.ts";
import { isFileSystemError } from "./repo/fs_error.ts";
import { IndexService } from "./search/index/index_service.ts";
import { systemReason } from "./core/system_reason.ts";

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

/** What the indexer tells the launcher. What it failed of it has logged itself. */
export type FromIndexWorker =
  /** Its code is loaded, and waits. */
  | { readonly type: "loaded" }
  /** It has nothing more to do. */
  | { readonly type: "ended" }
  /** It has built an index. What that took of memory goes with it, and another one is to take its place at once. */
  | { readonly type: "spent" }
  | { readonly type: "failed" };

/** The part of a worker's global scope that is needed here. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<IndexerStart>) => void) | null;
  postMessage(message: FromIndexWorker): void;
}

/** Indexes as the worker that this module runs in. When it fails, the launcher starts another one. */
export function runIndexWorker(
  scope: WorkerScope,
  { clock, stderr }: { clock: Clock; stderr: LineWriter },
): void {
  scope.onmessage = async ({ data: { logFormat, ...start } }) => {
    const writeLine = (line: string) => stderr.write(line);
    const log = lineLog({ format: logFormat, now: clock.now, writeLine });
    try {
      scope.postMessage({ type: await new IndexService({ ...start, clock, log, isReplaced: true }).run() });
    } catch (error) {
      log(failureOf(error));
      scope.postMessage({ type: "failed" });
    }
  };
  scope.postMessage({ type: "loaded" });
}

/** What the system says names paths, which no log is to show: "Directory not empty (os error 39): remove '…'". */
function failureOf(error: unknown): LogEvent {
  if (!isFileSystemError(error)) {
    return { msg: "bug", stack: error instanceof Error ? error.stack ?? error.message : String(error) };
  }
  return { msg: "note", text: `the indexer failed: ${systemReason(error)}` };
}
