/** Every resource: the repository's files and overview, and the records of the release loop. */
import { RESOURCE_PAGE_FILES_MAX } from "../core/limits.ts";
import type { Scope } from "../core/scope.ts";
import { type Page, pageOf, type ResourceProvider, type Unwatch, type WireObject } from "../mcp/providers.ts";
import type { OfferContext } from "./offer_context.ts";
import { RECORD_TEMPLATES, type ReleaseResources } from "./release_resources.ts";
import { FILE_TEMPLATES, type RepoResources } from "./resources.ts";
import { recordOfUri } from "./resource_uri.ts";

const TEMPLATES = [...FILE_TEMPLATES, ...RECORD_TEMPLATES];

/** See the module. Only files are listed: jobs and canaries have tools that list them by what one looks for. */
export class AllResources implements ResourceProvider<OfferContext> {
  readonly #repo: RepoResources;
  readonly #release: ReleaseResources;

  constructor(parts: { readonly repo: RepoResources; readonly release: ReleaseResources }) {
    this.#repo = parts.repo;
    this.#release = parts.release;
  }

  get cache() {
    return this.#repo.cache;
  }

  get readCache() {
    return this.#repo.readCache;
  }

  list(cursor: string | undefined, context: OfferContext): Promise<Page<WireObject>> {
    return this.#repo.list(cursor, context);
  }

  async listTemplates(cursor: string | undefined): Promise<Page<WireObject>> {
    return pageOf(TEMPLATES, { cursor, size: RESOURCE_PAGE_FILES_MAX });
  }

  scopeOf(uri: string): Scope {
    return recordOfUri(uri) === undefined ? "read" : "ops";
  }

  read(uri: string, context: OfferContext): Promise<readonly WireObject[] | undefined> {
    return recordOfUri(uri) === undefined ? this.#repo.read(uri, context) : this.#release.read(uri);
  }

  watch(uri: string): Unwatch | undefined | Promise<Unwatch | undefined> {
    return recordOfUri(uri) === undefined ? this.#repo.watch(uri) : this.#release.watch(uri);
  }
}
