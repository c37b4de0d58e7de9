/** The Deno of a system: the one that runs this for its own, and for others the same version from npm. */
import { runDenoOrThrow } from "./deno_command.ts";
import type { Target } from "./target.ts";

/** The program's bytes. npm's packages come checked against the registry's sums. */
export async function denoFor(target: Target): Promise<Uint8Array> {
  if (target.triple === Deno.build.target) return await Deno.readFile(Deno.execPath());
  const version = Deno.version.deno;
  await runDenoOrThrow(["cache", "--no-config", `npm:${target.package}@${version}`]);
  const { npmCache } = JSON.parse((await runDenoOrThrow(["info", "--no-config", "--json"])).stdout);
  for (const { name } of Deno.readDirSync(npmCache)) {
    const path = `${npmCache}/${name}/${target.package}/${version}/deno`;
    const found = await Deno.readFile(path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    if (found !== undefined) return found;
  }
  throw new Error(`Cannot find Deno ${version} of ${target.package} in ${npmCache}`);
}
