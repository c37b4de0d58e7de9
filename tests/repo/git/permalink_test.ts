import assert from "node:assert/strict";
import { permalinkBase } from "../../../src/repo/git/permalink.ts";
import { threadMs } from "../../support/thread_time.ts";

const place = { commit: "abc", path: "d e/f#1?.md" };
const encoded = "d%20e/f%231%3F.md";

Deno.test("permalinkBase knows the forges in every form of their remotes", () => {
  const github = `https://github.com/o/r/blob/abc/${encoded}#L10-L40`;
  const gitlab = `https://gitlab.com/g/s/r/-/blob/abc/${encoded}#L10-40`;
  const bitbucket = `https://bitbucket.org/o/r/src/abc/${encoded}#lines-10:40`;
  const cases = [
    ["https://github.com/o/r.git", github],
    ["https://github.com/o/r/", github],
    ["https://user:secret@github.com/o/r", github],
    ["https://ghp_token@GitHub.com/o/r.git", github],
    ["git@github.com:o/r.git", github],
    ["ssh://git@github.com/o/r.git", github],
    ["ssh://git@ssh.github.com:443/o/r.git", github],
    ["git://github.com/o/r", github],
    ["https://gitlab.com/g/s/r.git", gitlab],
    ["git@gitlab.com:g/s/r.git", gitlab],
    ["https://x-token-auth:t@bitbucket.org/o/r.git", bitbucket],
    ["git@bitbucket.org:o/r", bitbucket],
    ["https://github.corp.example:8443/o/r", github.replace("github.com", "github.corp.example:8443")],
    ["ssh://git@gitlab.corp.example:2222/g/s/r", gitlab.replace("gitlab.com", "gitlab.corp.example")],
    [
      "ssh://git@bitbucket.corp.example:7999/KEY/r.git",
      `https://bitbucket.corp.example/projects/KEY/repos/r/browse/${encoded}?at=abc#10-40`,
    ],
    [
      "https://bitbucket.corp.example/scm/~ada/r.git",
      `https://bitbucket.corp.example/users/ada/repos/r/browse/${encoded}?at=abc#10-40`,
    ],
  ] as const;
  for (const [url, link] of cases) {
    assert.equal(permalinkBase(url)?.({ ...place, startLine: 10, endLine: 40 }), link, url);
  }
});

Deno.test("permalinkBase links to a file or to one line", () => {
  const link = permalinkBase("git@github.com:o/r.git");
  assert.equal(link?.(place), `https://github.com/o/r/blob/abc/${encoded}`);
  assert.equal(
    link?.({ ...place, startLine: 7, endLine: 7 }),
    `https://github.com/o/r/blob/abc/${encoded}#L7`,
  );
});

Deno.test("permalinkBase makes nothing of what is on no forge", () => {
  const urls = [
    "/srv/github/r.git",
    "../r.git",
    "file:///srv/github.com/o/r.git",
    "github-work:o/r.git",
    "https://example.com/o/r.git",
    "https://github.com/o",
    "https://github.com/o/../r",
    "https://github.com/o/%2e%2e",
    "https://github.com/%zz/r",
    "ext::sh -c touch% /tmp/x github.com:o/r",
    "C:\\github.com\\r",
    "",
    `https://github.com/o/${"r".repeat(2048)}`,
  ];
  for (const url of urls) assert.equal(permalinkBase(url), undefined, url);
});

Deno.test("permalinkBase takes no time for a hostile URL", () => {
  const started = threadMs();
  permalinkBase(`https://github.com/o/r${"/".repeat(50_000)}x`);
  assert.ok(threadMs() - started < 500);
  assert.ok(permalinkBase(`https://github.com/o/r.git${"/".repeat(1000)}`));
});
