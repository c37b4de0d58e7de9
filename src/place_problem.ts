/** Why a place that the configuration names cannot be used, as its operator is told. */
import { systemReason } from "./core/system_reason.ts";

/** A clause for behind a colon. */
export function placeProblem(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "its folder is not there";
  if (error instanceof Deno.errors.NotCapable) {
    return "this process may not reach its folder; a file that is compiled for one root reaches more with --reach";
  }
  if (!(error instanceof Error)) throw error;
  return systemReason(error);
}
