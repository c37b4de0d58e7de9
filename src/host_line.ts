/** The app's line to the launcher, who starts commands for it: calls that are answered in their own time. */
import type { EvalHost, HostRun, HostRunState, HostStart } from "./adapters/eval/eval_host.ts";

/** What the app asks. */
export type HostRequest =
  | { readonly method: "start"; readonly run: HostRun }
  | { readonly method: "poll"; readonly run: { readonly runId: string; readonly processGroup: number } }
  | { readonly method: "end"; readonly runId: string };

/** A request, and what its answer is to be called by. */
export interface HostCall {
  readonly call: number;
  readonly request: HostRequest;
}

/** What came of it. */
export interface HostAnswer {
  readonly call: number;
  readonly answer: HostStart | HostRunState | undefined;
}

/** See the module. The app's side. */
export class HostLine implements EvalHost {
  readonly #send: (call: HostCall) => void;
  readonly #waiting = new Map<number, (answer: HostAnswer["answer"]) => void>();
  #calls = 0;

  constructor(send: (call: HostCall) => void) {
    this.#send = send;
  }

  /** Takes in what the launcher answered. */
  hear({ call, answer }: HostAnswer): void {
    this.#waiting.get(call)?.(answer);
    this.#waiting.delete(call);
  }

  async start(run: HostRun): Promise<HostStart> {
    return await this.#ask({ method: "start", run }) as HostStart;
  }

  async poll(run: { runId: string; processGroup: number }): Promise<HostRunState> {
    return await this.#ask({ method: "poll", run }) as HostRunState;
  }

  async end(runId: string): Promise<void> {
    await this.#ask({ method: "end", runId });
  }

  #ask(request: HostRequest): Promise<HostAnswer["answer"]> {
    const call = ++this.#calls;
    const { promise, resolve } = Promise.withResolvers<HostAnswer["answer"]>();
    this.#waiting.set(call, resolve);
    this.#send({ call, request });
    return promise;
  }
}

/** The launcher's side. */
export async function answerHostCall(host: EvalHost, { call, request }: HostCall): Promise<HostAnswer> {
  switch (request.method) {
    case "start":
      return { call, answer: await host.start(request.run) };
    case "poll":
      return { call, answer: await host.poll(request.run) };
    case "end":
      await host.end(request.runId);
      return { call, answer: undefined };
    default:
      return request satisfies never;
  }
}
