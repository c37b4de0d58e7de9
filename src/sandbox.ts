/** The cage: the app runs in a worker that can reach the root, its own address and git, and nothing else. */
import type { Config } from "./config.ts";
import type { HostAnswer, HostCall } from "./host_line.ts";
import type { KeyDigest } from "./http/auth.ts";

/** What the app may reach beside its root, its own address and git. */
export interface Reach {
  /** Absolute paths of files and folders. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Hosts, each with its port. */
  readonly net: readonly string[];
}

/** Where the release loop is kept. */
export interface StorePlace {
  readonly kind: "json" | "sqlite";
  /** Absolute. */
  readonly path: string;
}

/** What the launcher hands to the app. No key is among it. */
export interface AppSettings {
  readonly config: Omit<Config, "apiKeys" | "root">;
  /** Real path of the folder to serve. */
  readonly root: string;
  readonly reach: Reach;
  /** Where jobs, models and canaries are kept: an absolute path. */
  readonly store: StorePlace;
  /** Absolute path of the journal's folder. */
  readonly journal: string;
  /** The operator's keys, as they are at the start. */
  readonly keys: readonly KeyDigest[];
  /** Whether nobody needs a key. */
  readonly isOpen: boolean;
  /** Configured files that lie in the root, relative to it: no tool may touch them. */
  readonly denied: readonly string[];
  /** The key of processes on this machine that may read the lock file. */
  readonly localKey: KeyDigest;
  /** Signs links to files: 32 random bytes. */
  readonly linkSecret: Uint8Array;
  readonly git: {
    /** Absolute path of the git program; undefined when there is none. */
    readonly program: string | undefined;
    /** All that a child process gets of the operator's environment. */
    readonly env: Readonly<Record<string, string>>;
  };
  readonly version: string;
  /** When the process began, in milliseconds since 1970. */
  readonly startedAt: number;
}

/** What the launcher tells the app. */
export type ToApp =
  /** `speaksLines`: a client on stdio is served as well. */
  | { readonly type: "start"; readonly settings: AppSettings; readonly speaksLines: boolean }
  /** A line from the client on stdio. */
  | { readonly type: "line"; readonly text: string }
  /** What came of a command that the app has asked for. */
  | { readonly type: "host_answer"; readonly answer: HostAnswer }
  /** The indexer to work with from now on is at the other end of the port. */
  | { readonly type: "indexer"; readonly port: MessagePort }
  /** The operator's keys are others now. */
  | { readonly type: "keys"; readonly keys: readonly KeyDigest[] }
  | { readonly type: "stop"; readonly reason: string };

/** What the app tells the launcher. */
export type FromApp =
  /** The app's code is loaded, and waits for its settings. */
  | { readonly type: "loaded" }
  | { readonly type: "listening"; readonly url: string }
  /** Its first client waits for nothing any more, so that others may load. */
  | { readonly type: "prepared" }
  | { readonly type: "cannot_listen"; readonly reason: string }
  /** What is kept of jobs, models and canaries cannot be opened. */
  | { readonly type: "cannot_open"; readonly reason: string }
  /** A line for the client on stdio. */
  | { readonly type: "line"; readonly text: string }
  /** A line of the client on stdio is done with: it has its answer, where it wants one. */
  | { readonly type: "line_done" }
  /** The app wants a command to be started, looked at or ended. */
  | { readonly type: "host_call"; readonly call: HostCall }
  | { readonly type: "stopped" };

/** Permissions of a worker: what is not named is refused. */
export function appPermissions(settings: AppSettings): Deno.PermissionOptionsObject {
  const { host, port } = settings.config;
  const { root, reach } = settings;
  return {
    read: [root, ...reach.read],
    write: [...(settings.config.access.readOnly ? [] : [root]), ...reach.write],
    net: [`${urlHost(host)}:${port}`, ...reach.net],
    run: settings.git.program === undefined ? false : [settings.git.program],
    env: false,
    sys: false,
    ffi: false,
    import: false,
  };
}

/** Starts the app's worker from the entry module. */
export function startCage(entry: string, settings: AppSettings): Worker {
  return new Worker(entry, { type: "module", name: "app", deno: { permissions: appPermissions(settings) } });
}

/** A host as it stands in a URL. */
export function urlHost(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
