/** Whether the server could write to the root: it tries, and takes the file away again. */
import { TEMPORARY_FILE_PREFIX } from "../../core/own_files.ts";
import { type Check, ok, problem } from "../check.ts";

export const writeAccessCheck: Check = {
  name: "write access",
  async look({ root, config }) {
    if (config.access.readOnly) return ok("none is needed: MCP_READ_ONLY=1");
    const path = `${root}/${TEMPORARY_FILE_PREFIX}doctor-${Deno.pid}`;
    try {
      await Deno.writeTextFile(path, "", { createNew: true });
      await Deno.remove(path);
      return ok("files can be made in the root");
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const reason = error.message.replace(/ \(os error [\s\S]*$/, "");
      return problem(`no file can be made in the root (${reason}): start as a user who may write there`);
    }
  },
};
