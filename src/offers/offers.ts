/** What the server offers beside its tools, put together. */
import type { Changes } from "../mcp/changes.ts";
import type { ServerParts } from "../mcp/server_parts.ts";
import type { ProjectFiles } from "../repo/project_files.ts";
import type { RepoRoot } from "../repo/root.ts";
import { commitMessage } from "./commit_message.ts";
import { OfferCompletions } from "./completions.ts";
import type { OfferContext } from "./offer_context.ts";
import { Overview } from "./overview.ts";
import { PromptBook } from "./prompt_book.ts";
import type { RepoChanges } from "./repo_changes.ts";
import { RepoResources } from "./resources.ts";
import { reviewChanges } from "./review_changes.ts";

/** What the offers are made of. */
export interface OfferParts {
  readonly root: RepoRoot;
  readonly project: ProjectFiles;
  readonly changes: Changes;
  readonly repoChanges: RepoChanges;
}

/** The parts of a protocol server that are no tools. */
export type Offers = Required<
  Pick<ServerParts<OfferContext>, "resources" | "prompts" | "completions" | "changes">
>;

/** Makes the offers. */
export function createOffers(parts: OfferParts): Offers {
  const { root, project, changes, repoChanges } = parts;
  const folderName = root.real.slice(root.real.lastIndexOf("/") + 1);
  const overview = new Overview({ folderName, project });
  const prompts = new PromptBook([reviewChanges({ project }), commitMessage()]);
  return {
    resources: new RepoResources({ root, project, overview, changes: repoChanges }),
    prompts,
    completions: new OfferCompletions({ project, prompts }),
    changes: { source: changes, lists: ["resources"] },
  };
}
