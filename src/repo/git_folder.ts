/** A git folder that has another name than `.git` and lies inside the root. */

/**
 * The folder that the root's `.git` file points to, relative to the root, where it lies below the root
 * (`git init --separate-git-dir`): no tool may touch it either. Empty where there is none.
 */
export function separateGitFolder(root: string): string[] {
  const pointer = readPointer(`${root}/.git`);
  const target = /^gitdir: (.+?)\n?$/.exec(pointer)?.[1];
  if (target === undefined) return [];
  const folder = target.startsWith("/") ? target : new URL(target, `file://${root}/`).pathname;
  return folder.startsWith(`${root}/`) ? [folder.slice(root.length + 1).replace(/\/+$/, "")] : [];
}

function readPointer(path: string): string {
  try {
    return Deno.lstatSync(path).isFile ? Deno.readTextFileSync(path) : "";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
