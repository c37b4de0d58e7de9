/** A stranger's machine: an empty environment, a PATH with what the file says it needs and no Deno, a fresh repository. */
import { listeningUrl } from "../server_process.ts";

/** All that the file may find on its PATH, beside git: a shell, tar, gzip and coreutils. */
const TOOLS = "sh tar gzip cat head id ls mkdir mv rm sha256sum sync tail uname".split(" ");

/** A secret beside the root. It must never come out. */
export const SECRET = "the secret beside the root";

/** How a command ended. */
export interface CommandEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server that was started from the file. */
export interface RunningFile {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from the start of the process to the first 200 of `/readyz`. */
  readonly readyMs: number;
  /** Sends SIGTERM; resolves with the exit code and how long it took. */
  stop(): Promise<{ code: number; ms: number }>;
}

/** See the module. Everything lies in one temporary folder, which goes with it. */
export class Stranger implements AsyncDisposable {
  readonly folder: string;
  readonly file: string;
  /** The repository to serve. */
  readonly root: string;
  /** A folder that the file may not touch. */
  readonly outside: string;
  readonly env: Readonly<Record<string, string>>;

  private constructor(folder: string, { root, path }: { root: string; path: string }) {
    this.folder = folder;
    this.file = `${folder}/download/lukhas-mcp`;
    this.root = root;
    this.outside = `${folder}/outside`;
    this.env = { PATH: path, HOME: `${folder}/home`, TMPDIR: `${folder}/tmp` };
  }

  /**
   * Copies the file to an empty folder. `pinned` is the only root that it serves, and is made; by default there is one
   * in the stranger's own folder. A file for one root knows git by its usual place alone.
   */
  static async create(file: string, pinned?: string): Promise<Stranger> {
    const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "lukhas-stranger-" }));
    const git = await whereIs("git");
    const bin = `${folder}/bin`;
    const path = pinned === undefined ? bin : `${bin}:${git.slice(0, git.lastIndexOf("/"))}`;
    const stranger = new Stranger(folder, { root: pinned ?? `${folder}/repository`, path });
    for (const name of ["download", "outside", "home", "tmp", "bin"]) await Deno.mkdir(`${folder}/${name}`);
    await Deno.copyFile(file, stranger.file);
    await Deno.chmod(stranger.file, 0o755);
    for (const tool of TOOLS) await Deno.symlink(await whereIs(tool), `${bin}/${tool}`);
    if (pinned === undefined) await Deno.symlink(git, `${bin}/git`);
    await Deno.writeTextFile(`${stranger.outside}/secret.txt`, SECRET);
    await stranger.#makeRepository();
    return stranger;
  }

  /** Runs the file as a command, to its end. */
  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandEnd> {
    return await runCommand(this.file, {
      args,
      env: { ...this.env, ...env },
      cwd: `${this.folder}/download`,
    });
  }

  /** Starts a server on the repository and waits until it is ready. */
  async serve(env: Readonly<Record<string, string>> = {}): Promise<RunningFile> {
    const started = performance.now();
    const child = new Deno.Command(this.file, {
      args: ["serve", "--root", this.root, "--port", "0"],
      env: { ...this.env, MCP_RL_BUCKET: "0", ...env },
      clearEnv: true,
      cwd: `${this.folder}/download`,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const { url, drained } = await listeningUrl(child.stderr);
    await untilReady(url);
    const readyMs = performance.now() - started;
    return {
      url,
      pid: child.pid,
      readyMs,
      async stop() {
        const asked = performance.now();
        child.kill("SIGTERM");
        const { code } = await child.status;
        await drained;
        return { code, ms: performance.now() - asked };
      },
    };
  }

  /** Paths below the stranger's folder, the repository and the cache folder aside. */
  async traces(): Promise<string[]> {
    const kept = [this.root, `${this.env.HOME}/.cache/lukhas-mcp`];
    const found: string[] = [];
    const walk = async (folder: string): Promise<void> => {
      for await (const { name, isDirectory } of Deno.readDir(folder)) {
        const path = `${folder}/${name}`;
        if (kept.includes(path)) continue;
        found.push(path.slice(this.folder.length + 1));
        if (isDirectory) await walk(path);
      }
    };
    await walk(this.folder);
    return found.sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
    if (!this.root.startsWith(this.folder)) await Deno.remove(this.root, { recursive: true });
  }

  async #makeRepository(): Promise<void> {
    const { root } = this;
    // One that is there already is somebody's, and would go with the stranger.
    await Deno.mkdir(root);
    await Deno.mkdir(`${root}/docs`);
    await Deno.writeTextFile(`${root}/README.md`, "# A repository\n");
    await Deno.writeTextFile(`${root}/docs/guide.md`, "How to find the way.\n");
    await Deno.symlink(this.outside, `${root}/way-out`);
    const commands = [
      ["init", "-q", "-b", "main"],
      ["config", "user.name", "Ada"],
      ["config", "user.email", "ada@example.com"],
      ["add", "-A"],
      ["commit", "-q", "-m", "test: seed"],
    ];
    for (const args of commands) {
      const { code, stderr } = await runCommand("git", { args, env: this.env, cwd: root });
      if (code !== 0) throw new Error(`Cannot make a repository: git ${args[0]}: ${stderr}`);
    }
  }
}

async function whereIs(tool: string): Promise<string> {
  const { code, stdout } = await runCommand("/bin/sh", {
    args: ["-c", `command -v ${tool}`],
    env: { PATH: "/usr/bin:/bin" },
  });
  if (code !== 0) throw new Error(`Cannot find ${tool} on this machine`);
  return stdout.trim();
}

/** Runs a program to its end, in exactly this environment. */
export async function runCommand(
  program: string,
  { args, env, cwd }: { args: readonly string[]; env: Readonly<Record<string, string>>; cwd?: string },
): Promise<CommandEnd> {
  const command = new Deno.Command(program, {
    args: [...args],
    env,
    clearEnv: true,
    stdin: "null",
    ...(cwd !== undefined && { cwd }),
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

async function untilReady(url: string): Promise<void> {
  for (let status = 0; status !== 200;) {
    const response = await fetch(`${url}/readyz`);
    await response.body?.cancel();
    status = response.status;
  }
}
