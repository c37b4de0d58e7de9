/** What can be undone, and whether the journal of it is this user's alone. */
import { journalFolder } from "../../launcher/app_settings.ts";
import { type Check, note, ok, problem } from "../check.ts";
import { mebibytes } from "./database.ts";

export const journalCheck: Check = {
  name: "journal",
  async look({ config: { access }, root }) {
    if (access.readOnly) return ok("none is needed: MCP_READ_ONLY=1");
    if (access.journalBytesMax === 0) return note("MCP_JOURNAL_BYTES=0: nothing can be undone");
    const folder = await journalFolder(root, access.journalPath);
    const kept = `the last ${mebibytes(access.journalBytesMax)} of changes can be undone`;
    const info = await Deno.lstat(folder).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    if (info === undefined) return ok(`none yet; ${kept}`);
    if (!info.isDirectory) return problem(`${folder} is not a folder: move it away`);
    // It holds what files held before. Windows has no such bits.
    if (((info.mode ?? 0) & 0o077) !== 0) return problem(`${folder} is open to others: chmod 700 ${folder}`);
    return ok(`${folder}: ${kept}`);
  },
};
