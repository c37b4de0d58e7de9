/** Takes the host's absolute paths out of text that git wrote, before it is shown to a caller. */

/** Folders of the host and what is shown in their place. */
export type HostPaths = readonly (readonly [path: string, shown: string])[];

const OTHER_ABSOLUTE = /(^|[\s'"`(=:,[])\/[^\s'"`\n]+/g;

/** `text` with known folders replaced (longest first) and every other absolute path made unreadable. */
export function scrub(text: string, hosts: HostPaths): string {
  const longestFirst = hosts
    .filter(([path]) => path.length > 1)
    .toSorted((a, b) => b[0].length - a[0].length);
  let clean = text;
  for (const [path, shown] of longestFirst) {
    clean = clean.replaceAll(`${path}/`, shown === "." ? "" : `${shown}/`).replaceAll(path, shown);
  }
  return clean.replace(OTHER_ABSOLUTE, "$1<path>");
}
