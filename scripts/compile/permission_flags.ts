/** What a compiled file may do: the launcher's permissions, from which it takes the app's. Never everything. */
import { PINNED_FLAG } from "../../src/cli/command_line.ts";

/** A permission set of `deno.json`. */
export type PermissionSet = Readonly<Record<string, boolean | readonly string[]>>;

/** What a file is made for. */
export interface Shape {
  /** The one root that it may serve; undefined: whichever its user names. */
  readonly root?: string;
  /** Further files and folders that a pinned file may read and write: a database elsewhere, a file of keys. */
  readonly reach?: readonly string[];
  /** Further addresses that a pinned file may listen on or talk to, with or without a port. */
  readonly net?: readonly string[];
  /**
   * Whether it may run other programs than git: for evaluations by a command. A list of programs would not do, because
   * the runtime takes a signal to a process group for the right to run anything.
   */
  readonly commands?: boolean;
  /** Where git may be found by a pinned file. */
  readonly git?: readonly string[];
}

/** Loopback, on any port: a second process of the same root talks to the first one. */
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/** Flags of `deno run` and `deno compile`, and what stands before the user's own arguments. */
export function shapeFlags(
  { root, reach = [], net = [], commands = false, git = [] }: Shape,
  set: PermissionSet,
): { readonly flags: readonly string[]; readonly args: readonly string[] } {
  const portable: PermissionSet = { ...set, ...(commands && { run: true }) };
  if (root === undefined) return { flags: ["--no-prompt", ...permissionFlags(portable)], args: [] };
  const pinned: PermissionSet = {
    ...portable,
    read: [root, ...reach, ...git],
    write: [root, ...reach],
    net: [...LOOPBACK, ...net],
  };
  return { flags: ["--no-prompt", ...permissionFlags(pinned)], args: [PINNED_FLAG, root] };
}

function permissionFlags(set: PermissionSet): string[] {
  return Object.entries(set).flatMap(([name, value]) => {
    if (!["read", "write", "net", "run", "env", "sys"].includes(name)) {
      throw new TypeError(`Cannot compile with the permission ${JSON.stringify(name)}: no launcher needs it`);
    }
    if (typeof value === "boolean") return value ? [`--allow-${name}`] : [];
    const split = value.find((one) => one.includes(","));
    // A comma separates the values of a flag, and nothing takes that away from it.
    if (split !== undefined) {
      throw new TypeError(`Cannot compile for ${JSON.stringify(split)}: it has a comma`);
    }
    return [`--allow-${name}=${value.join(",")}`];
  });
}
