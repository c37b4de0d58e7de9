/** Fields of the JSON file that this server does not know: they are written as they were read. */
import { STATE_TABLES } from "../sqlite/state_shape.ts";
import type { StateDocument } from "./state_document.ts";

/** Lists whose records may have fields of others, and the property that names a record. */
const NAMED_LISTS = [["jobs", "jobId"], ["models", "modelId"], ["canaries", "canaryId"]] as const;

/** What the document says beside its lists. */
const FACTS = ["lastAuditId", "lastEventId", "auditAnchor"];

/** See the module. */
export class UnknownFields {
  /** Of the document. */
  readonly top: Readonly<Record<string, unknown>>;
  readonly #ofRecords = new Map<string, Map<string, Record<string, unknown>>>();

  constructor(read: StateDocument) {
    const lists = new Set(STATE_TABLES.map(({ list }) => list));
    this.top = without(read, [...lists, ...FACTS]);
    for (const [list, idProperty] of NAMED_LISTS) {
      const known = STATE_TABLES.find((shape) =>
        shape.list === list
      )?.columns.map(({ property }) => property) ?? [];
      const ofList = new Map<string, Record<string, unknown>>();
      for (const record of read[list] as readonly Record<string, unknown>[]) {
        const unknown = without(record, known);
        if (Object.keys(unknown).length > 0) ofList.set(String(record[idProperty]), unknown);
      }
      if (ofList.size > 0) this.#ofRecords.set(list, ofList);
    }
  }

  /** The records of a list, with what is not known of them. */
  addTo(list: string, records: readonly string[]): readonly string[] {
    const ofList = this.#ofRecords.get(list);
    const idProperty = NAMED_LISTS.find(([name]) => name === list)?.[1];
    if (ofList === undefined || idProperty === undefined) return records;
    return records.map((text) => {
      const record: Record<string, unknown> = JSON.parse(text);
      const unknown = ofList.get(String(record[idProperty]));
      return unknown === undefined ? text : JSON.stringify({ ...record, ...unknown });
    });
  }
}

function without(
  record: Readonly<Record<string, unknown>>,
  known: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !known.includes(name)));
}
