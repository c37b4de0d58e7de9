/** What compiled files may do: what deno.json gives the launcher, or less. */
import assert from "node:assert/strict";
import metadata from "../../deno.json" with { type: "json" };
import { shapeFlags } from "../../scripts/compile/permission_flags.ts";

const SET = metadata.permissions.default;

Deno.test("a portable file has the permissions of deno.json, and never all of them", () => {
  const { flags, args } = shapeFlags({}, SET);
  assert.deepEqual(args, []);
  assert.equal(flags[0], "--no-prompt");
  assert.ok(flags.includes(`--allow-env=${SET.env.join(",")}`));
  for (const flag of flags) {
    assert.doesNotMatch(flag, /^(-A|--allow-all|--allow-ffi|--allow-import|--allow-sys)/);
  }
});

Deno.test("a pinned file may read and write its root, talk to loopback and run git", () => {
  const { flags, args } = shapeFlags({ root: "/srv/a", git: ["/usr/bin/git"] }, SET);
  assert.deepEqual(args, ["--pinned-root", "/srv/a"]);
  const wanted = [
    "--allow-read=/srv/a,/usr/bin/git",
    "--allow-write=/srv/a",
    "--allow-net=127.0.0.1,localhost,[::1]",
    "--allow-run=git",
  ];
  for (const flag of wanted) assert.ok(flags.includes(flag), flag);
  const more = shapeFlags(
    { root: "/srv/a", reach: ["/var/db"], net: ["0.0.0.0:8766"] },
    SET,
  ).flags.join("\n");
  assert.match(
    more,
    /--allow-read=\/srv\/a,\/var\/db\n--allow-write=\/srv\/a,\/var\/db\n.*,0\.0\.0\.0:8766\n/,
  );
});

Deno.test("no file runs anything but git, unless it is made to run commands", () => {
  for (const shape of [{}, { root: "/srv/a" }]) {
    assert.ok(shapeFlags(shape, SET).flags.includes("--allow-run=git"));
    assert.ok(shapeFlags({ ...shape, commands: true }, SET).flags.includes("--allow-run"));
  }
});

Deno.test("no path opens more than itself: one with a comma would be two", () => {
  for (
    const shape of [{ root: "/srv/a,/etc" }, { root: "/srv/a", reach: ["/db,b"] }, {
      root: "/srv/a",
      net: ["h,*"],
    }]
  ) {
    assert.throws(() => shapeFlags(shape, SET), /it has a comma/);
  }
});

Deno.test("a permission that no launcher needs stops the compilation", () => {
  for (const set of [{ all: true }, { ffi: true }, { import: ["example.com"] }]) {
    assert.throws(() => shapeFlags({}, set), /no launcher needs it/);
  }
});
