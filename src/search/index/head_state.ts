/** Which commit is checked out, and whether the work tree differs from it: as it is now, but looked up only after a change. */
import type { Clock } from "../../core/clock.ts";
import { ToolError } from "../../core/errors.ts";
import type { Git } from "../../repo/git.ts";
import { gitMarks } from "../../repo/git/marks.ts";

/** How long the commit is believed to be the same where git's folder cannot be looked at. */
const UNSEEN_MS = 1_000;

/** A look for differences costs a walk of the work tree: the next one waits this long, and so many times as long as it took. */
const STATUS_PAUSE_MS = 1_000;
const STATUS_PAUSE_PER_LOOK = 20;

/** What the state is made of. */
export interface HeadStateParts {
  readonly git: Git;
  /** Real path of the root. */
  readonly root: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called when git has done something, such as a checkout, since the last look. */
  readonly onMoved: () => void;
}

/** See the module. */
export class HeadState {
  readonly #parts: HeadStateParts;
  #head: string | null = null;
  #isDirty: boolean | null = null;
  #marks: string | undefined;
  #lookedAt = -Infinity;
  #looking: Promise<void> | undefined;
  /** Counts up with every change that may have made the work tree differ, or differ no more. */
  #changes = 1;
  #statusOf = 0;
  /** When the next look may begin. */
  #statusAt = -Infinity;
  #statusRuns = false;

  constructor(parts: HeadStateParts) {
    this.#parts = parts;
  }

  /** The commit; null without one, and without git. */
  get head(): string | null {
    return this.#head;
  }

  /** Whether the work tree differs from it; null while that is not known. */
  get dirty(): boolean | null {
    return this.#statusOf === this.#changes ? this.#isDirty : null;
  }

  /** Files have changed. */
  changed(): void {
    this.#changes++;
  }

  /** Makes sure that {@linkcode head} is the one of this moment, and that {@linkcode dirty} will be known soon. */
  async freshen(): Promise<void> {
    const marks = gitMarks(this.#parts.root);
    const isSame = marks === undefined
      ? this.#parts.clock.elapsed() - this.#lookedAt < UNSEEN_MS
      : marks === this.#marks;
    if (!isSame) {
      if (this.#marks !== undefined && marks !== undefined) this.#parts.onMoved();
      this.#marks = marks;
      this.#changes++;
      await (this.#looking ??= this.#look().finally(() => this.#looking = undefined));
    }
    if (this.#statusOf !== this.#changes) this.#findOut();
  }

  async #look(): Promise<void> {
    this.#lookedAt = this.#parts.clock.elapsed();
    const before = this.#head;
    this.#head = await orWithoutGit(
      async () => (await this.#parts.git.headBlobs([], this.#parts.signal)).head,
    );
    // Where git's folder cannot be looked at, nothing else tells.
    if (this.#marks === undefined && before !== null && before !== this.#head) this.#parts.onMoved();
  }

  /** In the background: nobody waits for it. */
  async #findOut(): Promise<void> {
    const { git, clock, signal } = this.#parts;
    const started = clock.elapsed();
    if (this.#statusRuns || started < this.#statusAt) return;
    this.#statusRuns = true;
    const changes = this.#changes;
    const isDirty = await orWithoutGit(async () => !(await git.status({}, signal)).clean);
    this.#statusRuns = false;
    const now = clock.elapsed();
    this.#statusAt = now + Math.max(STATUS_PAUSE_MS, STATUS_PAUSE_PER_LOOK * (now - started));
    this.#isDirty = isDirty;
    this.#statusOf = changes;
  }
}

/** Null where git has no answer: there is none, the repository may not be used, the server is about to end. */
async function orWithoutGit<Value>(ask: () => Promise<Value>): Promise<Value | null> {
  try {
    return await ask();
  } catch (error) {
    const isExpected = error instanceof ToolError ||
      (error instanceof DOMException && error.name === "AbortError");
    if (!isExpected) throw error;
    return null;
  }
}
