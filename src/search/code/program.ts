/** What RE2 compiles an expression to, read from the library's compiled form: steps that lead to each other. */
import type { RE2JS } from "re2js";

/** One step. Numbers are places in {@linkcode Program.steps}. */
export type Step =
  /** Goes on in each of these places. */
  | { readonly kind: "fork"; readonly to: readonly number[] }
  /** Goes on where all these {@linkcode Around} hold, and takes nothing. */
  | { readonly kind: "position"; readonly needs: number; readonly to: number }
  | { readonly kind: "char"; readonly chars: Chars; readonly to: number }
  | { readonly kind: "match" };

/** What a step takes: of ASCII as it is, and whether there is something beyond. Equal sets are the same object. */
export interface Chars {
  /** One for each character of ASCII. */
  readonly ascii: readonly boolean[];
  readonly hasMore: boolean;
}

/** See the module. */
export interface Program {
  readonly start: number;
  readonly steps: readonly Step[];
}

/** What can be asked of a place between two characters; the bits are RE2's. */
export const Around = {
  beginsLine: 1,
  endsLine: 2,
  beginsText: 4,
  endsText: 8,
  isWordBoundary: 16,
  isNoWordBoundary: 32,
} as const;

/** The last character of ASCII, and one more. */
export const ASCII_END = 128;

/** Letters beyond ASCII that are another case of one in it: the Kelvin sign, and the long s. */
const FOLDED_TO_ASCII = [0x212a, 0x17f];

/** An instruction of the library. It declares them as unknown. */
interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  readonly runes: readonly number[];
  matchRune(rune: number): boolean;
}

/** Undefined where it has steps that are not known here, such as those of look-behinds. */
export function readProgram(regex: RE2JS): Program | undefined {
  const { inst, start }: { inst: readonly Instruction[]; start: number } = regex.re2().prog;
  const known = new Map<string, Chars>();
  const steps: Step[] = [];
  for (const instruction of inst) {
    const step = stepOf(instruction, known);
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return { start, steps };
}

function stepOf(instruction: Instruction, known: Map<string, Chars>): Step | undefined {
  const { op, out, arg, runes } = instruction;
  switch (op) {
    case 1: // A choice; the second is the same, where one of both is the end.
    case 2:
      return { kind: "fork", to: [out, arg] };
    case 3: // The edge of a group, and nothing at all.
    case 7:
      return { kind: "fork", to: [out] };
    case 4:
      return { kind: "position", needs: arg, to: out };
    case 5: // Fails.
      return { kind: "fork", to: [] };
    case 6:
      return { kind: "match" };
    case 8: // Characters; the other three are common cases of it.
    case 9:
    case 10:
    case 11: {
      const key = `${arg} ${runes.join()}`;
      const chars = known.get(key) ?? charsOf(instruction);
      known.set(key, chars);
      return { kind: "char", chars, to: out };
    }
    default:
      return undefined;
  }
}

function charsOf(instruction: Instruction): Chars {
  return {
    ascii: Array.from({ length: ASCII_END }, (_, code) => instruction.matchRune(code)),
    hasMore: instruction.runes.some((rune) => rune >= ASCII_END) ||
      FOLDED_TO_ASCII.some((rune) => instruction.matchRune(rune)),
  };
}

/** Whether each match lies in one line, whatever stands in the others. */
export function knowsLinesAlone({ steps }: Program): boolean {
  const ofText = Around.beginsText | Around.endsText;
  return steps.every((step) =>
    (step.kind !== "char" || step.chars.ascii[10] === false) &&
    (step.kind !== "position" || (step.needs & ofText) === 0)
  );
}
