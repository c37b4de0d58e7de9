/** Where a file goes that cannot be used: beside its place, under a name that says when. */

const ASIDE_MARK = ".corrupt-";

/**
 * The name for a moment.
 *
 * @param atMs Milliseconds since 1970.
 */
export function asidePath(path: string, atMs: number): string {
  return `${path}${ASIDE_MARK}${new Date(atMs).toISOString().replaceAll(/[-:.]/g, "")}`;
}

/** Whether a file was moved aside from `path`, at whatever moment. */
export function isAsidePathOf(path: string, file: string): boolean {
  return file.startsWith(path + ASIDE_MARK);
}
