/** Whether the server could write to the root: it tries, and takes the file away again. */
import { TEMPORARY_FILE_PREFIX } from "../../core/own_files.ts";
import { type Check, ok, problem } from "../check.ts";
import { whyNoFile } from "./made_file.ts";

export const writeAccessCheck: Check = {
  name: "write access",
  async look({ root, config }) {
    if (config.access.readOnly) return ok("none is needed: MCP_READ_ONLY=1");
    const path = `${root}/${TEMPORARY_FILE_PREFIX}doctor-${Deno.pid}`;
    const reason = await whyNoFile(path);
    if (reason === undefined) return ok("files can be made in the root");
    return problem(`no file can be made in the root (${reason}): start as a user who may write there`);
  },
};
