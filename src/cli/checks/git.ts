/** Whether there is a git, and which. The server runs without one; the git tools then say so. */
import { type Check, note, ok } from "../check.ts";
import { gitVersion } from "../version.ts";

export const gitCheck: Check = {
  name: "git",
  async look({ git }) {
    if (git.program === undefined) {
      return note("none on the PATH: files are served, and the git tools answer unavailable; install git");
    }
    return ok(`${await gitVersion(git.program, git.env)} at ${git.program}`);
  },
};
