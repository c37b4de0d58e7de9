/** Repositories whose own configuration or content runs a program: what a hostile clone may look like. */

import { type TempRoot } from "../../support/temp_repo.ts";
import { writeGlobalConfig } from "./support.ts";

/** One way to make git run a program. */
export interface Trap {
  name: string;
  /** Lays the trap. `mark` is a shell command that leaves the marker. */
  lay(temp: TempRoot, mark: string): Promise<unknown>;
  /** A command of bare git that springs it; absent where only a terminal or a later git does. */
  springs?: readonly string[];
  /** Standard input of that command. */
  stdin?: string;
  /** Codes with which our commit may refuse: the trap took something away that it needs. */
  commitMayFail?: boolean;
  /** The same for the views. */
  viewsMayFail?: boolean;
}

/** Writes an executable script. */
export async function script(path: string, ...lines: string[]): Promise<string> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await Deno.writeTextFile(path, `#!/bin/sh\n${lines.join("\n")}\n`, { mode: 0o755 });
  return path;
}

const HOOKS = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-index-change"];

async function hooks(folder: string, mark: string) {
  for (const name of [...HOOKS, "reference-transaction", "post-rewrite"]) {
    await script(`${folder}/${name}`, mark);
  }
}

const attribute = (temp: TempRoot, text: string) => temp.write({ ".gitattributes": `${text}\n` });

async function signedHead(temp: TempRoot) {
  const tree = (await temp.git("rev-parse", "HEAD^{tree}")).trim();
  const parent = (await temp.git("rev-parse", "HEAD")).trim();
  const who = "Ada <ada@example.com> 1700000000 +0000";
  const signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----";
  const text = `tree ${tree}\nparent ${parent}\nauthor ${who}\ncommitter ${who}\n${signature}\n\nsigned\n`;
  await Deno.writeTextFile(`${temp.outside}/signed`, text);
  const id = (await temp.git("hash-object", "-t", "commit", "-w", `${temp.outside}/signed`)).trim();
  await temp.git("update-ref", "HEAD", id);
}

async function looseObjects(temp: TempRoot) {
  const files = Array.from({ length: 2000 }, (_, index) => [`many/${index}`, `${index}\n`] as const);
  await temp.write(Object.fromEntries(files));
  await temp.git("add", "-A", "many");
}

async function missingObject(temp: TempRoot, mark: string) {
  await temp.git("clone", "-q", "--bare", temp.root, `${temp.outside}/remote.git`);
  const id = (await temp.git("rev-parse", "HEAD~1:a.txt")).trim();
  await Deno.remove(`${temp.root}/.git/objects/${id.slice(0, 2)}/${id.slice(2)}`);
  await temp.git("config", "core.repositoryFormatVersion", "1");
  await temp.git("config", "extensions.partialClone", "evil");
  await temp.git("config", "remote.evil.url", `${temp.outside}/remote.git`);
  await temp.git("config", "remote.evil.promisor", "true");
  await temp.git("config", "remote.evil.uploadpack", `${mark}; git-upload-pack`);
}

async function submodule(temp: TempRoot, mark: string) {
  const inner = `${temp.outside}/inner`;
  await temp.git("init", "-q", inner);
  await Deno.writeTextFile(`${inner}/f.txt`, "f\n");
  await temp.git("-C", inner, "add", "f.txt");
  await temp.git("-C", inner, "commit", "-q", "-m", "inner");
  await temp.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner, "sub");
  await temp.git("commit", "-q", "-m", "sub");
  const config = `${temp.root}/.git/modules/sub/config`;
  await temp.git("config", "-f", config, "core.fsmonitor", `${mark}; false`);
  await temp.git("config", "-f", config, "filter.evil.clean", `${mark}; cat`);
  await hooks(`${temp.root}/.git/modules/sub/hooks`, mark);
  await temp.write({ "sub/.gitattributes": "* filter=evil\n", "sub/f.txt": "changed\n" });
}

async function ssh(temp: TempRoot, mark: string) {
  await temp.git("config", "core.sshCommand", `${mark}; false`);
  await temp.git("config", "remote.origin.url", "git@github.com:o/r.git");
}

async function alternateRefs(temp: TempRoot, mark: string) {
  await temp.git("clone", "-q", "--bare", temp.root, `${temp.outside}/alternate.git`);
  await temp.write({ ".git/objects/info/alternates": `${temp.outside}/alternate.git/objects\n` });
  await temp.git("config", "core.alternateRefsCommand", `${mark}; true`);
}

const set = (...pairs: [string, (mark: string) => string][]) => async (temp: TempRoot, mark: string) => {
  for (const [key, value] of pairs) await temp.git("config", key, value(mark));
};

const filter = (variable: string, attributes = "*.txt filter=evil", name = "evil") => {
  return async (temp: TempRoot, mark: string) => {
    await attribute(temp, attributes);
    await temp.git("config", `filter.${name}.${variable}`, `${mark}; cat`);
  };
};

/** Every trap that we know. */
export const TRAPS: readonly Trap[] = [
  { name: "a hook", lay: (t, mark) => hooks(`${t.root}/.git/hooks`, mark), springs: ["commit", "-am", "x"] },
  {
    name: "a hook behind core.hooksPath",
    lay: async (t, mark) => {
      await hooks(`${t.root}/hooks`, mark);
      await t.git("config", "core.hooksPath", "hooks");
    },
    springs: ["commit", "-am", "x"],
  },
  { name: "core.fsmonitor", lay: set(["core.fsmonitor", (m) => `${m}; false`]), springs: ["status"] },
  { name: "diff.external", lay: set(["diff.external", (m) => `${m};:`]), springs: ["diff"] },
  {
    name: "a diff driver's command",
    lay: async (t, mark) => {
      await attribute(t, "*.txt diff=evil");
      await t.git("config", "diff.evil.command", `${mark};:`);
    },
    springs: ["diff"],
  },
  {
    name: "a textconv",
    lay: async (t, mark) => {
      await attribute(t, "*.txt diff=evil");
      await t.git("config", "diff.evil.textconv", `${mark}; cat`);
    },
    springs: ["diff"],
  },
  { name: "a clean filter", lay: filter("clean"), springs: ["add", "a.txt"], commitMayFail: true },
  { name: "a filter process", lay: filter("process"), springs: ["add", "a.txt"], commitMayFail: true },
  { name: "a smudge filter", lay: filter("smudge"), springs: ["checkout", "HEAD~1", "--", "a.txt"] },
  {
    name: "a filter named by a local core.attributesFile",
    lay: async (t, mark) => {
      await Deno.writeTextFile(`${t.root}/.git/evil`, "*.txt filter=evil\n");
      await set(["core.attributesFile", () => `${t.root}/.git/evil`], [
        "filter.evil.clean",
        (m) => `${m}; cat`,
      ])(t, mark);
    },
    springs: ["add", "a.txt"],
  },
  {
    name: "a filter with an odd name",
    lay: filter("clean", '*.txt filter=a=b"c\\d', 'a=b"c\\d'),
    springs: ["add", "a.txt"],
    commitMayFail: true,
  },
  { name: "core.sshCommand", lay: ssh, springs: ["fetch", "origin"] },
  {
    name: "a credential helper",
    lay: set(["credential.helper", (m) => `!${m};:`], ["core.askPass", (m) => `${m};:`]),
    springs: ["credential", "fill"],
    stdin: "protocol=https\nhost=example.com\n\n",
  },
  {
    name: "gpg.program when commits are signed",
    lay: async (t, mark) => {
      await t.git("config", "gpg.program", await script(`${t.outside}/evil`, mark));
      // The operator signs: the repository only names the program.
      await writeGlobalConfig(t, "[commit]\n\tgpgSign = true\n");
      await script(`${t.outside}/bin/gpg`, "exit 1");
    },
    springs: ["commit", "-am", "x"],
    commitMayFail: true,
  },
  {
    name: "gpg.ssh.defaultKeyCommand",
    lay: async (t, mark) => {
      await writeGlobalConfig(t, "[commit]\n\tgpgSign = true\n[gpg]\n\tformat = ssh\n");
      await t.git("config", "gpg.ssh.defaultKeyCommand", `sh -c "${mark}"`);
    },
    springs: ["commit", "-am", "x"],
    commitMayFail: true,
  },
  {
    name: "gpg.program in log.showSignature",
    lay: async (t, mark) => {
      await signedHead(t);
      await t.git("config", "gpg.program", await script(`${t.outside}/gpg`, mark));
      await t.git("config", "gpg.openpgp.program", `${t.outside}/gpg`);
      await t.git("config", "log.showSignature", "true");
      await script(`${t.outside}/bin/gpg`, "exit 1");
    },
    springs: ["log", "-1"],
  },
  { name: "a pager", lay: set(["core.pager", (m) => `${m}; cat`], ["pager.log", (m) => `${m}; cat`]) },
  {
    name: "an editor",
    lay: set(["core.editor", (m) => `${m};:`], ["sequence.editor", (m) => `${m};:`]),
    springs: ["commit", "-a"],
  },
  {
    name: "an alias",
    lay: set(["alias.x", (m) => `!${m}`], ["alias.status", (m) => `!${m}`], ["alias.commit", (m) => `!${m}`]),
    springs: ["x"],
  },
  {
    name: "the upload-pack of a promisor remote",
    lay: missingObject,
    springs: ["show", "HEAD~1:a.txt"],
    viewsMayFail: true,
  },
  {
    name: "an included file",
    lay: async (t, mark) => {
      await Deno.writeTextFile(`${t.root}/.git/evil`, `[core]\n\tfsmonitor = "${mark}; false"\n`);
      await t.git("config", "include.path", "evil");
    },
    springs: ["status"],
  },
  {
    name: "a conditionally included file",
    lay: async (t, mark) => {
      await Deno.writeTextFile(`${t.root}/.git/evil`, `[core]\n\tfsmonitor = "${mark}; false"\n`);
      await t.git("config", "includeIf.onbranch:main.path", "evil");
    },
    springs: ["status"],
  },
  {
    name: "config.worktree",
    lay: async (t, mark) => {
      await t.git("config", "extensions.worktreeConfig", "true");
      await t.git("config", "--worktree", "core.fsmonitor", `${mark}; false`);
    },
    springs: ["status"],
  },
  { name: "a submodule", lay: submodule, springs: ["status"] },
  {
    name: "core.alternateRefsCommand",
    lay: alternateRefs,
    springs: ["rev-list", "--alternate-refs"],
    viewsMayFail: true,
    commitMayFail: true,
  },
  {
    name: "a trailer's command",
    lay: set(["trailer.sign.key", () => "Signed-off-by: "], ["trailer.sign.command", (m) => m]),
    springs: ["interpret-trailers"],
    stdin: "x\n",
  },
  {
    name: "automatic maintenance",
    lay: async (t, mark) => {
      await looseObjects(t);
      await script(`${t.root}/.git/hooks/pre-auto-gc`, mark, "exit 1");
      await t.git("config", "gc.auto", "1");
      await t.git("config", "maintenance.auto", "true");
    },
    springs: ["commit", "-m", "x"],
  },
];
