/** Completion of a path from the project's files. */
import type { ProjectFiles } from "../repo/project_files.ts";
import { orProtocolError } from "./failures.ts";
import type { OfferContext } from "./offer_context.ts";

/** Paths that begin with what was typed, then those that hold it anywhere, whatever its case; each in their order. */
export function completePath(
  typed: string,
  project: ProjectFiles,
  context: OfferContext,
): Promise<string[]> {
  return orProtocolError(() => fittingPaths(typed, project, context));
}

async function fittingPaths(
  typed: string,
  project: ProjectFiles,
  { files: { root }, signal }: OfferContext,
): Promise<string[]> {
  const { paths } = await project.list("", signal);
  const lower = typed.toLowerCase();
  const begins: string[] = [];
  const holds: string[] = [];
  for (const path of paths) {
    if (!root.mayRead(path)) continue;
    if (path.startsWith(typed)) begins.push(path);
    else if (path.toLowerCase().includes(lower)) holds.push(path);
  }
  return [...begins, ...holds];
}
