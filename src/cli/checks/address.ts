/** Whether the address can be listened on, or who serves this root already. */
import { LOCK_FILE } from "../../core/own_files.ts";
import { rootOwner } from "../../launcher/root_owner.ts";
import { urlHost } from "../../sandbox.ts";
import { type Check, type CheckContext, type Finding, note, ok, problem } from "../check.ts";

export const addressCheck: Check = {
  name: "address",
  async look({ config, root }) {
    const owner = await rootOwner(root);
    switch (owner.kind) {
      case "none":
        return tryToListen(config);
      case "serving":
        return ok(`this root is served by process ${owner.pid ?? "unknown"}, at ${owner.url}`);
      case "silent":
        return [silent(owner.note.pid), tryToListen(config)];
      default:
        return owner satisfies never;
    }
  },
};

function silent(pid: number | undefined): Finding {
  return note(
    `${LOCK_FILE} says that process ${
      pid ?? "unknown"
    } serves this root, and it does not answer: it is starting or ` +
      "busy, or was killed and left the note, which the next start takes away",
  );
}

function tryToListen({ host, port }: CheckContext["config"]): Finding {
  const address = `${urlHost(host)}:${port}`;
  try {
    Deno.listen({ hostname: host.replace(/^\[|\]$/g, ""), port }).close();
    return ok(port === 0 ? `${urlHost(host)}, a free port` : `${address} is free`);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      return problem(`${address} is taken by another program: choose another --port, or 0 for a free one`);
    }
    if (!(error instanceof Error)) throw error;
    return problem(`${address} cannot be listened on (${error.message}): set --host and --port`);
  }
}
