/** What a start costs on this machine at this moment: Deno alone, with a server that does nothing. */

const PROGRAM =
  `Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: ({ port }) => console.log(port) }, () => new Response());`;

/** Milliseconds from the start of the process to its first answer. */
export async function bareStartMs(folder: string): Promise<number> {
  const script = `${folder}/bare.js`;
  await Deno.writeTextFile(script, PROGRAM);
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-config", "--no-lock", "--allow-net=127.0.0.1", script],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  const port = new TextDecoder().decode((await reader.read()).value).trim();
  await (await fetch(`http://127.0.0.1:${port}/`)).body?.cancel();
  const ms = performance.now() - started;
  child.kill("SIGTERM");
  await reader.cancel();
  await child.status;
  await Deno.remove(script);
  return ms;
}
