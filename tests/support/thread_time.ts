/** How much a thread has worked, for tests that say a thing costs little: what else runs on the machine is not counted. */
import process from "node:process";

/** Milliseconds of processor time that this thread has spent so far; a test file has a thread of its own. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
