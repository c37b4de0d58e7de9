/** What the house rules ask of a source file, read from its syntax tree (the one that `deno lint` uses). */

/** A place in a file. */
export interface Place {
  /** Counted from 1. */
  readonly line: number;
  readonly what: string;
}

/** What a file says of itself. */
export interface SourceFacts {
  /** Relative to the repository, with `/` between segments. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  /** Specifiers of static and dynamic imports, re-exports and import types. */
  readonly imports: readonly Place[];
  /** Functions of any kind, `what` being the name; `lines` from the first to the last. */
  readonly functions: readonly (Place & { readonly lines: number })[];
  /** Names that are used as values: `Deno.env`, `console`, `Date.now` and the like. */
  readonly uses: readonly Place[];
  /** Members with TypeScript's `private`, constructors aside. */
  readonly privates: readonly Place[];
  readonly emptyCatches: readonly Place[];
  /** Whether it does nothing but export what others define. */
  readonly isBarrel: boolean;
}

/** A node of the tree, as far as it is looked at here. */
// deno-lint-ignore no-explicit-any -- one visitor for every kind of node.
type Node = any;

/** Reads a file. Works under `deno test` alone, where `Deno.lint` exists. */
export function readSource(path: string, text: string): SourceFacts {
  const reader = new Reader(text);
  const create = () => ({ "*": (node: Node) => reader.visit(node) });
  Deno.lint.runPlugin({ name: "facts", rules: { facts: { create } } }, path, text);
  const { imports, functions, uses, privates, emptyCatches, isBarrel } = reader;
  const lines = text.replace(/\n$/, "").split("\n").length;
  return { path, text, lines, imports, functions, uses, privates, emptyCatches, isBarrel };
}

const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

class Reader {
  readonly imports: Place[] = [];
  readonly functions: (Place & { lines: number })[] = [];
  readonly uses: Place[] = [];
  readonly privates: Place[] = [];
  readonly emptyCatches: Place[] = [];
  isBarrel = false;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  visit(node: Node): void {
    if (node.type === "Program") this.isBarrel = isBarrel(node.body);
    if (FUNCTIONS.has(node.type)) this.#function(node);
    if (node.source?.type === "Literal") this.#note(this.imports, node, node.source.value);
    else if (node.type === "ImportExpression") this.#note(this.imports, node, "(computed)");
    if (node.type === "TSImportType") {
      this.#note(this.imports, node, node.argument.literal?.value ?? node.argument.value);
    }
    const isPrivate = node.accessibility === "private" && node.kind !== "constructor";
    // A member that a constructor's parameter declares cannot be written with # in any case.
    if (isPrivate || node.type === "TSParameterProperty") {
      this.#note(this.privates, node, node.key?.name ?? "parameter");
    }
    if (node.type === "CatchClause" && node.body.body.length === 0) {
      this.#note(this.emptyCatches, node, "catch");
    }
    this.#use(node);
  }

  #use(node: Node): void {
    if (node.type === "MemberExpression" && node.object.type === "Identifier" && !node.computed) {
      this.#note(this.uses, node, `${node.object.name}.${node.property.name}`);
    }
    if (node.type === "NewExpression" && node.callee.name === "Date" && node.arguments.length === 0) {
      this.#note(this.uses, node, "new Date()");
    }
  }

  #function(node: Node): void {
    const [start, end] = node.range;
    const name = node.id?.name ?? node.parent?.key?.name ?? node.parent?.id?.name ?? "(anonymous)";
    const first = this.#lineAt(start);
    this.functions.push({ line: first, what: name, lines: this.#lineAt(end) - first + 1 });
  }

  #note(places: Place[], node: Node, what: string): void {
    places.push({ line: this.#lineAt(node.range[0]), what });
  }

  #lineAt(offset: number): number {
    return this.#text.slice(0, offset).split("\n").length;
  }
}

function isBarrel(statements: readonly Node[]): boolean {
  if (statements.some(({ type }) => type === "ExportAllDeclaration")) return true;
  return statements.length > 0 &&
    statements.every((node) => node.type === "ExportNamedDeclaration" && node.source?.type === "Literal");
}
