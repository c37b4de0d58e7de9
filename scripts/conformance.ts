/**
 * Runs the official conformance suite, at a pinned version, against the fixture and the real server, and prints one
 * table. A failed check, a warning, or a scenario that did not run is a failure.
 *
 *     deno task conformance
 */
import { startServerProcess } from "./server_process.ts";
import { TextLineStream } from "./text_lines.ts";

const SUITE = "npm:@modelcontextprotocol/conformance@0.2.0-alpha.12";
const LOCK = new URL("../tests/conformance/suite.lock", import.meta.url).pathname;
const FIXTURE = new URL("../tests/conformance/serve.ts", import.meta.url).pathname;

/** One run of the suite. */
interface Run {
  readonly name: string;
  readonly server: "fixture" | "real";
  readonly options: readonly string[];
  /** Scenarios that must have run: the suite passes over those that it does not know. */
  readonly scenarios: number;
}

/** What of the suite needs no tools, resources or prompts of its own. */
const GENERAL_SCENARIOS: Readonly<Record<string, readonly string[]>> = {
  "2025-11-25": [
    "server-initialize",
    "ping",
    "logging-set-level",
    "tools-list",
    "server-sse-multiple-streams",
    "dns-rebinding-protection",
    "server-session-lifecycle",
  ],
  "2026-07-28": [
    "tools-list",
    "server-sse-multiple-streams",
    "dns-rebinding-protection",
    "http-header-validation",
  ],
};

const RUNS: readonly Run[] = [
  { name: "2025-11-25", server: "fixture", options: ["--requirements", "2025-11-25"], scenarios: 30 + 3 },
  { name: "2026-07-28", server: "fixture", options: ["--requirements", "2026-07-28"], scenarios: 37 + 13 },
  ...["2025-06-18", "2025-03-26"].map((version): Run => ({
    name: `${version}, all`,
    server: "fixture",
    options: ["--suite", "all", "--spec-version", version],
    scenarios: version === "2025-06-18" ? 27 : 1,
  })),
  ...Object.entries(GENERAL_SCENARIOS).flatMap(([version, scenarios]) =>
    scenarios.map((scenario): Run => ({
      name: `${version}, ${scenario}`,
      server: "real",
      options: ["--scenario", scenario, "--spec-version", version],
      scenarios: 1,
    }))
  ),
];

/** Checks by status, and what is wrong. */
interface Tally {
  scenarios: number;
  readonly statuses: Map<string, number>;
  readonly problems: string[];
}

const encoder = new TextEncoder();

function print(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

async function startFixture(): Promise<AsyncDisposable & { readonly url: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", "--allow-net=127.0.0.1", FIXTURE],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextLineStream()).getReader();
  const { value: url = "" } = await lines.read();
  return {
    url,
    async [Symbol.asyncDispose]() {
      await lines.cancel();
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

/** Runs the suite in a process that reaches this machine alone, and writes to `folder` alone. */
async function runSuite(url: string, { run, folder }: { run: Run; folder: string }): Promise<Tally> {
  const permissions = ["--allow-net=127.0.0.1,localhost", "--allow-read", "--allow-env", "--allow-sys"];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--quiet", "--no-config", `--lock=${LOCK}`, "--frozen"],
      ...[...permissions, `--allow-write=${folder}`, SUITE],
      ...["server", "--url", `${url}/mcp`, ...run.options, "-o", folder],
    ],
    cwd: folder,
    stdin: "null",
    stderr: "inherit",
  }).output();
  const tally = await readChecks(folder);
  if (!success) tally.problems.push(new TextDecoder().decode(stdout).split("\n").slice(-15).join("\n"));
  if (tally.scenarios !== run.scenarios) {
    tally.problems.push(`${tally.scenarios} scenarios ran, ${run.scenarios} should have`);
  }
  return tally;
}

async function readChecks(folder: string): Promise<Tally> {
  const tally: Tally = { scenarios: 0, statuses: new Map(), problems: [] };
  for await (const { name } of Deno.readDir(folder)) {
    const checks: { id: string; status: string; errorMessage?: string }[] = JSON.parse(
      await Deno.readTextFile(`${folder}/${name}/checks.json`),
    );
    tally.scenarios++;
    for (const { id, status, errorMessage } of checks) {
      tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
      if (status === "FAILURE" || status === "WARNING") {
        tally.problems.push(`${status} ${name} ${id}: ${errorMessage ?? ""}`);
      }
    }
  }
  return tally;
}

function row(server: string, name: string, cells: readonly (string | number)[]): string {
  const [first = "", ...rest] = cells;
  return `${server.padEnd(8)} ${name.padEnd(42)} ${
    [first, ...rest].map((cell) => String(cell).padStart(9)).join("")
  }`;
}

async function runAll(urls: Readonly<Record<Run["server"], string>>): Promise<string[]> {
  const problems: string[] = [];
  print(row("server", "run", ["scenarios", "passed", "failed", "warnings", "skipped"]));
  for (const run of RUNS) {
    const folder = await Deno.makeTempDir({ prefix: "conformance-" });
    try {
      const tally = await runSuite(urls[run.server], { run, folder });
      const count = (status: string) => tally.statuses.get(status) ?? 0;
      const counts = ["SUCCESS", "FAILURE", "WARNING", "SKIPPED"].map(count);
      print(row(run.server, run.name, [`${tally.scenarios}/${run.scenarios}`, ...counts]));
      problems.push(...tally.problems.map((problem) => `${run.server} ${run.name}: ${problem}`));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  return problems;
}

const root = await Deno.makeTempDir({ prefix: "conformance-root-" });
try {
  await using fixture = await startFixture();
  await using real = await startServerProcess({ root });
  const problems = await runAll({ fixture: fixture.url, real: real.url });
  for (const problem of problems) print(problem);
  print(problems.length === 0 ? "conformance: passed" : `conformance: ${problems.length} problems`);
  Deno.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await Deno.remove(root, { recursive: true });
}
