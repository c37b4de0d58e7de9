/** One tool call's view of the repository: where it is, what its configuration says, and git held to both. */

import { ToolError } from "../../core/errors.ts";
import { type ConfigEntry, parseConfigList } from "./config_entries.ts";
import { refuseWritableConfig } from "./config_files.ts";
import { overrides, settingsEnvironment } from "./config_overrides.ts";
import type { Location } from "./discovery.ts";
import type { GitOptions } from "./options.ts";
import type { ProcessResult } from "./process.ts";
import type { GitRunner, RunOptions } from "./runner.ts";
import { scrub } from "./scrub.ts";

const decoder = new TextDecoder();

// What --literal-pathspecs sets; as a variable, the one command that cannot bear it can take it back.
const LITERAL = { GIT_LITERAL_PATHSPECS: "1" };

const STDERR_SHOWN_CHARS = 400;

/** What a session is made of. */
export interface SessionParts {
  runner: GitRunner;
  options: GitOptions;
  location: Location;
}

/** Runs git commands on the repository with the configuration that was read when it was opened. */
export class GitSession {
  readonly location: Location;
  readonly options: GitOptions;
  readonly config: readonly ConfigEntry[];
  readonly #runner: GitRunner;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(parts: SessionParts, config: readonly ConfigEntry[]) {
    this.location = parts.location;
    this.options = parts.options;
    this.config = config;
    this.#runner = parts.runner;
    this.#env = settingsEnvironment(overrides(config, parts.options));
  }

  /** Reads the configuration. It is read anew for every tool call, because it may change between two. */
  static async open(parts: SessionParts, signal?: AbortSignal): Promise<GitSession> {
    const args = [
      `--git-dir=${parts.location.gitDir}`,
      "config",
      "--list",
      "--show-scope",
      "--show-origin",
      "--includes",
      "-z",
    ];
    const result = await parts.runner.run(args, { signal });
    if (result.code !== 0 || result.truncated) throw failure("config", result, parts);
    const config = parseConfigList(decoder.decode(result.stdout));
    await refuseWritableConfig(parts, config, signal);
    return new GitSession(parts, config);
  }

  /** Runs one git command to its end, whatever its exit code. `args` begin with the command's name. */
  run(args: readonly string[], options: RunOptions = {}): Promise<ProcessResult> {
    const { gitDir, top } = this.location;
    const global = [`--git-dir=${gitDir}`, `--work-tree=${top}`, "--no-pager"];
    const env = { ...this.#env, ...LITERAL, ...options.env };
    return this.#runner.run([...global, ...args], { ...options, env });
  }

  /** Runs one git command and throws `git_failed` unless it ends with 0 (or was cut off at its output limit). */
  async read(args: readonly string[], options: RunOptions = {}): Promise<ProcessResult> {
    const result = await this.run(args, options);
    if (result.code !== 0 && !result.truncated) throw this.failure(args[0] ?? "", result);
    return result;
  }

  /** The error for a command that failed, with git's own message and no path of the host in it. */
  failure(command: string, result: ProcessResult): ToolError {
    return failure(command, result, { options: this.options, location: this.location });
  }

  /** A path below the top as a path below the root; `undefined` when it lies outside. */
  relative(topPath: string): string | undefined {
    const { prefix } = this.location;
    return topPath.startsWith(prefix) ? topPath.slice(prefix.length) : undefined;
  }
}

function failure(command: string, result: ProcessResult, parts: Omit<SessionParts, "runner">): ToolError {
  const { location, options } = parts;
  const hosts = [
    [location.gitDir, ".git"],
    [options.root, "."],
    [location.top, "."],
    [options.env.HOME ?? "", "~"],
  ] as const;
  const said = scrub(result.stderr.trim(), hosts).replace(/^(fatal|error): /, "").slice(-STDERR_SHOWN_CHARS);
  const reason = said === "" ? `it ended with code ${result.code}` : said;
  return new ToolError("git_failed", `Cannot run git ${command}: ${reason}`, { exitCode: result.code });
}
