/** `GET /files/<path>`: one file as text, for citations that no forge can serve. */
import { type ErrorCode, ToolError } from "../core/errors.ts";
import type { FileLinks } from "./file_links.ts";
import { failed } from "./failure.ts";
import type { Answer } from "./mcp_route.ts";
import { empty, text } from "./responses.ts";

/** Reads a text file under the rules of `read_file`; throws {@linkcode ToolError}. */
export type ReadText = (path: string) => Promise<{ readonly text: string; readonly sha256: string }>;

/** What the route needs. */
export interface FilesRouteParts {
  readonly links: FileLinks;
  readonly readText: ReadText;
}

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  invalid_arguments: 400,
  path_denied: 403,
  path_outside_root: 403,
  not_found: 404,
  not_a_file: 404,
  too_large: 413,
  binary_file: 415,
};

/** Whether a link's signature lets a request in that has no key. */
export function hasFileGrant(url: URL, links: FileLinks): boolean {
  return links.verify(filePath(url), url.searchParams) !== undefined;
}

/** Answers a request that was let in, by a key or by its link's signature. */
export async function answerFile(request: Request, url: URL, parts: FilesRouteParts): Promise<Answer> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    const message = "Cannot change files here: use the tools of /mcp";
    return failed(405, { code: "invalid_arguments", message }, { allow: "GET, HEAD" });
  }
  const path = filePath(url);
  try {
    const file = await parts.readText(path);
    const grant = parts.links.verify(path, url.searchParams);
    if (grant !== undefined && grant.sha256 !== file.sha256) {
      const message = `Cannot show "${path}" as it was: the file has changed since the link was made`;
      return failed(410, { code: "not_found", message });
    }
    const headers = { etag: `"${file.sha256}"`, "content-disposition": "inline" };
    const response = request.method === "HEAD"
      ? empty(200, { ...headers, "content-type": "text/plain; charset=utf-8" })
      : text(file.text, headers);
    return { response, facts: {} };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return failed(STATUS[error.code] ?? 503, error);
  }
}

/** The path behind `/files/`, decoded; undecodable text is left as it is and names no file. */
function filePath(url: URL): string {
  const encoded = url.pathname.slice("/files/".length);
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    if (error instanceof URIError) return encoded;
    throw error;
  }
}
