/** The server as a client's child, over standard input and output, with the permissions of the `start` task. */
const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** What a child needs beside its root: where its tools are, and no more of the tests' environment. */
const INHERITED = ["PATH", "HOME", "DENO_DIR", "LANG"];

/** A command and its environment. */
export interface StdioChild {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

/** How a client starts the server for the repository `root`. */
export function stdioChild(root: string): StdioChild {
  const env: Record<string, string> = { LUKHAS_REPO_ROOT: root, MCP_LOG: "off" };
  for (const name of INHERITED) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  return { command: Deno.execPath(), args: ["run", "-P", "--no-prompt", "--quiet", MAIN, "stdio"], env };
}
