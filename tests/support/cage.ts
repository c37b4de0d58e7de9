/** Puts the probe into the app's cage, and collects what it got away with. */
import { parseConfig } from "../../src/config.ts";
import { findProgram } from "../../src/launcher/find_program.ts";
import { appPermissions, type AppSettings } from "../../src/sandbox.ts";
import type { ProbeResult, ProbeTask } from "./cage_probe.ts";
import { TempRoot } from "./temp_repo.ts";

/** Runs every attempt in a cage made for a temporary root and the address `127.0.0.1:port`. */
export function probeCage(port: number): Promise<ProbeResult> {
  return probePermissions(appPermissions, port);
}

/** The same for other permissions than the app's own. */
export async function probePermissions(
  permissions: (settings: AppSettings) => Deno.PermissionOptionsObject,
  port = 0,
): Promise<ProbeResult> {
  await using temp = await TempRoot.create({ git: false });
  await temp.write({ "a.txt": "inside" });
  await Deno.writeTextFile(`${temp.outside}/beside.txt`, "outside");
  await Deno.writeTextFile(`${temp.outside}/module.ts`, "export {};");
  const git = await findProgram("git", { path: Deno.env.get("PATH") ?? "", outside: temp.root });
  if (git === undefined) throw new Error("Cannot find git");
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const task: ProbeTask = {
    root: temp.root,
    beside: `${temp.outside}/beside.txt`,
    module: `file://${temp.outside}/module.ts`,
    git,
    otherPort: listener.addr.port,
    otherPid: Deno.ppid,
  };
  const result = await runProbe(task, permissions(settingsFor(temp.root, { git, port })));
  const left = Array.from(Deno.readDirSync(temp.outside), ({ name }) => name).sort().join();
  const text = await Deno.readTextFile(task.beside);
  return { ...result, "the folder around the root": left, "the file beside the root": text };
}

async function runProbe(task: ProbeTask, permissions: Deno.PermissionOptionsObject): Promise<ProbeResult> {
  const url = new URL("./cage_probe.ts", import.meta.url);
  const worker = new Worker(url, { type: "module", deno: { permissions } });
  try {
    return await new Promise<ProbeResult>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(event.message));
      };
      worker.postMessage(task);
    });
  } finally {
    worker.terminate();
  }
}

function settingsFor(root: string, { git, port }: { git: string; port: number }): AppSettings {
  const { apiKeys: _, root: __, ...config } = parseConfig({ PORT: String(port) });
  return {
    config,
    root,
    reach: { read: [], write: [], net: [] },
    denied: [],
    journal: `${root}/.mcp-journal`,
    isOpen: true,
    keys: [],
    localKey: { sha256: "" },
    linkSecret: new Uint8Array(32),
    git: { program: git, env: {} },
    store: { kind: "json", path: `${root}/.mcp-state.json` },
    version: "0.0.0-test",
    startedAt: 0,
  };
}

// As a program, for a terminal: one line of JSON.
if (import.meta.main) {
  const line = `PROBE ${JSON.stringify(await probeCage(0))}\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(line));
}
