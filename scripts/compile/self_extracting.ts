/** One file for a system with a POSIX shell, where Deno's base runtime is not to be had: a script with a payload. */
import { createHash } from "node:crypto";
import { createTar, type TarFileInput } from "nanotar";
import { ENTRY } from "./bundle.ts";
import template from "./self_extracting.sh" with { type: "text" };
import type { Target } from "./target.ts";

/** What the file is made of. */
export interface SelfExtractingOptions {
  readonly version: string;
  readonly target: Target & { readonly system: string };
  /** The Deno of the target. */
  readonly deno: Uint8Array;
  /** The bundle, by name. */
  readonly bundle: ReadonlyMap<string, Uint8Array>;
  /** Flags of `deno run`. */
  readonly flags: readonly string[];
  /** Arguments that stand before the user's. */
  readonly args: readonly string[];
}

/** The bytes of the file. The same parts give the same bytes. */
export async function selfExtractingFile(options: SelfExtractingOptions): Promise<Uint8Array> {
  const { version, target, deno, bundle, flags, args } = options;
  if (!bundle.has(ENTRY)) throw new TypeError(`Cannot pack a bundle without ${ENTRY}`);
  const contents = new Map([
    ["deno", deno],
    ...[...bundle].map(([name, data]) => [`app/${name}`, data] as const),
  ]);
  const payload = await gzip(tar(contents));
  const sha256 = sha256Of(payload);
  const header = fill(template, {
    VERSION: version,
    TARGET: target.name,
    SYSTEM: target.system,
    ID: sha256.slice(0, 32),
    SHA256: sha256,
    DENO_BYTES: String(deno.length),
    SUMS: [...contents].map(([name, data]) => `${sha256Of(data)}  ${name}`).join("\n"),
    FLAGS: flags.map(withOwnCode).join(" "),
    ARGUMENTS: args.map(quoted).join(" "),
  });
  return withOffset(header, payload);
}

/** Puts the payload behind the header, and into the header where the payload begins, counted from 1. */
function withOffset(header: string, payload: Uint8Array): Uint8Array {
  const encoder = new TextEncoder();
  let head = encoder.encode(header);
  // The number is part of what it counts.
  for (let offset = 0; offset !== head.length + 1;) {
    offset = head.length + 1;
    head = encoder.encode(header.replace("@OFFSET@", String(offset)));
  }
  const file = new Uint8Array(head.length + payload.length);
  file.set(head);
  file.set(payload, head.length);
  return file;
}

function tar(contents: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const files = [...contents].map(([name, data]): TarFileInput => ({
    name,
    data,
    attrs: { mode: name === "deno" ? "700" : "600" },
  }));
  // Nobody's, and of no time: the same parts are the same bytes.
  return createTar(files, { attrs: { uid: 0, gid: 0, user: "", group: "", mtime: 0 } });
}

async function gzip(data: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([data as Uint8Array<ArrayBuffer>]).stream().pipeThrough(
    new CompressionStream("gzip"),
  );
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function sha256Of(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Replaces every `@NAME@`; the offset comes last, when the length is known. */
function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/@([A-Z0-9_]+)@/g, (all, name: string) => {
    if (name === "OFFSET") return all;
    const value = values[name];
    if (value === undefined) throw new TypeError(`Cannot fill ${all} in the header`);
    return value;
  });
}

/** A file that may not read everything may still read its own code: workers are started from there. */
function withOwnCode(flag: string): string {
  const [, paths] = /^--allow-read=(.*)$/s.exec(flag) ?? [];
  return paths === undefined ? quoted(flag) : `--allow-read="$dir/app",${quoted(paths)}`;
}

/** A word for a POSIX shell, whatever it holds. */
function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
