/** PromQL with placeholders: where they may stand, and how they are filled. */

/** What may stand in a template. */
export const PLACEHOLDERS = ["$__window", "$__gate", "$__model", "$__version"] as const;

/** What the placeholders stand for. */
export interface TemplateValues {
  /** Whole seconds. */
  readonly windowSeconds: number;
  readonly gate: string;
  readonly modelId: string;
}

/** A placeholder and what stands around it: a duration, or the value of an exact label matcher. */
const WINDOW_PLACE = /\[\s*\$__window\s*(?::[^\]]*)?\]/g;
const MATCHER = /(?:=~|!~|!=|=)\s*(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)/g;

/**
 * Why a template cannot be used; undefined when it can. A name stands inside of the double quotes of an exact matcher
 * (`gate="$__gate"`) alone: there it can be escaped, and means itself. In a regular expression a dot would match
 * anything.
 */
export function templateProblem(template: string): string | undefined {
  const rest = template.replaceAll(WINDOW_PLACE, "[]").replaceAll(
    MATCHER,
    (matcher) => /^!?=\s*"/.test(matcher) ? matcher.replaceAll(/\$__(gate|model|version)/g, "") : matcher,
  );
  const misplaced = /\$__\w+/.exec(rest)?.[0];
  if (misplaced === undefined) return undefined;
  if (misplaced === "$__window") return "holds $__window outside of square brackets, as in [$__window]";
  return PLACEHOLDERS.some((known) => known === misplaced)
    ? `holds ${misplaced} outside of an exact matcher, as in gate="${misplaced}"`
    : `holds ${misplaced}, which is none of ${PLACEHOLDERS.join(", ")}`;
}

/**
 * The template with every placeholder filled. `$__model` is the whole id, `$__version` what follows its last slash.
 *
 * @param template One that {@linkcode templateProblem} finds nothing wrong with.
 */
export function fill(template: string, { windowSeconds, gate, modelId }: TemplateValues): string {
  const values: Record<string, string> = {
    $__window: `${windowSeconds}s`,
    $__gate: escaped(gate),
    $__model: escaped(modelId),
    $__version: escaped(modelId.slice(modelId.lastIndexOf("/") + 1)),
  };
  return template.replaceAll(/\$__\w+/g, (name) => values[name] ?? name);
}

/** A label value inside of double quotes, by the rules of Go's strings. */
function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** The first series that is summed up over the window, as `http_requests_total{gate="x"}`; undefined if there is none. */
export function rangeSelector(template: string): string | undefined {
  return /([a-zA-Z_:][a-zA-Z0-9_:]*(?:\s*\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})?)\s*\[\s*\$__window\s*\]/
    .exec(template)?.[1];
}
