/** Whether the cage holds: a worker with the app's permissions tries to get out. */
import { appSettings } from "../../launcher/app_settings.ts";
import { appPermissions } from "../../sandbox.ts";
import { type Check, type CheckContext, ok, problem } from "../check.ts";

export const cageCheck: Check = {
  name: "cage",
  async look(context) {
    const escaped = await escapes(context);
    if (escaped.length === 0) return ok("what the app must not do, the runtime refuses it");
    return problem(`the app could ${escaped.join(", ")}: do not serve anything with this runtime`);
  },
};

/** What the worker got away with. */
async function escapes({ config, root, parts }: CheckContext): Promise<readonly string[]> {
  const settings = await appSettings({ config, root, token: "", isPrivate: true, parts });
  const code = `self.onmessage = async ({ data }) => self.postMessage(await (${tryEverything})(data));`;
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(code)}`, {
    type: "module",
    name: "cage check",
    deno: { permissions: appPermissions(settings) },
  });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      worker.postMessage(root);
    });
  } finally {
    worker.terminate();
  }
}

/** Runs in the worker, as text: it can use nothing of this module. Each attempt does no harm where it succeeds. */
async function tryEverything(root: string): Promise<string[]> {
  const attempts: Record<string, () => unknown> = {
    "list the folder above the root": () => [...Deno.readDirSync(`${root}/..`)],
    // Beside the root and not in the folder for temporary files, which may be the root, or be in it.
    "make a file outside the root": () => Deno.removeSync(Deno.makeTempFileSync({ dir: `${root}/..` })),
    "read the environment": () => Deno.readTextFileSync("/proc/self/environ"),
    "run a shell": () => new Deno.Command("sh", { args: ["-c", "true"] }).outputSync(),
    "reach other hosts": async () => (await Deno.connect({ hostname: "192.0.2.1", port: 9 })).close(),
    "ask for the host's name": () => Deno.hostname(),
  };
  const escaped = [];
  for (const [what, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      escaped.push(what);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotCapable)) escaped.push(what);
    }
  }
  return escaped;
}
