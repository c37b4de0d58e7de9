/** The open sessions. Most clients never end theirs, so idle ones end by themselves, and their number is bounded. */
import type { Clock, NewId } from "../core/clock.ts";
import { SESSION_IDLE_MS, SESSIONS_MAX } from "../core/limits.ts";
import { Session, type SessionOptions } from "./session.ts";

interface Entry {
  readonly session: Session;
  /** On the clock that never goes back. */
  lastUsed: number;
}

/** See the module. */
export class Sessions implements Iterable<Session> {
  readonly #clock: Clock;
  readonly #newId: NewId;
  /** The one unused for longest comes first. */
  readonly #entries = new Map<string, Entry>();

  constructor(options: { clock: Clock; newId: NewId }) {
    this.#clock = options.clock;
    this.#newId = options.newId;
  }

  /** Begins a session. */
  begin(options: Omit<SessionOptions, "id">): Session {
    this.#sweep();
    if (this.#entries.size >= SESSIONS_MAX) this.#evict();
    const session = new Session({ id: this.#newId(), ...options });
    this.#entries.set(session.id, { session, lastUsed: this.#clock.elapsed() });
    return session;
  }

  /** The session of that id, where it is open and the caller's own. Counts as a use. */
  get(id: string, caller: string | undefined): Session | undefined {
    this.#sweep();
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.session.caller !== caller) return undefined;
    entry.lastUsed = this.#clock.elapsed();
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return entry.session;
  }

  /** Ends a session; a second time it is unknown. */
  end(session: Session): void {
    this.#entries.delete(session.id);
    session.close();
  }

  /** Ends those of these callers. */
  endCallers(callers: ReadonlySet<string | undefined>): void {
    for (const session of [...this]) if (callers.has(session.caller)) this.end(session);
  }

  /** Ends all. */
  close(): void {
    for (const { session } of [...this.#entries.values()]) this.end(session);
  }

  *[Symbol.iterator](): IterableIterator<Session> {
    for (const { session } of this.#entries.values()) yield session;
  }

  /** Ends what was idle for too long. Looks at the first few only, as a rule: they are in the order of use. */
  #sweep(): void {
    const now = this.#clock.elapsed();
    for (const entry of this.#entries.values()) {
      if (now - entry.lastUsed < SESSION_IDLE_MS) return;
      if (!entry.session.isBusy) this.end(entry.session);
    }
  }

  /** Whoever has most sessions gives one up, so that no caller can end another's by beginning its own. */
  #evict(): void {
    const byCaller = Map.groupBy(this, ({ caller }) => caller);
    const most = [...byCaller.values()].reduce((most, others) => others.length > most.length ? others : most);
    const victim = most.find(({ isBusy }) => !isBusy) ?? most[0];
    if (victim !== undefined) this.end(victim);
  }
}
