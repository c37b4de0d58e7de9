/**
 * Makes the file that people download: everything in one, permissions included.
 *
 *     deno task compile                        dist/lukhas-mcp, for this system; it serves what its user names
 *     deno task compile --root PATH            … and may read and write PATH alone
 *     deno task compile --pin                  the same, for the folder that LUKHAS_REPO_ROOT names
 *     deno task compile --target TRIPLE        dist/lukhas-mcp-<system>, for another system
 *     deno task compile --all                  … for every system
 *
 * With --root or --pin, `--reach PATH` and `--net HOST[:PORT]` allow more, and may be repeated: a database or a file of keys
 * outside the root, another address than loopback. `--commands` lets the file run other programs than git, which
 * LUKHAS_EVAL_BACKEND=command needs. `--shape native` fails where Deno's base runtime cannot be had, `--shape
 * self-extracting` does not ask for it. The sums of all files are in dist/SHA256SUMS.
 */
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import metadata from "../deno.json" with { type: "json" };
import { ENTRY, makeBundle } from "./compile/bundle.ts";
import { denoFor } from "./compile/deno_of_target.ts";
import { compileNative } from "./compile/native.ts";
import { type Shape, shapeFlags } from "./compile/permission_flags.ts";
import { selfExtractingFile } from "./compile/self_extracting.ts";
import { type Target, targetNamed, TARGETS, thisTarget } from "./compile/target.ts";

const DIST = new URL("../dist/", import.meta.url).pathname;

const SHAPES = ["auto", "native", "self-extracting"] as const;

const USAGE =
  "usage: deno task compile [--root PATH | --pin] [--reach PATH]… [--net HOST[:PORT]]… [--commands] " +
  `[--target TRIPLE | --all] [--shape ${SHAPES.join(" | ")}]`;

const { values } = readFlags();

function readFlags() {
  try {
    return parseArgs({
      options: {
        target: { type: "string" },
        all: { type: "boolean", default: false },
        root: { type: "string" },
        pin: { type: "boolean", default: false },
        reach: { type: "string", multiple: true },
        net: { type: "string", multiple: true },
        commands: { type: "boolean", default: false },
        shape: { type: "string", default: "auto" },
      },
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    print(`${error.message}\n${USAGE}`);
    Deno.exit(2);
  }
}

/** Where git usually is. A pinned file may look there and nowhere else. */
const GIT_PLACES = ["/usr/bin/git", "/usr/local/bin/git", "/opt/homebrew/bin/git"];

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function readShape(): Shape {
  const { commands } = values;
  const root = values.root ?? (values.pin ? Deno.env.get("LUKHAS_REPO_ROOT") : undefined);
  if (root === undefined) {
    if (values.pin) {
      throw new TypeError("Cannot pin: LUKHAS_REPO_ROOT is not set; or name the root with --root");
    }
    if (values.reach ?? values.net) {
      throw new TypeError("Cannot use --reach and --net without --root or --pin");
    }
    return { commands };
  }
  return {
    commands,
    root: pinnedPath(root),
    reach: (values.reach ?? []).map(pinnedPath),
    net: values.net ?? [],
    git: GIT_PLACES,
  };
}

/** The path without links, where it is on this machine; else as it is, for another one. */
function pinnedPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    if (path.startsWith("/")) return path.replace(/\/+$/, "");
    throw new TypeError(`Cannot pin ${JSON.stringify(path)}: it is not here, and not absolute`);
  }
}

/** Makes the file for one system; false where this cannot be done here. */
async function makeFile(target: Target, output: string, bundle: string): Promise<boolean> {
  const { flags, args } = shapeFlags(readShape(), metadata.permissions.default);
  const runtime = [...metadata.unstable.map((name) => `--unstable-${name}`), ...flags];
  let reason = "--shape self-extracting";
  if (values.shape !== "self-extracting") {
    const entry = `${bundle}/${ENTRY}`;
    const missing = await compileNative({ entry, triple: target.triple, flags: runtime, args, output });
    if (missing === undefined) return true;
    reason = `no base runtime for ${target.triple}: ${missing}`;
  }
  const { system } = target;
  if (values.shape === "native" || system === undefined) {
    print(`${target.name}: cannot be made here: ${reason}`);
    return false;
  }
  print(
    `${target.name}: ${reason}: packing Deno ${Deno.version.deno} itself into a file that unpacks itself`,
  );
  const names = Array.from(Deno.readDirSync(bundle), ({ name }) => name).sort();
  const file = await selfExtractingFile({
    version: metadata.version,
    target: { ...target, system },
    deno: await denoFor(target),
    bundle: new Map(names.map((name) => [name, Deno.readFileSync(`${bundle}/${name}`)])),
    flags: [...RUN_FLAGS, ...runtime],
    args,
  });
  await Deno.writeFile(output, file, { mode: 0o755 });
  await Deno.chmod(output, 0o755);
  return true;
}

/** What `deno run` must not look for beside its script, in the served repository or on the network. */
const RUN_FLAGS = ["--quiet", "--no-config", "--no-lock", "--no-remote", "--no-npm", "--cached-only"];

async function writeSums(): Promise<void> {
  const names = Array.from(Deno.readDirSync(DIST), ({ name }) => name).filter((name) => name !== "SHA256SUMS")
    .sort();
  const lines = names.map((name) => {
    const file = Deno.readFileSync(DIST + name);
    print(`dist/${name}: ${(file.length / 1024 / 1024).toFixed(1)} MiB`);
    return `${createHash("sha256").update(file).digest("hex")}  ${name}\n`;
  });
  await Deno.writeTextFile(`${DIST}SHA256SUMS`, lines.join(""));
}

function absentAsUndefined(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

async function main(): Promise<number> {
  if (!SHAPES.some((shape) => shape === values.shape)) {
    throw new TypeError(
      `Cannot compile the shape ${JSON.stringify(values.shape)}: it is one of ${SHAPES.join(", ")}`,
    );
  }
  const named = values.target === undefined ? undefined : targetNamed(values.target);
  const bundle = await Deno.makeTempDir({ prefix: "lukhas-bundle-" });
  try {
    await makeBundle(bundle);
    // Nothing of an earlier run: the sums are those of what this one makes.
    await Deno.remove(DIST, { recursive: true }).catch(absentAsUndefined);
    await Deno.mkdir(DIST);
    let isWhole = true;
    for (const target of values.all ? TARGETS : [named ?? thisTarget()]) {
      const name = values.all || named !== undefined ? `lukhas-mcp-${target.name}` : "lukhas-mcp";
      if (!(await makeFile(target, DIST + name, bundle))) isWhole = false;
    }
    await writeSums();
    return isWhole ? 0 : 1;
  } finally {
    await Deno.remove(bundle, { recursive: true });
  }
}

try {
  Deno.exit(await main());
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  print(error.message);
  Deno.exit(2);
}
