/** Tries whether a file can be made, and takes it away again. */
import { systemReason } from "../../core/system_reason.ts";

/** Why none can be made at the path, in the system's words; undefined when one can. */
export async function whyNoFile(path: string): Promise<string | undefined> {
  try {
    await Deno.writeTextFile(path, "", { createNew: true });
    await Deno.remove(path);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return systemReason(error);
  }
}
