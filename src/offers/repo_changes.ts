/** Tells clients what has become of the resources, when something of this server's has changed them. */
import { CHANGE_QUIET_MS } from "../core/limits.ts";
import type { Changes } from "../mcp/changes.ts";
import type { TouchedFile } from "../repo/file_store.ts";
import { type Later, QuietPeriod } from "./quiet_period.ts";
import { REPO_URI } from "./resource_uri.ts";

/** Which addresses are watched, and who is told. */
export class RepoChanges {
  readonly #changes: Changes;
  readonly #list: QuietPeriod;
  readonly #overview: QuietPeriod;
  /** Addresses by the path that they lead to, each with the number of its watches. */
  readonly #watched = new Map<string, Map<string, number>>();

  constructor(parts: { changes: Changes; later: Later }) {
    const { changes, later } = parts;
    this.#changes = changes;
    const quiet = { ms: CHANGE_QUIET_MS, later };
    this.#list = new QuietPeriod({ ...quiet, tell: () => changes.announce({ kind: "resources" }) });
    this.#overview = new QuietPeriod({
      ...quiet,
      tell: () => changes.announce({ kind: "resource", uri: REPO_URI }),
    });
  }

  /**
   * Watches the address of a file until the returned function is called.
   *
   * @param paths Where the address leads: a link's own path, and that of its target.
   */
  watch(uri: string, paths: Iterable<string>): () => void {
    const counted = new Set(paths);
    for (const path of counted) {
      const uris = this.#watched.get(path) ?? new Map<string, number>();
      this.#watched.set(path, uris.set(uri, (uris.get(uri) ?? 0) + 1));
    }
    return () => {
      for (const path of counted) this.#unwatch(uri, path);
      counted.clear();
    };
  }

  /** Files were written, moved or removed. */
  filesTouched(files: readonly TouchedFile[]): void {
    // A client that watches one file under two names hears of each; of one name it hears once.
    const uris = new Set(files.flatMap(({ path }) => [...this.#watched.get(path)?.keys() ?? []]));
    for (const uri of uris) this.#changes.announce({ kind: "resource", uri });
    if (files.some(({ became }) => became !== "changed")) this.#list.touch();
    this.#overview.touch();
  }

  /** A commit was made. */
  committed(): void {
    this.#overview.touch();
  }

  /** Nothing is told any more. */
  close(): void {
    this.#list.close();
    this.#overview.close();
  }

  #unwatch(uri: string, path: string): void {
    const uris = this.#watched.get(path);
    const count = uris?.get(uri) ?? 0;
    if (count > 1) uris?.set(uri, count - 1);
    else uris?.delete(uri);
    if (uris?.size === 0) this.#watched.delete(path);
  }
}
