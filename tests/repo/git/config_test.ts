import assert from "node:assert/strict";
import { parseConfigList } from "../../../src/repo/git/config_entries.ts";
import { localFilters, overrides, settingsEnvironment } from "../../../src/repo/git/config_overrides.ts";

const local = (key: string, value = "evil") => ({ scope: "local", key, value });

/** The value that git ends up with for a key, when only the repository sets it. */
function effective(key: string, ...others: ReturnType<typeof local>[]): string | undefined {
  return overrides([local(key), ...others], { trustHooks: false }).findLast(([name]) =>
    name.toLowerCase() === key.toLowerCase()
  )?.[1];
}

// Every key of `git help -c` and of the documentation up to 2.54 whose value is run, or names what is run,
// makes git wait or work without end, or decides what the operator signs and how safely git writes.
const DANGEROUS = `
  alias.status alias.x.command browser.b.cmd browser.b.path core.alternaterefscommand core.askpass
  core.attributesfile core.editor core.fsmonitor core.gitproxy core.hookspath core.pager core.sshcommand
  credential.helper credential.https://example.com.helper diff.d.command diff.d.textconv diff.external
  difftool.t.cmd difftool.t.path filter.f.clean filter.f.process filter.f.smudge gc.recentobjectshook
  gpg.openpgp.program gpg.program gpg.ssh.defaultkeycommand gpg.ssh.program gpg.x509.program guitool.g.cmd
  hook.h.command hook.h.event http.proxy imap.tunnel init.templatedir instaweb.httpd interactive.difffilter
  lfs.customtransfer.x.path lfs.extension.x.clean lfs.standalonetransferagent man.m.cmd merge.m.driver
  mergetool.m.cmd pager.log protocol.ext.allow receive.procreceiverefs remote.r.promisor remote.r.proxy
  remote.r.receivepack remote.r.uploadpack remote.r.vcs sendemail.smtpserver sendemail.tocmd sequence.editor
  submodule.s.update trailer.t.cmd trailer.t.command uploadpack.packobjectshook web.browser
  commit.gpgsign gpg.format user.signingkey core.excludesfile grep.threads pack.threads index.threads log.threads
  core.filesreflocktimeout core.packedrefstimeout reftable.locktimeout core.fsync core.fsyncmethod
  core.sharedrepository core.ignorestat core.maxtreedepth diff.renamelimit status.renamelimit extensions.future
  core.futurekey future.key future.sub.key __proto__.x constructor.name.x core.__proto__ core.tostring
`.trim().split(/\s+/);

Deno.test("A repository's value of a key that may run something never reaches git", () => {
  for (const key of DANGEROUS) {
    const value = effective(key);
    assert.ok(value !== undefined && value !== "evil", `${key} keeps its value`);
  }
});

Deno.test("A repository's harmless settings stay", () => {
  const keys = `
    core.autocrlf core.eol core.filemode core.ignorecase core.repositoryformatversion core.sparsecheckout
    branch.main.merge branch.a.b.remote remote.origin.url remote.origin.fetch user.email committer.name
    extensions.objectformat index.version diff.algorithm
    diff.d.xfuncname push.default branch.autosetuprebase log.date status.showuntrackedfiles
    submodule.s.url url.x.insteadof
  `.trim().split(/\s+/);
  for (const key of keys) assert.equal(effective(key), undefined, key);
});

Deno.test("The operator's values come back in order, under either name of a variable", () => {
  const entries = [
    { scope: "system", key: "credential.helper", value: "one" },
    { scope: "global", key: "credential.helper", value: "two" },
    { scope: "global", key: "gpg.program", value: "mine" },
    { scope: "global", key: "filter.lfs.required", value: undefined },
    local("credential.helper"),
    local("gpg.openpgp.program"),
    local("filter.lfs.required"),
  ];
  const settings = overrides(entries, { trustHooks: false });
  assert.deepEqual(settings.slice(0, 7), [
    ["credential.helper", ""],
    ["credential.helper", "one"],
    ["credential.helper", "two"],
    ["gpg.openpgp.program", "gpg"],
    ["gpg.program", "mine"],
    ["filter.lfs.required", "false"],
    ["filter.lfs.required", "true"],
  ]);
});

Deno.test("A scope that is not the operator's counts as the repository's", () => {
  for (const scope of ["local", "worktree", "command", "submodule", ""]) {
    const settings = overrides([{ scope, key: "core.pager", value: "evil" }], { trustHooks: false });
    assert.deepEqual(settings[0], ["core.pager", "cat"]);
  }
});

Deno.test("A configured hook is switched off as well as emptied", () => {
  const settings = overrides([local("hook.a.b.command")], { trustHooks: false });
  assert.deepEqual(settings.slice(0, 2), [["hook.a.b.command", ""], ["hook.a.b.enabled", "false"]]);
});

Deno.test("localFilters names a filter whose clean or process only the repository defines", () => {
  const entries = [
    { scope: "global", key: "filter.lfs.clean", value: "git-lfs clean" },
    { scope: "global", key: "filter.half.clean", value: "x" },
    local("filter.lfs.clean"),
    local("filter.half.process"),
    local("filter.a.b=c.clean"),
    local("filter.out.smudge"),
  ];
  assert.deepEqual([...localFilters(entries)], ["half", "a.b=c"]);
});

Deno.test("A configuration with too many settings to take back is unavailable, not half safe", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => local(`alias.a${index}`));
  const settings = overrides(many, { trustHooks: false });
  assert.throws(() => settingsEnvironment(settings), { code: "unavailable" });
});

Deno.test("parseConfigList reads values with line breaks, keys without a value and odd subsections", () => {
  const listing =
    'local\0file:/c\0filter.a=b"c .clean\nx\ny\0local\0file:/c\0core.bare\0worktree\0file:/w\0a.b\n\0local\0cut';
  assert.deepEqual(parseConfigList(listing), [
    { scope: "local", origin: "file:/c", key: 'filter.a=b"c .clean', value: "x\ny" },
    { scope: "local", origin: "file:/c", key: "core.bare", value: undefined },
    { scope: "worktree", origin: "file:/w", key: "a.b", value: "" },
  ]);
});
