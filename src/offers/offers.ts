/** What the server offers beside its tools, put together. */
import type { Changes } from "../mcp/changes.ts";
import type { ServerParts } from "../mcp/server_parts.ts";
import type { ProjectFiles } from "../repo/project_files.ts";
import type { RepoRoot } from "../repo/root.ts";
import type { GatePolicy } from "../ops/gates/gate_policy.ts";
import type { Why } from "../ops/why/why.ts";
import type { Store } from "../store/store.ts";
import { AllResources } from "./all_resources.ts";
import { commitMessage } from "./commit_message.ts";
import { OfferCompletions } from "./completions.ts";
import { explainCanary } from "./explain_canary.ts";
import type { OfferContext } from "./offer_context.ts";
import { Overview } from "./overview.ts";
import { planRelease } from "./plan_release.ts";
import { PromptBook } from "./prompt_book.ts";
import type { ReleaseChanges } from "./release_changes.ts";
import { ReleaseIds } from "./release_ids.ts";
import { ReleaseResources } from "./release_resources.ts";
import type { RepoChanges } from "./repo_changes.ts";
import { RepoResources } from "./resources.ts";
import { reviewChanges } from "./review_changes.ts";

/** What the offers are made of. */
export interface OfferParts {
  readonly root: RepoRoot;
  readonly project: ProjectFiles;
  readonly changes: Changes;
  readonly repoChanges: RepoChanges;
  readonly store: Store;
  readonly releaseChanges: ReleaseChanges;
  readonly why: Why;
  /** What the repository says of its gates now. */
  readonly gatePolicy: () => GatePolicy;
}

/** The parts of a protocol server that are no tools. */
export type Offers = Required<
  Pick<ServerParts<OfferContext>, "resources" | "prompts" | "completions" | "changes">
>;

/** Makes the offers. */
export function createOffers(parts: OfferParts): Offers {
  const { root, project, changes, repoChanges, store, why } = parts;
  const folderName = root.real.slice(root.real.lastIndexOf("/") + 1);
  const overview = new Overview({ folderName, project });
  const ids = new ReleaseIds(store);
  const prompts = new PromptBook([
    reviewChanges({ project }),
    commitMessage(),
    explainCanary({ why, ids }),
    planRelease({ ...parts, ids }),
  ]);
  const repo = new RepoResources({ root, project, overview, changes: repoChanges });
  const release = new ReleaseResources({ store, changes: parts.releaseChanges });
  return {
    resources: new AllResources({ repo, release }),
    prompts,
    completions: new OfferCompletions({ project, prompts, ids }),
    changes: { source: changes, lists: ["resources"] },
  };
}
