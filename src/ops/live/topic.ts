/** What a subscriber can name: one job, one canary, all of either, or everything. */
import type { Subject, Topic } from "../../store/event.ts";

/** Longest id that is looked up, in UTF-16 code units. */
const ID_CHARS_MAX = 256;

/** A topic as it was named. */
export type ParsedTopic =
  | { readonly topic: Topic; readonly subject: Subject }
  | { readonly topic: Topic; readonly subject: undefined };

/** Reads a topic; undefined for what is none. */
export function parseTopic(text: string): ParsedTopic | undefined {
  if (text === "*" || text === "job/*" || text === "canary/*") return { topic: text, subject: undefined };
  const slash = text.indexOf("/");
  const kind = text.slice(0, slash);
  const id = text.slice(slash + 1);
  if (kind !== "job" && kind !== "canary") return undefined;
  if (id === "" || id.length > ID_CHARS_MAX || !ID.test(id)) return undefined;
  const subject: Subject = `${kind}/${id}`;
  return { topic: subject, subject };
}

/** Without `*`, which stands for all, and without what no id of this or the old server has. */
const ID = /^[^\s\p{Cc}*]+$/u;
