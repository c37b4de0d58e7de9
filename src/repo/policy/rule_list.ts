/** Patterns that hold for one reason, and which of them fits a path. */
import { compilePathPattern, type PathPattern } from "./path_pattern.ts";

/** See the module. */
export class RuleList {
  /** Why a path that fits the rule is refused: a clause that follows "it ". */
  readonly reason: (rule: string) => string;
  readonly #names: readonly (PathPattern & { kind: "name" })[];
  readonly #paths: readonly (PathPattern & { kind: "path" })[];
  readonly #except: ReadonlySet<string>;
  /** Whether any of the patterns over names may fit: listings ask of ten thousands of names, and hardly one fits. */
  readonly #mayFitName: (name: string) => boolean;

  /** @param options.except Names that no pattern over names fits. */
  constructor(
    patterns: readonly string[],
    { reason, except = new Set() }: { reason: (rule: string) => string; except?: ReadonlySet<string> },
  ) {
    const compiled = patterns.map(compilePathPattern);
    this.reason = reason;
    this.#names = compiled.filter((pattern) => pattern.kind === "name");
    this.#paths = compiled.filter((pattern) => pattern.kind === "path");
    this.#except = except;
    this.#mayFitName = anyOf(this.#names);
  }

  /** The pattern that fits the path, or a folder above it. */
  fitting(folded: readonly string[]): string | undefined {
    for (const name of folded) {
      if (!this.#mayFitName(name) || this.#except.has(name)) continue;
      const rule = this.#names.find(({ fits }) => fits(name))?.text;
      if (rule !== undefined) return rule;
    }
    return this.#paths.find(({ fits }) => fits(folded))?.text;
  }

  /** The pattern about something below the path: whoever could put a link in its place would lead it elsewhere. */
  beyond(folded: readonly string[]): string | undefined {
    const isOnTheWay = ({ beginning }: PathPattern & { kind: "path" }) =>
      folded.length < beginning.length && folded.every((segment, index) => segment === beginning[index]);
    return this.#paths.find(isOnTheWay)?.text;
  }
}

/** One expression for all the patterns that have one; a pattern that has none may always fit. */
function anyOf(names: readonly (PathPattern & { kind: "name" })[]): (name: string) => boolean {
  if (names.length === 0) return () => false;
  const sources = names.flatMap(({ source }) => source ?? []);
  if (sources.length < names.length) return () => true;
  const expression = new RegExp(`^(?:${sources.join("|")})$`, "s");
  return (name) => expression.test(name);
}
