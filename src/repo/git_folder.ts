/** A git folder that has another name than `.git` and lies inside the root. */

/**
 * Where the root's `.git` leads when it is no folder itself (a link, or the file of `git init --separate-git-dir` and
 * of linked worktrees), and the common folder behind that: no tool may touch these either. Real paths, relative to
 * the root; what lies outside the root is out of every tool's reach anyway, and left out.
 */
export function separateGitFolder(root: string): string[] {
  const folder = gitFolder(`${root}/.git`);
  if (folder === undefined) return [];
  const common = realPath(resolved(firstLine(`${folder}/commondir`), folder));
  return [folder, common].flatMap((path) =>
    path !== undefined && path.startsWith(`${root}/`) && path !== `${root}/.git`
      ? [path.slice(root.length + 1)]
      : []
  );
}

/** The real folder behind `.git` (gitrepository-layout(5)). */
function gitFolder(entry: string): string | undefined {
  const real = realPath(entry);
  const pointer = firstLine(real);
  if (pointer === undefined) return real;
  const target = /^gitdir: (.+)$/.exec(pointer)?.[1];
  return realPath(resolved(target, entry.slice(0, entry.lastIndexOf("/"))));
}

function resolved(target: string | undefined, folder: string): string | undefined {
  return target === undefined || target.startsWith("/") ? target : `${folder}/${target}`;
}

function realPath(path: string | undefined): string | undefined {
  return path === undefined ? undefined : orAbsent(() => Deno.realPathSync(path));
}

/** The first line of a file; undefined when it is no file. */
function firstLine(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  return orAbsent(() =>
    Deno.lstatSync(path).isFile ? Deno.readTextFileSync(path).split(/\r?\n/)[0] : undefined
  );
}

/** Nothing for what does not exist, or lies where the cage does not let us look. */
function orAbsent<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch (error) {
    const isAbsent = error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
      error instanceof Deno.errors.NotCapable;
    if (!isAbsent) throw error;
    return undefined;
  }
}
