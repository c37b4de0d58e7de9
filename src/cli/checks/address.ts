/** Whether the address can be listened on, or who serves this root already. */
import { claimRoot } from "../../launcher/app_process.ts";
import { StartError } from "../../launcher/launch_parts.ts";
import { urlHost } from "../../sandbox.ts";
import { type Check, type CheckContext, type Finding, ok, problem } from "../check.ts";

export const addressCheck: Check = {
  name: "address",
  async look(context) {
    const owner = await currentOwner(context);
    return owner ?? tryToListen(context.config);
  },
};

/** Undefined when nobody serves the root. */
async function currentOwner({ root }: CheckContext): Promise<Finding | undefined> {
  try {
    const claim = await claimRoot(root);
    if (claim.kind === "held") {
      const { url, pid } = claim.owner;
      return ok(`this root is served by process ${pid ?? "unknown"}, at ${url ?? "an address not told yet"}`);
    }
    await claim.lock.release();
    return undefined;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return problem(error.message);
  }
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
