/** The life of the indexer's worker, as the launcher sees it: started beside the app, joined to it by a port, started again. */
import type { Log } from "../core/log.ts";
import { indexFiles, indexPath } from "./index_place.ts";
import type { FromIndexWorker, IndexerStart } from "../index_worker.ts";
import type { AppSettings } from "../sandbox.ts";
import { RestartPause } from "./restart_pause.ts";

/** What an indexer is started with. */
export interface IndexProcessOptions {
  /** The entry module, which is also the worker's. */
  readonly entry: string;
  readonly settings: AppSettings;
  readonly log: Log;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsed: () => number;
  /** Told of the port to each indexer: to the first one, and to any that takes the place of one that crashed. */
  readonly onPort: (port: MessagePort) => void;
}

/** Permissions of the indexer: it reads the root, and writes the index. What is not named is refused. */
export function indexerPermissions(
  settings: Pick<AppSettings, "root" | "config">,
): Deno.PermissionOptionsObject {
  const files = indexFiles(settings);
  return {
    read: [settings.root, ...files],
    write: files,
    net: false,
    run: false,
    env: false,
    sys: false,
    ffi: false,
    import: false,
  };
}

/** See the module. */
export class IndexProcess implements Disposable {
  readonly #options: IndexProcessOptions;
  #worker: Worker | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #pause: RestartPause;
  #isRenewed = false;

  constructor(options: IndexProcessOptions) {
    this.#options = options;
    this.#pause = new RestartPause(options.elapsed);
    this.#start();
  }

  /** Ends it at once: the app has told it to finish. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
  }

  #start(): void {
    const { entry, settings, log, onPort } = this.#options;
    const { port1, port2 } = new MessageChannel();
    const permissions = indexerPermissions(settings);
    const worker = new Worker(entry, { type: "module", name: "indexer", deno: { permissions } });
    let isStarted = false;
    worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      const type = typeOf(data);
      if (type !== "loaded") worker.terminate();
      if (type === "failed" || type === "spent" && this.#isRenewed) this.#startAgain();
      else if (type === "spent") this.#renew();
      // Said twice, it would be handed a port that it has.
      if (type !== "loaded" || isStarted) return;
      isStarted = true;
      const { root, config: { logFormat } } = settings;
      const start: IndexerStart = { root, path: indexPath(settings), logFormat, port: port1 };
      worker.postMessage(start, [port1]);
      onPort(port2);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      log({ msg: "bug", stack: event.message });
      worker.terminate();
      this.#startAgain();
    };
    this.#worker = worker;
    this.#pause.started();
  }

  /** At once, and once: an index that is built again and again is a failure like others. */
  #renew(): void {
    this.#isRenewed = true;
    this.#start();
  }

  #startAgain(): void {
    const ms = this.#pause.failed();
    this.#options.log({ msg: "note", text: `the indexer is started again in ${ms / 1000} s` });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), ms);
  }
}

/** What a message says that it is: code that has got into the worker may send anything. */
function typeOf(data: unknown): FromIndexWorker["type"] | undefined {
  const types: readonly FromIndexWorker["type"][] = ["loaded", "ended", "spent", "failed"];
  const type = typeof data === "object" && data !== null && "type" in data ? data.type : undefined;
  return types.find((known) => known === type);
}
