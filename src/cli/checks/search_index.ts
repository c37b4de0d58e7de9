/** Whether there is an index, and whether it is sound. */
import { placeSearch } from "../../launcher/app_settings.ts";
import { indexPath } from "../../launcher/index_place.ts";
import { type Check, note, ok, problem } from "../check.ts";
import { databaseState, mebibytes } from "./database.ts";

export const searchIndexCheck: Check = {
  name: "index",
  async look({ config, root, parts: { env } }) {
    const path = indexPath({ root, config: { ...config, search: await placeSearch({ config, root, env }) } });
    const state = await databaseState(path);
    switch (state.kind) {
      case "absent":
        return ok("none yet: the server makes it at its first start");
      case "sound":
        return ok(`${mebibytes(state.bytes)}, sound`);
      case "folder":
        return problem(
          `${path} is a folder, so that every search reads all files: move it away, or set MCP_INDEX_PATH`,
        );
      case "damaged":
        return note(`${path} is damaged (${state.reason}); the server makes a new one at its next start`);
      case "unreadable":
        return note(`${path} cannot be looked at (${state.reason})`);
      default:
        return state satisfies never;
    }
  },
};
