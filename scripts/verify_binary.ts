/**
 * Proves a compiled file as a stranger would meet it: alone in an empty folder, with an empty environment, no Deno, and
 * a fresh repository.
 *
 *     deno task verify [FILE]                  dist/lukhas-mcp by default
 *     deno task verify FILE --pinned ROOT      a file that was compiled with --root ROOT; ROOT must not exist
 *
 * Prints a line for each proof, and the figures: size, first and later starts until `/readyz` is 200, resident memory.
 */
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import metadata from "../deno.json" with { type: "json" };
import { bareStartMs } from "./verify/bare_start.ts";
import { tryToEscape } from "./verify/escapes.ts";
import { median, residentMebibytes } from "./verify/figures.ts";
import { runCommand, type RunningFile, Stranger } from "./verify/stranger.ts";
import { speakOverStdio } from "./verify/stdio_session.ts";

/** Later starts that are timed. */
const STARTS = 15;

/** What is aimed at: milliseconds to `/readyz` of a later start, and MiB resident when nothing is asked. */
const READY_MS_GOAL = 150;
const RESIDENT_MEBIBYTES_GOAL = 110;

/** One proof; it may return a remark. */
interface Proof {
  readonly name: string;
  run(stranger: Stranger): Promise<string>;
}

/** Runs `use` against a server, which is stopped by SIGTERM, whatever comes of it. */
async function whileServing<Result>(
  stranger: Stranger,
  use: (server: RunningFile) => Promise<Result>,
): Promise<{ result: Result; stopMs: number }> {
  const server = await stranger.serve();
  const outcome = await use(server).then((result) => ({ result }), (error: unknown) => ({ error }));
  const { code, ms } = await server.stop();
  if ("error" in outcome) throw outcome.error;
  assert.equal(code, 0, "SIGTERM ends it with 0");
  return { result: outcome.result, stopMs: ms };
}

const PROOFS: readonly Proof[] = [
  {
    name: "the first start is ready",
    async run(stranger) {
      const { size } = await Deno.stat(stranger.file);
      const { result } = await whileServing(stranger, ({ readyMs }) => Promise.resolve(readyMs));
      return `${(size / 1024 / 1024).toFixed(1)} MiB to download, ${result.toFixed(0)} ms to /readyz`;
    },
  },
  {
    name: `${STARTS} later starts are ready`,
    async run(stranger) {
      const times: number[] = [];
      const bare: number[] = [];
      for (let count = 0; count < STARTS; count++) {
        const { result } = await whileServing(stranger, ({ readyMs }) => Promise.resolve(readyMs));
        times.push(result);
        bare.push(await bareStartMs(stranger.folder));
      }
      const range = `${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}`;
      const goal = `goal ${READY_MS_GOAL}: ${reached(median(times) <= READY_MS_GOAL)}`;
      const beside = `a bare Deno.serve beside it: median ${median(bare).toFixed(0)} ms`;
      return `median ${median(times).toFixed(0)} ms to /readyz, ${range} (${goal}; ${beside})`;
    },
  },
  {
    name: "it rests in little memory, and stops at SIGTERM",
    async run(stranger) {
      const { result, stopMs } = await whileServing(stranger, async ({ pid, url }) => {
        assert.equal((await fetch(`${url}/healthz`)).status, 200);
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        return await residentMebibytes(pid);
      });
      const goal = `goal ${RESIDENT_MEBIBYTES_GOAL}: ${reached(result < RESIDENT_MEBIBYTES_GOAL)}`;
      return `${result.toFixed(0)} MiB resident (${goal}), stopped in ${stopMs.toFixed(0)} ms`;
    },
  },
  { name: "version is that of deno.json", run: provesVersion },
  { name: "doctor finds nothing to mend", run: provesDoctor },
  { name: "an unknown flag is refused with the nearest one", run: provesUnknownFlag },
  { name: "a client on stdio is served", run: (stranger) => speakOverStdio(stranger) },
  {
    name: "the contract's script passes, word for word, through curl and jq",
    async run(stranger) {
      const script = new URL("./contract_smoke.sh", import.meta.url).pathname;
      await whileServing(stranger, async ({ url }) => {
        const env = { PATH: "/usr/bin:/bin", H: url, ROOT: stranger.root };
        const { code, stdout, stderr } = await runCommand("/usr/bin/env", { args: ["bash", script], env });
        assert.equal(code, 0, stdout + stderr);
      });
      return "";
    },
  },
  {
    name: "smoke passes against it",
    async run(stranger) {
      const { result } = await whileServing(stranger, ({ url }) => stranger.run(["smoke", "--yes", url]));
      assert.equal(result.code, 0, result.stdout + result.stderr);
      return result.stdout.trim().split("\n").at(-1) ?? "";
    },
  },
  {
    name: "no tool leads out of the repository",
    async run(stranger) {
      return (await whileServing(stranger, ({ url }) => tryToEscape(stranger, url))).result;
    },
  },
];

async function provesVersion(stranger: Stranger): Promise<string> {
  const { code, stdout } = await stranger.run(["version"]);
  assert.equal(code, 0);
  assert.equal(stdout.split("\n")[0], `lukhas-mcp ${metadata.version}`);
  return stdout.trim().split("\n").slice(1).join(", ");
}

async function provesDoctor(stranger: Stranger): Promise<string> {
  const { code, stdout, stderr } = await stranger.run(["doctor", "--root", stranger.root, "--port", "0"]);
  assert.equal(code, 0, stdout + stderr);
  return stdout.trim().split("\n").at(-1) ?? "";
}

async function provesUnknownFlag(stranger: Stranger): Promise<string> {
  const { code, stderr } = await stranger.run(["serve", "--prot", "80"]);
  assert.equal(code, 2);
  assert.match(stderr, /^lukhas-mcp: Unknown flag "--prot"; did you mean --port\?\n$/);
  return "";
}

/** Only a file that was compiled for one root has this to prove. */
const PINNED_PROOF: Proof = {
  name: "no other root is served",
  async run(stranger) {
    const lines: string[] = [];
    for (const root of [stranger.outside, "/", "/etc", `${stranger.root}/docs`, `${stranger.root}/..`]) {
      for (const [args, env] of [[["--root", root], {}], [[], { LUKHAS_REPO_ROOT: root }]] as const) {
        const { code, stderr } = await stranger.run([...args, "--port", "0"], env);
        assert.equal(code, 2, stderr);
        assert.match(
          stderr,
          /^lukhas-mcp: Cannot serve .*: this file was compiled for ".*" and serves nothing else\n$/,
        );
        lines.push(stderr.trim());
      }
    }
    return lines[0] ?? "";
  },
};

function reached(is: boolean): string {
  return is ? "reached" : "missed";
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function verify(file: string, pinned: string | undefined): Promise<boolean> {
  await using stranger = await Stranger.create(file, pinned);
  const before = await stranger.traces();
  const traceless: Proof = {
    name: "nothing is left behind outside the repository and the cache folder",
    async run() {
      assert.deepEqual(await stranger.traces(), [...before, "home/.cache"].sort());
      await assert.rejects(Deno.lstat(`${stranger.root}/.mcp-lock`), Deno.errors.NotFound);
      return "";
    },
  };
  const proofs = [...PROOFS, ...(pinned === undefined ? [] : [PINNED_PROOF]), traceless];
  let failed = 0;
  for (const { name, run } of proofs) {
    try {
      const remark = await run(stranger);
      print(`ok    ${name}${remark === "" ? "" : `: ${remark}`}`);
    } catch (error) {
      failed++;
      print(`FAIL  ${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  print(`${proofs.length - failed} passed, ${failed} failed`);
  return failed === 0;
}

function readFlags() {
  try {
    return parseArgs({ options: { pinned: { type: "string" } }, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    print(
      `${
        error.message.replace(/\. To specify [\s\S]*$/, "")
      }\nusage: deno task verify [--pinned ROOT] [FILE]`,
    );
    Deno.exit(2);
  }
}

const { values, positionals: [file = new URL("../dist/lukhas-mcp", import.meta.url).pathname] } = readFlags();
Deno.exit(await verify(file, values.pinned) ? 0 : 1);
