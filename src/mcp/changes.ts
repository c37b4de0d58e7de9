/** What has changed, told to everybody who listens. The server's own parts announce; sessions and streams listen. */

/** A change that clients may want to hear of. */
export type Change =
  | { readonly kind: "tools" }
  | { readonly kind: "prompts" }
  | { readonly kind: "resources" }
  | { readonly kind: "resource"; readonly uri: string };

/** Passes changes on. */
export class Changes {
  readonly #listeners = new Set<(change: Change) => void>();

  /** Tells everybody, before it returns. */
  announce(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }

  /** Listens until the returned function is called. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The method and parameters of the notification about a change. */
export function changeNotification(change: Change): { method: string; params: Record<string, unknown> } {
  switch (change.kind) {
    case "tools":
    case "prompts":
    case "resources":
      return { method: `notifications/${change.kind}/list_changed`, params: {} };
    case "resource":
      return { method: "notifications/resources/updated", params: { uri: change.uri } };
    default:
      return change satisfies never;
  }
}
