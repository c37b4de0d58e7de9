/** Where a file goes that cannot be used: beside its place, under a name that says when. */

/**
 * The name for a moment.
 *
 * @param atMs Milliseconds since 1970.
 */
export function asidePath(path: string, atMs: number): string {
  return `${path}.corrupt-${new Date(atMs).toISOString().replaceAll(/[-:.]/g, "")}`;
}
