/** What an answer of the search says about the index that it came from. */

/** How fresh an answer is. */
export interface IndexReceipt {
  /** Files in the index. */
  readonly files: number;
  /** Files known to have changed, or not looked at yet, that the index does not have as they are; 0: it is whole. */
  readonly pending: number;
  /** The commit that is checked out; null without one. */
  readonly head: string | null;
  /** Whether the work tree differs from that commit; null while that is not known, and without git. */
  readonly dirty: boolean | null;
}

/** How it stands with the index. */
export interface IndexStatus {
  /**
   * Waits until what tools wrote before this call can be found, for at most `INDEX_WAIT_MS`. Usually that is at once.
   * What is not in the index by then is counted in `pending`.
   */
  settle(signal: AbortSignal): Promise<void>;
  receipt(): IndexReceipt;
}
