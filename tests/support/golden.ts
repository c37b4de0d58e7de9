/** Golden files: the wire surface as JSON in the repository, so that a change of it shows in review. */
import assert from "node:assert/strict";

const FOLDER = new URL("../golden/", import.meta.url);

/**
 * Compares a value with `tests/golden/<name>.json`. `UPDATE_GOLDEN=1` writes the file anew; a missing one is written
 * too, except where `CI` is set: there it fails.
 */
export async function assertGolden(
  name: string,
  value: unknown,
  { update, ci } = { update: Deno.env.get("UPDATE_GOLDEN") === "1", ci: (Deno.env.get("CI") ?? "") !== "" },
): Promise<void> {
  const url = new URL(`${name}.json`, FOLDER);
  const actual = `${JSON.stringify(sorted(value), null, 2)}\n`;
  const wanted = await readIfThere(url);
  if (update || (wanted === undefined && !ci)) {
    if (actual !== wanted) await Deno.writeTextFile(url, actual);
    return;
  }
  const advice = "if the change is meant, run the tests once with UPDATE_GOLDEN=1 and commit the file";
  assert.ok(wanted !== undefined, `tests/golden/${name}.json is missing: ${advice}`);
  // deepEqual first: its message shows what differs, and keeps short what does not.
  assert.deepEqual(JSON.parse(actual), JSON.parse(wanted), `tests/golden/${name}.json differs: ${advice}`);
  assert.equal(actual, wanted, `tests/golden/${name}.json is not as it would be written: ${advice}`);
}

/** The names of all golden files. */
export async function goldenNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(FOLDER)) {
    if (name.endsWith(".json")) names.push(name.slice(0, -".json".length));
  }
  return names.sort();
}

/** The same value with the keys of every object in order. Lists keep theirs. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}

async function readIfThere(url: URL): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(url);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
