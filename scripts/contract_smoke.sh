#!/usr/bin/env bash
# The contract's published smoke, word for word between the two lines, against a running server; then its outcome.
# Usage: H=http://localhost:8766 ROOT=/path/of/the/served/repository scripts/contract_smoke.sh
set -eu
# ---------------------------------------------------------------------------------------------------------------
H=${H:-http://localhost:8766}
curl -s $H/mcp -H 'Content-Type: application/json' \
 -d '{"jsonrpc":"2.0","id":10,"method":"tools/call","params":{"name":"write_file","arguments":{"path":"docs/mcp/hello.md","contents":"# Hello\n","overwrite":true}}}'
ID="lukhas-path:ZG9jcy9tY3AvaGVsbG8ubWQ="
SHA=$(curl -s $H/mcp -H 'Content-Type: application/json' \
 -d "{\"jsonrpc\":\"2.0\",\"id\":11,\"method\":\"tools/call\",\"params\":{\"name\":\"fetch\",\"arguments\":{\"id\":\"$ID\",\"fields\":[\"metadata\"]}}}" \
 | jq -r '.result.content[0].text' | jq -r '.metadata.sha256')
DIFF=$'--- a\n+++ b\n@@ -1,1 +1,2 @@\n-# Hello\n+# Hello\nPatched\n'
curl -s $H/mcp -H 'Content-Type: application/json' \
 -d "{\"jsonrpc\":\"2.0\",\"id\":12,\"method\":\"tools/call\",\"params\":{\"name\":\"apply_patch\",\"arguments\":{\"path\":\"docs/mcp/hello.md\",\"patch\":$(jq -sR . <<<\"$DIFF\"),\"expectSha256\":\"$SHA\"}}}"
curl -s $H/mcp -H 'Content-Type: application/json' \
 -d '{"jsonrpc":"2.0","id":13,"method":"tools/call","params":{"name":"git_commit","arguments":{"message":"docs: patch hello","add":["docs/mcp/hello.md"]}}}'
# ---------------------------------------------------------------------------------------------------------------
echo
contents=$(cat "$ROOT/docs/mcp/hello.md"; echo .)
[ "$contents" = $'# Hello\nPatched\n.' ] || { echo "docs/mcp/hello.md is not as its author meant: $contents" >&2; exit 1; }
[ "$(git -C "$ROOT" log -1 --format=%s -- docs/mcp/hello.md)" = "docs: patch hello" ] || { echo "no commit" >&2; exit 1; }
[ -z "$(git -C "$ROOT" status --porcelain -- docs)" ] || { echo "something was left uncommitted" >&2; exit 1; }
echo "contract smoke: the file is as meant, and committed"
