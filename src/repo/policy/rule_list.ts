/** Patterns that hold for one reason, and which of them fits a path. */
import { compilePathPattern, type PathPattern } from "./path_pattern.ts";

/** Names whose rule is remembered: the same few folders stand in ten thousands of paths. */
const NAMES_REMEMBERED_MAX = 20_000;

/** See the module. */
export class RuleList {
  /** Why a path that fits the rule is refused: a clause that follows "it ". */
  readonly reason: (rule: string) => string;
  readonly #names: readonly (PathPattern & { kind: "name" })[];
  readonly #paths: readonly (PathPattern & { kind: "path" })[];
  readonly #except: ReadonlySet<string>;
  readonly #known = new Map<string, string | undefined>();

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
  }

  /** The pattern that fits the path, or a folder above it. */
  fitting(folded: readonly string[]): string | undefined {
    for (const name of folded) {
      const rule = this.#nameRule(name);
      if (rule !== undefined) return rule;
    }
    if (this.#paths.length === 0) return undefined;
    for (let length = 1; length <= folded.length; length++) {
      const path = folded.slice(0, length).join("/");
      const rule = this.#paths.find(({ fits }) => fits(path))?.text;
      if (rule !== undefined) return rule;
    }
    return undefined;
  }

  /** The pattern about something below the path: whoever could put a link in its place would lead it elsewhere. */
  beyond(folded: readonly string[]): string | undefined {
    const isOnTheWay = ({ beginning }: PathPattern & { kind: "path" }) =>
      folded.length < beginning.length && folded.every((segment, index) => segment === beginning[index]);
    return this.#paths.find(isOnTheWay)?.text;
  }

  #nameRule(name: string): string | undefined {
    if (this.#known.has(name)) return this.#known.get(name);
    const rule = this.#except.has(name) ? undefined : this.#names.find(({ fits }) => fits(name))?.text;
    if (this.#known.size >= NAMES_REMEMBERED_MAX) this.#known.clear();
    this.#known.set(name, rule);
    return rule;
  }
}
