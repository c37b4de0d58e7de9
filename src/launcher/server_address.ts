/** The address of a server where others may have written it: in a note of the root, or in what the app says. */

/** No path, and nothing that a terminal would heed. */
const ADDRESS = /^http:\/\/[\w.:[\]%-]{1,300}$/;

/** Whether a server of ours could be there. */
export function isServerAddress(value: unknown): value is string {
  return typeof value === "string" && ADDRESS.test(value);
}
