/** The systems that a file can be made for. */

/** One system. */
export interface Target {
  /** What `deno compile --target` calls it. */
  readonly triple: string;
  /** How its file is called: `lukhas-mcp-<name>`. */
  readonly name: string;
  /** What `uname -s` and `uname -m` print there; undefined where there is no POSIX shell. */
  readonly system: string | undefined;
  /** The npm package that brings Deno for it. */
  readonly package: string;
}

/** All of them. */
export const TARGETS: readonly Target[] = [
  {
    triple: "x86_64-unknown-linux-gnu",
    name: "linux-x64",
    system: "Linux x86_64",
    package: "@deno/linux-x64-glibc",
  },
  {
    triple: "aarch64-unknown-linux-gnu",
    name: "linux-arm64",
    system: "Linux aarch64",
    package: "@deno/linux-arm64-glibc",
  },
  {
    triple: "x86_64-apple-darwin",
    name: "macos-x64",
    system: "Darwin x86_64",
    package: "@deno/darwin-x64",
  },
  {
    triple: "aarch64-apple-darwin",
    name: "macos-arm64",
    system: "Darwin arm64",
    package: "@deno/darwin-arm64",
  },
  {
    triple: "x86_64-pc-windows-msvc",
    name: "windows-x64.exe",
    system: undefined,
    package: "@deno/win32-x64",
  },
];

/** The system that this process runs on. */
export function thisTarget(): Target {
  return targetNamed(Deno.build.target);
}

/** @throws {TypeError} When there is none of that name. */
export function targetNamed(name: string): Target {
  const target = TARGETS.find((one) => one.triple === name || one.name === name);
  if (target !== undefined) return target;
  const known = TARGETS.map(({ triple }) => triple).join(", ");
  throw new TypeError(`Cannot compile for ${JSON.stringify(name)}: the targets are ${known}`);
}
