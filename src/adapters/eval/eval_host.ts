/** Who starts commands: the launcher, outside of the cage. What passes between it and the app is in here. */
import type { Json } from "../../core/json.ts";

/** A run that is to begin. The command itself is the host's to know. */
export interface HostRun {
  readonly runId: string;
  readonly taskId: string;
  readonly configId: string;
}

/** What came of beginning it. */
export type HostStart =
  | { readonly kind: "started"; readonly processGroup: number }
  /** The message is for callers. */
  | { readonly kind: "refused"; readonly message: string };

/** How a run is doing. */
export type HostRunState =
  | { readonly kind: "running"; readonly progress?: Json }
  | {
    readonly kind: "ended";
    /** 0 for success; undefined when a signal ended it. */
    readonly exitCode: number | undefined;
    readonly signal: string | undefined;
    /** The end of what it wrote to stderr. */
    readonly stderr: string;
    readonly result?: Json;
    /** Whether it was asked to end. */
    readonly wasAsked: boolean;
  }
  /** This host did not begin it. `isAlive`: there is a process group of that number. */
  | { readonly kind: "unknown"; readonly isAlive: boolean };

/** See the module. */
export interface EvalHost {
  start(run: HostRun): Promise<HostStart>;
  poll(run: { readonly runId: string; readonly processGroup: number }): Promise<HostRunState>;
  /** Asks a run to end: SIGTERM for its process group, and SIGKILL some seconds later. */
  end(runId: string): Promise<void>;
}
