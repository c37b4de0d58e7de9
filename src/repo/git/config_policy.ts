/**
 * Which keys of a repository's own configuration git may believe. It is an allowlist: a key is here because
 * its value can only be data to the commands that this server runs. Worked out from `git help config` and
 * Documentation/config/ of git 2.39 to 2.54.
 */

import type { KeyParts } from "./config_entries.ts";

/** Sections in which no variable names a program, a place to run one, or a file to be read. */
const HARMLESS_SECTIONS = new Set(words(`
  advice am author branch checkout clean color column commitgraph committer extensions feature fetch grep
  index log notes pack push rebase reftable rerere safe showbranch sparse splitindex stash status tag url
  user versionsort worktree
`));

/** Variables without a subsection. Those of `core` decide how files are read and compared. */
const HARMLESS_VARIABLES: Readonly<Record<string, ReadonlySet<string>>> = {
  add: new Set(["ignoreerrors"]),
  apply: new Set(["ignorewhitespace", "whitespace"]),
  commit: new Set(words("cleanup gpgsign status verbose")),
  // core.worktree is here because --work-tree beats it; core.excludesfile only hides files.
  core: new Set(words(`
    abbrev autocrlf bare bigfilethreshold checkroundtripencoding checkstat commentchar commentstring
    commitgraph compression configlocktimeout createobject deltabasecachelimit eol excludesfile filemode
    filesreflocktimeout fsmonitorhookversion fsync fsyncmethod fsyncobjectfiles hidedotfiles ignorecase
    ignorestat lockfilepid logallrefupdates loosecompression maxtreedepth multipackindex packedgitlimit
    packedgitwindowsize packedrefstimeout precomposeunicode prefersymlinkrefs preloadindex quotepath
    repositoryformatversion safecrlf sharedrepository sparsecheckout sparsecheckoutcone splitindex symlinks
    trustctime untrackedcache usereplacerefs warnambiguousrefs whitespace worktree
  `)),
  diff: new Set(words(`
    algorithm autorefreshindex colormoved colormovedws context dirstat dstprefix ignoresubmodules
    indentheuristic interhunkcontext mnemonicprefix noprefix relative renamelimit renames srcprefix
    statgraphwidth statnamewidth submodule suppressblankempty wordregex wserrorhighlight
  `)),
  // Not the whole section: gc.recentObjectsHook is a program.
  gc: new Set(words("auto autodetach autopacklimit pruneexpire reflogexpire reflogexpireunreachable")),
  gpg: new Set(["format", "mintrustlevel"]),
  init: new Set(["defaultbranch"]),
  lfs: new Set(["repositoryformatversion"]),
  merge: new Set(words(`
    autostash branchdesc conflictstyle defaulttoupstream directoryrenames ff log renamelimit renames
    renormalize stat suppressdest verbosity
  `)),
  pull: new Set(["ff", "rebase"]),
  remote: new Set(["pushdefault"]),
  submodule: new Set(["active", "fetchjobs", "propagatebranches", "recurse"]),
};

/** Variables under any subsection. */
const HARMLESS_UNDER: Readonly<Record<string, ReadonlySet<string>>> = {
  diff: new Set(["algorithm", "binary", "funcname", "wordregex", "xfuncname"]),
  lfs: new Set(["access"]),
  merge: new Set(["name", "recursive"]),
  remote: new Set(words(`
    fetch followremotehead gh-resolved mirror prune prunetags push pushurl skipdefaultupdate skipfetchall
    tagopt url
  `)),
  submodule: new Set(["active", "branch", "fetchrecursesubmodules", "ignore", "path", "url"]),
};

/** Values that stand for "not set" where the empty string does not. Subsections are written `*`. */
const NEUTRAL: Readonly<Record<string, string>> = {
  "core.editor": ":",
  "core.fsmonitor": "false",
  "core.hookspath": "/dev/null",
  "core.pager": "cat",
  "core.protecthfs": "true",
  "core.protectntfs": "true",
  "diff.orderfile": "/dev/null",
  "filter.*.required": "false",
  "gpg.program": "gpg",
  "gpg.*.program": "false",
  "gpg.openpgp.program": "gpg",
  "gpg.ssh.program": "ssh-keygen",
  "gpg.x509.program": "gpgsm",
  "hook.*.enabled": "false",
  "i18n.commitencoding": "UTF-8",
  "i18n.logoutputencoding": "UTF-8",
  "merge.*.driver": "false",
  "remote.*.promisor": "false",
  "sequence.editor": ":",
};

/** Always, whatever the repository says: what would run a program, or start work of git's own behind our back. */
export const SAFE_SETTINGS: Readonly<Record<string, string>> = {
  "core.fsmonitor": "false",
  "core.hooksPath": "/dev/null",
  "gc.auto": "0",
  "log.showSignature": "false",
  "maintenance.auto": "false",
  "rerere.enabled": "false",
  "safe.bareRepository": "explicit",
  "status.submoduleSummary": "false",
  "submodule.recurse": "false",
};

/** Always, even in a trusted repository: what our parsers and our promises about identity rest on. */
export const OUTPUT_SETTINGS: Readonly<Record<string, string>> = {
  "color.ui": "false",
  "column.ui": "never",
  "commit.verbose": "false",
  "core.quotePath": "false",
  "diff.submodule": "short",
  "diff.suppressBlankEmpty": "false",
  "grep.column": "false",
  "grep.fullName": "false",
  "i18n.logOutputEncoding": "UTF-8",
  "log.follow": "false",
  "log.showRoot": "true",
  "user.useConfigOnly": "true",
};

/** Whether git may believe this key when the repository sets it. */
export function isHarmless({ section, subsection, variable }: KeyParts): boolean {
  if (HARMLESS_SECTIONS.has(section)) return true;
  const table = subsection === undefined ? HARMLESS_VARIABLES : HARMLESS_UNDER;
  return Object.hasOwn(table, section) && (table[section]?.has(variable) ?? false);
}

/** The value that stands for "not set". */
export function neutralValue(key: string, { section, subsection, variable }: KeyParts): string {
  return own(key) ?? (subsection === undefined ? undefined : own(`${section}.*.${variable}`)) ?? "";
}

function own(key: string): string | undefined {
  return Object.hasOwn(NEUTRAL, key) ? NEUTRAL[key] : undefined;
}

function words(list: string): string[] {
  return list.trim().split(/\s+/);
}
