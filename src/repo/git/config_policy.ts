/**
 * Which keys of a repository's own configuration git may believe. It is an allowlist: a key is here because
 * its value can only be data to the commands that this server runs. Worked out from `git help config` and
 * Documentation/config/ of git 2.39 to 2.54.
 */

import type { KeyParts } from "./config_entries.ts";

/**
 * Sections in which no variable names a program, a place to run one, or a file to be read, and none makes git wait or
 * work without end.
 */
const HARMLESS_SECTIONS = new Set(words(`
  advice am author branch checkout clean color column commitgraph committer feature fetch log notes pack push
  rebase rerere safe showbranch sparse splitindex stash tag url versionsort worktree
`));

/** How many threads git starts is no repository's business, in whatever section. */
const HARMFUL_VARIABLES = new Set(["threads"]);

/** Variables without a subsection. Those of `core` decide how files are read and compared. */
const HARMLESS_VARIABLES: Readonly<Record<string, ReadonlySet<string>>> = {
  add: new Set(["ignoreerrors"]),
  apply: new Set(["ignorewhitespace", "whitespace"]),
  // What is signed, and with which key, is the operator's alone: gpgSign is not here.
  commit: new Set(words("cleanup status verbose")),
  // core.worktree is here because --work-tree beats it. What is not: files that may be fifos (excludesFile), how long
  // a lock is waited for, how safely is written, who may read it (sharedRepository).
  core: new Set(words(`
    abbrev autocrlf bare bigfilethreshold checkroundtripencoding checkstat commentchar commentstring
    commitgraph compression createobject deltabasecachelimit eol filemode fsmonitorhookversion
    fsyncobjectfiles hidedotfiles ignorecase lockfilepid logallrefupdates loosecompression multipackindex
    packedgitlimit packedgitwindowsize precomposeunicode prefersymlinkrefs preloadindex quotepath
    repositoryformatversion safecrlf sparsecheckout sparsecheckoutcone splitindex symlinks trustctime
    untrackedcache usereplacerefs warnambiguousrefs whitespace worktree
  `)),
  diff: new Set(words(`
    algorithm autorefreshindex colormoved colormovedws context dirstat dstprefix ignoresubmodules
    indentheuristic interhunkcontext mnemonicprefix noprefix relative renames srcprefix
    statgraphwidth statnamewidth submodule suppressblankempty wordregex wserrorhighlight
  `)),
  extensions: new Set(words(`
    compatobjectformat noop objectformat partialclone preciousobjects refstorage relativeworktrees worktreeconfig
  `)),
  // Not the whole section: gc.recentObjectsHook is a program.
  gc: new Set(words("auto autodetach autopacklimit pruneexpire reflogexpire reflogexpireunreachable")),
  gpg: new Set(["mintrustlevel"]),
  grep: new Set(words("column extendedregexp fallbacktonoindex fullname linenumber patterntype")),
  index: new Set(words("recordendofindexentries recordoffsettable skiphash sparse version")),
  init: new Set(["defaultbranch"]),
  lfs: new Set(["repositoryformatversion"]),
  merge: new Set(words(`
    autostash branchdesc conflictstyle defaulttoupstream directoryrenames ff log renamelimit renames
    renormalize stat suppressdest verbosity
  `)),
  pull: new Set(["ff", "rebase"]),
  reftable: new Set(words("blocksize geometricfactor indexobjects restartinterval")),
  remote: new Set(["pushdefault"]),
  status: new Set(words(`
    aheadbehind branch displaycommentprefix relativepaths renames short showstash showuntrackedfiles
    submodulesummary
  `)),
  submodule: new Set(["active", "fetchjobs", "propagatebranches", "recurse"]),
  user: new Set(["email", "name", "useconfigonly"]),
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
  "commit.gpgsign": "false",
  "core.configlocktimeout": "100",
  "core.editor": ":",
  "core.excludesfile": "/dev/null",
  "core.filesreflocktimeout": "100",
  "core.fsmonitor": "false",
  "core.fsync": "default",
  "core.fsyncmethod": "fsync",
  "core.hookspath": "/dev/null",
  "core.ignorestat": "false",
  "core.maxtreedepth": "2048",
  "core.packedrefstimeout": "1000",
  "core.pager": "cat",
  "core.protecthfs": "true",
  "core.protectntfs": "true",
  "core.sharedrepository": "umask",
  "diff.orderfile": "/dev/null",
  "diff.renamelimit": "1000",
  "filter.*.required": "false",
  "gpg.format": "openpgp",
  "gpg.program": "gpg",
  "gpg.*.program": "false",
  "gpg.openpgp.program": "gpg",
  "gpg.ssh.program": "ssh-keygen",
  "gpg.x509.program": "gpgsm",
  "grep.threads": "0",
  "hook.*.enabled": "false",
  "i18n.commitencoding": "UTF-8",
  "i18n.logoutputencoding": "UTF-8",
  "index.threads": "true",
  "merge.*.driver": "false",
  "pack.threads": "0",
  "reftable.locktimeout": "100",
  "remote.*.promisor": "false",
  "sequence.editor": ":",
  "status.renamelimit": "-1",
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
  if (HARMLESS_SECTIONS.has(section)) return !HARMFUL_VARIABLES.has(variable);
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
