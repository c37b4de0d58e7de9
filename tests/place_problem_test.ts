/** Why a configured place cannot be used. */
import assert from "node:assert/strict";
import { placeProblem } from "../src/place_problem.ts";

Deno.test("a folder that may not be reached is not said to be missing", async () => {
  const missing = await Deno.realPath("/nonexistent/folder").catch(placeProblem);
  assert.equal(missing, "its folder is not there");
  assert.match(placeProblem(new Deno.errors.NotCapable("Requires read access")), /may not reach .* --reach/);
  assert.equal(placeProblem(new Error("Not a directory (os error 20): mkdir '/x'")), "Not a directory");
});
