/** A file that unpacks itself, with a small stand-in for Deno that says what it was asked, and the ways to start it. */
import { selfExtractingFile } from "../../scripts/compile/self_extracting.ts";
import { thisTarget } from "../../scripts/compile/target.ts";

/** The shells of this machine that a file must do with, as commands in front of it. */
export const SHELLS: readonly (readonly string[])[] = [
  ["/bin/sh"],
  ["/bin/dash"],
  ["/bin/bash", "--posix"],
  ["/usr/bin/busybox", "sh"],
].filter(([program = ""]) => exists(program));

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Prints its arguments, one a line, and DENO_DIR; with TELL_UMASK its umask too. What follows `exit` is weight that does not compress. */
function standIn(weight: number): Uint8Array {
  const script = new TextEncoder().encode(
    `#!/bin/sh\n[ "$1" = --version ] && exit 0\nprintf 'ran\\n'; printf '%s\\n' "$@" "$DENO_DIR"\n` +
      `[ -z "\${TELL_UMASK:-}" ] || umask\nexit\n`,
  );
  const bytes = new Uint8Array(script.length + weight);
  bytes.set(script);
  for (let at = script.length; at < bytes.length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, Math.min(at + 65_536, bytes.length)));
  }
  return bytes;
}

/** How a start ended. */
export interface Start {
  readonly code: number;
  /** Lines of stdout. */
  readonly out: readonly string[];
  readonly err: string;
}

/** How a start differs from the default. */
export interface StartOptions {
  readonly args?: readonly string[];
  /** Beside PATH and, where it is not given, XDG_CACHE_HOME. */
  readonly env?: Readonly<Record<string, string>>;
  readonly shell?: readonly string[];
}

/** A packed file in a temporary folder, with a cache folder beside it. */
export class PackedFile implements AsyncDisposable {
  readonly folder: string;
  readonly path: string;
  readonly cache: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.path = `${folder}/a b's/lukhas-mcp`;
    this.cache = `${folder}/cache`;
  }

  /** @param options.weight Bytes of the runtime, beyond its script. */
  static async create(options: { weight?: number; args?: readonly string[] } = {}): Promise<PackedFile> {
    const packed = new PackedFile(await Deno.realPath(await Deno.makeTempDir({ prefix: "lukhas-packed-" })));
    const { system } = thisTarget();
    if (system === undefined) throw new Error("Cannot test without a POSIX shell");
    const bytes = await selfExtractingFile({
      version: "9.9.9",
      target: { ...thisTarget(), system },
      deno: standIn(options.weight ?? 0),
      bundle: new Map([["main.js", new TextEncoder().encode("// the entry\n")]]),
      flags: ["--no-prompt", "--allow-read=/srv/it's here"],
      args: options.args ?? [],
    });
    await Deno.mkdir(`${packed.folder}/a b's`);
    await Deno.writeFile(packed.path, bytes, { mode: 0o755 });
    return packed;
  }

  /** Starts it to its end. */
  async start(options: StartOptions = {}): Promise<Start> {
    const { code, stdout, stderr } = await this.spawn(options).output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout).split("\n").slice(0, -1), err: decoder.decode(stderr) };
  }

  spawn({ args = [], env = {}, shell = ["/bin/sh"] }: StartOptions = {}): Deno.ChildProcess {
    const [program = "", ...rest] = shell;
    return new Deno.Command(program, {
      args: [...rest, this.path, ...args],
      env: {
        PATH: "/usr/bin:/bin",
        ...("HOME" in env || "TMPDIR" in env ? {} : { XDG_CACHE_HOME: this.cache }),
        ...env,
      },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Where it has unpacked itself; undefined where there is nothing. */
  async unpacked(): Promise<string | undefined> {
    const [name, ...others] = await names(`${this.cache}/lukhas-mcp`);
    if (others.length > 0) throw new Error(`more than one: ${[name, ...others]}`);
    return name === undefined ? undefined : `${this.cache}/lukhas-mcp/${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** Names in a folder, sorted; none where there is no folder. */
export async function names(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
