/** Runs as a worker in the app's cage and tries to get out, in every way that the runtime offers. */
import childProcess from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";

/** What the probe is told of the world that it must not reach. */
export interface ProbeTask {
  readonly root: string;
  /** An existing file beside the root. */
  readonly beside: string;
  /** A module beside the root. */
  readonly module: string;
  /** Absolute path of the granted git. */
  readonly git: string;
  /** Where somebody else listens on loopback. */
  readonly otherPort: number;
  /** A process that has nothing to do with it. */
  readonly otherPid: number;
}

/** How an attempt ended: the name of the error, or `"done"`. */
export type ProbeResult = Readonly<Record<string, string>>;

type Attempt = (task: ProbeTask) => unknown;

/** What the app is there to do. */
export const ALLOWED: Readonly<Record<string, Attempt>> = {
  "read a file of the root": ({ root }) => Deno.readTextFile(`${root}/a.txt`),
  "write a file of the root": ({ root }) => Deno.writeTextFile(`${root}/new.txt`, "x"),
  "open a database in the root": ({ root }) => new DatabaseSync(`${root}/new.db`).close(),
  "open a database in memory": () => new DatabaseSync(":memory:").close(),
  "run git": ({ git, root }) =>
    new Deno.Command(git, { args: ["--version"], cwd: root, clearEnv: true }).output(),
};

/** What it must not be able to do. */
export const REFUSED: Readonly<Record<string, Attempt>> = {
  "read /etc/passwd": () => Deno.readTextFile("/etc/passwd"),
  "read /etc/passwd by another spelling": ({ root }) =>
    Deno.readTextFile(`${root}/../../../../../../etc/passwd`),
  "read /etc/passwd through node": () => fs.readFileSync("/etc/passwd"),
  "read a file beside the root": ({ beside }) => Deno.readTextFile(beside),
  "look at a file beside the root": ({ beside }) => Deno.stat(beside),
  "list the folder above the root": ({ root }) => Deno.readDirSync(`${root}/..`)[Symbol.iterator]().next(),
  "read the environment of the process": () => Deno.readTextFile("/proc/self/environ"),
  "read the memory of the process": () => Deno.open("/proc/self/mem"),
  "fetch a file": () => fetch("file:///etc/passwd"),
  "write beside the root": ({ beside }) => Deno.writeTextFile(beside, "pwned"),
  "write beside the root through node": ({ beside }) => fs.appendFileSync(beside, "pwned"),
  "make a temporary file": () => Deno.makeTempFile(),
  "move a file out of the root": ({ root }) => Deno.rename(`${root}/a.txt`, `${root}/../moved.txt`),
  "copy a file into the root": ({ root, beside }) => Deno.copyFile(beside, `${root}/copy.txt`),
  "link a file into the root": ({ root, beside }) => Deno.link(beside, `${root}/hard.txt`),
  "make a symbolic link that leads out": ({ root, beside }) => Deno.symlink(beside, `${root}/soft.txt`),
  "remove a file beside the root": ({ beside }) => Deno.remove(beside),
  "resolve a path outside the root": () => Deno.realPath("/etc/passwd"),
  "change the mode of a file beside the root": ({ beside }) => Deno.chmod(beside, 0o777),
  "change the times of a file beside the root": ({ beside }) => Deno.utime(beside, 0, 0),
  "truncate a file beside the root": ({ beside }) => Deno.truncate(beside),
  "make a folder beside the root": ({ root }) => Deno.mkdir(`${root}/../made`),
  "make a temporary folder": () => Deno.makeTempDir(),
  "stream a file beside the root through node": ({ beside }) => streamThroughNode(beside),
  "read a file beside the root by a promise of node": ({ beside }) => fs.promises.readFile(beside),
  "copy a file out of the root through node": ({ root }) =>
    fs.cpSync(`${root}/a.txt`, `${root}/../copied.txt`),
  "watch the folder above the root": ({ root }) => Deno.watchFs(`${root}/..`).close(),
  "run a shell": () => new Deno.Command("sh", { args: ["-c", "true"] }).output(),
  "run a shell by its path": () => new Deno.Command("/bin/sh", { args: ["-c", "true"] }).output(),
  "run a shell through node": () => failing(childProcess.spawnSync("sh", ["-c", "true"])),
  "run another git of that name": () => new Deno.Command("./git").output(),
  "load a library into git": ({ git }) => new Deno.Command(git, { env: { LD_PRELOAD: "/x.so" } }).output(),
  "signal another process": ({ otherPid }) => Deno.kill(otherPid, "SIGCONT"),
  "signal another process through node": ({ otherPid }) => process.kill(otherPid, "SIGCONT"),
  "ask whether another process lives": ({ otherPid }) => process.kill(otherPid, 0),
  "read one variable": () => Deno.env.get("PATH"),
  "read all variables": () => Deno.env.toObject(),
  "read a variable through node": () => process.env.PATH,
  "set a variable": () => Deno.env.set("PATH", "/tmp"),
  "ask for the host's name": () => Deno.hostname(),
  "ask for the host's name through node": () => os.hostname(),
  "ask for the network's interfaces": () => Deno.networkInterfaces(),
  "load a library": () => Deno.dlopen("libc.so.6", {}),
  "connect to another port": ({ otherPort }) => Deno.connect({ hostname: "127.0.0.1", port: otherPort }),
  "connect to another port through node": ({ otherPort }) => connectThroughNode(otherPort),
  "fetch from another port": ({ otherPort }) => fetch(`http://127.0.0.1:${otherPort}/`),
  "open a web socket to another port": ({ otherPort }) => new WebSocket(`ws://127.0.0.1:${otherPort}/`),
  "fetch from elsewhere": () => fetch("http://192.0.2.1/"),
  "listen on every address": () => Deno.listen({ hostname: "0.0.0.0", port: 0 }).close(),
  "listen on another port": ({ otherPort }) =>
    Deno.listen({ hostname: "127.0.0.1", port: otherPort }).close(),
  "resolve a name": () => Deno.resolveDns("example.com", "A"),
  "open a database beside the root": ({ root }) => new DatabaseSync(`${root}/../outside.db`).close(),
  "attach a database beside the root": ({ root }) => inDatabase(`ATTACH '${root}/../outside.db' AS x`),
  "copy a database beside the root": ({ root }) => inDatabase(`VACUUM INTO '${root}/../outside.db'`),
  "import code beside the root": ({ module }) => import(module),
  "import code from a server": ({ otherPort }) => import(`http://127.0.0.1:${otherPort}/x.ts`),
  "start a worker with more permissions": () => freeWorker(),
};

function streamThroughNode(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = fs.createReadStream(path);
    stream.on("data", () => resolve());
    stream.on("error", reject);
  });
}

/** Never settles when the connection fails with an event instead of an error that is thrown. */
function connectThroughNode(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    });
    socket.on("error", reject);
  });
}

function failing({ error }: { error?: Error | undefined }): void {
  if (error !== undefined) throw error;
}

function inDatabase(sql: string): void {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

function freeWorker(): void {
  const permissions = { read: true, write: true } as const;
  new Worker("data:text/javascript,", { type: "module", deno: { permissions } }).terminate();
}

/** How long an attempt may wait for somebody beyond the cage, who would have to be reached first. */
const ATTEMPT_MS = 2_000;

async function attempt(run: Attempt, task: ProbeTask): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve("done, and nobody answered"), ATTEMPT_MS);
  try {
    return await Promise.race([Promise.resolve(run(task)).then(() => "done"), promise]);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } finally {
    clearTimeout(timer);
  }
}

if ("WorkerGlobalScope" in globalThis) {
  const scope = self as unknown as {
    onmessage: (event: MessageEvent<ProbeTask>) => void;
    postMessage(result: ProbeResult): void;
  };
  scope.onmessage = async ({ data: task }) => {
    const result: Record<string, string> = {};
    for (const [name, run] of Object.entries({ ...ALLOWED, ...REFUSED })) {
      result[name] = await attempt(run, task);
    }
    scope.postMessage(result);
  };
}
