/** What a command writes: progress while it runs, and the result at the end. */
import { isDeeperThan, type Json, type JsonObject } from "../core/json.ts";
import {
  EVAL_JSON_LEVELS_MAX,
  EVAL_RESULT_ATTEMPTS_MAX,
  EVAL_STDERR_KEPT_BYTES,
  EVAL_STDOUT_TAIL_CHARS,
} from "../core/release_limits.ts";

/** What is known of a command's output. Only the end of it is kept. */
export class EvalOutput {
  #line = "";
  #tail = "";
  #stderr: Uint8Array = new Uint8Array();
  #progress: Json | undefined;

  /** What the last line said that told of progress. */
  get progress(): Json | undefined {
    return this.#progress;
  }

  /** The end of stderr. A character that was cut in two is shown as such. */
  get stderr(): string {
    return new TextDecoder().decode(this.#stderr);
  }

  addStdout(text: string): void {
    this.#tail = (this.#tail + text).slice(-EVAL_STDOUT_TAIL_CHARS);
    const lines = (this.#line + text).split("\n");
    // A line without an end is no line: what is longer than all that is kept is given up.
    this.#line = (lines.pop() ?? "").slice(-EVAL_STDOUT_TAIL_CHARS);
    for (const line of lines) {
      const progress = objectOf(line)?.progress;
      if (progress !== undefined) this.#progress = progress;
    }
  }

  addStderr(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#stderr.length + bytes.length);
    all.set(this.#stderr);
    all.set(bytes, this.#stderr.length);
    this.#stderr = all.slice(-EVAL_STDERR_KEPT_BYTES);
  }

  /** The last JSON object on stdout, on one line or over several, that is no progress. */
  result(): JsonObject | undefined {
    const lines = this.#tail.split("\n");
    let last = -1;
    let attempts = 0;
    for (let first = lines.length - 1; first >= 0; first--) {
      const line = lines[first] ?? "";
      if (line === "}") last = first;
      if (!line.startsWith("{")) continue;
      let object = objectOf(line);
      // Each of these reads a part of the output anew: a flood of braces is not to keep the launcher busy.
      if (object === undefined && last >= 0 && attempts++ < EVAL_RESULT_ATTEMPTS_MAX) {
        object = objectOf(lines.slice(first, last + 1).join("\n"));
      }
      if (object !== undefined && object.progress === undefined) return object;
    }
    return undefined;
  }
}

/** The object that a text is; undefined for one that is something else, or too deep to be handed on. */
export function objectOf(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    const object: JsonObject = JSON.parse(text);
    return isDeeperThan(EVAL_JSON_LEVELS_MAX, object) ? undefined : object;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
