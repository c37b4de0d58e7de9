/** Lists in parts, newest first. */

/** Which part of a list is wanted, newest first. */
export interface PageRequest {
  /** Rows of the page. */
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

/** A part of a list. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Where the next page begins; absent on the last one. */
  readonly nextCursor?: string;
}

/** How many records there are of each status. */
export type Counts<Status extends string> = Readonly<Record<Status, number>>;

/** A time span, in milliseconds since 1970. */
export interface TimeSpan {
  /** Inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
}
