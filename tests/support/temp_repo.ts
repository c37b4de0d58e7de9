/** A real folder, and a real git repository in it, that disappear with the test. */

const decoder = new TextDecoder();

/** The git of this machine with a fixed identity and no configuration of the developer's. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args,
    cwd,
    env: {
      // Not /dev/null: a git that is told to write its global configuration, as root, would replace that device.
      GIT_CONFIG_GLOBAL: "/nonexistent/gitconfig",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.com",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.com",
      LC_ALL: "C",
    },
    stdin: "null",
  }).output();
  if (!success) throw new Error(`git ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** A temporary folder `root` inside a temporary folder `outside`, so that traps can stand beside the root. */
export class TempRoot implements AsyncDisposable {
  readonly outside: string;
  readonly root: string;

  private constructor(outside: string) {
    this.outside = outside;
    this.root = `${outside}/root`;
  }

  /** An empty root; with `git`, a repository with an identity of its own and no commit. */
  static async create(options: { git?: boolean } = {}): Promise<TempRoot> {
    const outside = await Deno.realPath(await Deno.makeTempDir({ prefix: "lukhas-test-" }));
    const temp = new TempRoot(outside);
    await Deno.mkdir(temp.root);
    if (options.git ?? true) {
      await temp.git("init", "-q", "-b", "main");
      await temp.git("config", "user.name", "Ada");
      await temp.git("config", "user.email", "ada@example.com");
    }
    return temp;
  }

  /** Runs git in the root and returns what it printed. */
  git(...args: string[]): Promise<string> {
    return git(this.root, ...args);
  }

  /** Writes files below the root, making folders as needed. */
  async write(files: Record<string, string | Uint8Array>): Promise<void> {
    for (const [path, contents] of Object.entries(files)) {
      const full = `${this.root}/${path}`;
      await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
      if (typeof contents === "string") await Deno.writeTextFile(full, contents);
      else await Deno.writeFile(full, contents);
    }
  }

  /** Writes the files and commits them all. */
  async commit(files: Record<string, string | Uint8Array>, message = "test: seed"): Promise<void> {
    await this.write(files);
    await this.git("add", "-A");
    await this.git("commit", "-q", "-m", message);
  }

  /** The text of a file below the root. */
  read(path: string): Promise<string> {
    return Deno.readTextFile(`${this.root}/${path}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.outside, { recursive: true });
  }
}
