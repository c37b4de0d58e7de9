/** The variables of evaluations: what runs them. */
import { EVAL_COMMAND_RUNS_MAX, EVAL_RUNS_MAX, EVAL_TIMEOUT_MS } from "../core/release_limits.ts";
import { ConfigReader } from "./config_reader.ts";

/** The variables that this area reads. */
export const EVAL_VARIABLES = [
  "LUKHAS_EVAL_BACKEND",
  "LUKHAS_EVAL_COMMAND",
  "LUKHAS_EVAL_CONCURRENCY",
  "LUKHAS_EVAL_RESULT",
  "LUKHAS_EVAL_TIMEOUT_MS",
  "LUKHAS_EVAL_TOKEN",
  "LUKHAS_EVAL_URL",
] as const;

type EvalRecord = Readonly<Partial<Record<(typeof EVAL_VARIABLES)[number], string | undefined>>>;

/** What runs evaluations. */
export interface EvalConfig {
  readonly backend: EvalBackend;
  /** Runs at the same time. */
  readonly runsMax: number;
  /** How long one may take, in milliseconds. */
  readonly timeLimitMs: number;
}

/** Whom a job is handed to. */
export type EvalBackend =
  | { readonly kind: "simulated" }
  | {
    readonly kind: "command";
    /** The program and its arguments, in which `{taskId}`, `{configId}` and `{jobId}` stand for a job's. */
    readonly argv: readonly string[];
    /** The file that holds the result at the end, with the same places; undefined: the last JSON object on stdout. */
    readonly resultFile: string | undefined;
  }
  | {
    readonly kind: "http";
    /** Without a slash at the end. */
    readonly url: string;
    /** A secret. */
    readonly token: string | undefined;
  };

/** Reads the variables of evaluations; what makes no sense is noted in `problems`. */
export function parseEvalConfig(record: EvalRecord, problems: string[]): EvalConfig {
  const read = new ConfigReader(record, problems);
  const backend = readBackend(read);
  return {
    backend,
    runsMax: readRunsMax(read, backend),
    timeLimitMs: read.integer("LUKHAS_EVAL_TIMEOUT_MS", {
      fallback: EVAL_TIMEOUT_MS,
      min: 1_000,
      max: 7 * 24 * 60 * 60_000,
    }),
  };
}

type Reader = ConfigReader<(typeof EVAL_VARIABLES)[number]>;

/** Runs that share a file for their results would be taken for each other: of those there is one at a time. */
function readRunsMax(read: Reader, backend: EvalBackend): number {
  const resultFile = backend.kind === "command" ? backend.resultFile : undefined;
  const isShared = resultFile !== undefined && !resultFile.includes("{jobId}");
  const fallback = isShared ? 1 : EVAL_RUNS_MAX;
  const runsMax = read.integer("LUKHAS_EVAL_CONCURRENCY", { fallback, min: 1, max: EVAL_COMMAND_RUNS_MAX });
  if (isShared && runsMax > 1) {
    read.note(
      `LUKHAS_EVAL_CONCURRENCY=${runsMax} needs {jobId} in LUKHAS_EVAL_RESULT: runs at the same time would write to one file`,
    );
  }
  return runsMax;
}

function readBackend(read: Reader): EvalBackend {
  const kind = read.choice("LUKHAS_EVAL_BACKEND", ["simulated", "command", "http"]);
  switch (kind) {
    case "simulated":
      return { kind };
    case "command":
      return { kind, argv: readCommand(read), resultFile: read.text("LUKHAS_EVAL_RESULT") };
    case "http": {
      const url = read.url("LUKHAS_EVAL_URL");
      if (url === undefined && read.text("LUKHAS_EVAL_URL") === undefined) {
        read.note('LUKHAS_EVAL_BACKEND="http" needs LUKHAS_EVAL_URL, the address of the service');
      }
      return { kind, url: url?.href.replace(/\/+$/, "") ?? "", token: read.text("LUKHAS_EVAL_TOKEN") };
    }
    default:
      return kind satisfies never;
  }
}

const COMMAND_EXAMPLE = '["inspect","eval","{taskId}","--config","{configId}","--json"]';

function readCommand(read: Reader): string[] {
  const text = read.text("LUKHAS_EVAL_COMMAND");
  if (text === undefined) {
    read.note(`LUKHAS_EVAL_BACKEND="command" needs LUKHAS_EVAL_COMMAND, such as ${COMMAND_EXAMPLE}`);
    return [];
  }
  const argv = parseArgv(text);
  if (argv === undefined) {
    read.refuse("LUKHAS_EVAL_COMMAND", text, `is not a JSON list of texts such as ${COMMAND_EXAMPLE}`);
    return [];
  }
  return argv;
}

function parseArgv(text: string): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
  const isText = (part: unknown) => typeof part === "string" && !part.includes("\0");
  if (!Array.isArray(value) || value.length === 0 || value[0] === "") return undefined;
  return value.every(isText) ? value : undefined;
}
