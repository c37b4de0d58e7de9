/** A figure of a part of the server, as it is at the moment of a scrape. */

/** See the module. */
export interface Figure {
  /** In the style of Prometheus: with the unit at its end, in base units. */
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}
