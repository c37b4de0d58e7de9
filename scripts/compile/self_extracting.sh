#!/bin/sh
# lukhas-mcp @VERSION@ for @TARGET@: a program that unpacks itself once, and from then on runs what it unpacked.
# Below the last line of this text lies a tar.gz. It takes sh, tar, gzip and coreutils (or busybox), and no network.
set -u
# What is unpacked is its user's alone; what the server writes has the modes that its user wants.
mask=$(umask)
umask 077

id='@ID@'
target='@TARGET@'
system='@SYSTEM@'
sha256='@SHA256@'
offset='@OFFSET@'
deno_bytes='@DENO_BYTES@'
self=$0
user=$(id -u)

case ${XDG_CACHE_HOME:-} in
  /*) base=$XDG_CACHE_HOME/lukhas-mcp ;;
  *)
    case ${HOME:-} in
      /*) base=$HOME/.cache/lukhas-mcp ;;
      *)
        case ${TMPDIR:-} in
          /*) base=$TMPDIR/lukhas-mcp-$user ;;
          *) base=/tmp/lukhas-mcp-$user ;;
        esac
        ;;
    esac
    ;;
esac
dir=$base/$id
# In a flag of the runtime's, a comma would make two paths of one.
case $dir in *,*) echo "lukhas-mcp: cannot use $base: its path has a comma; set XDG_CACHE_HOME" >&2 && exit 69 ;; esac

# Settings of ls, tar and gzip by which they would do or say something else than is asked here.
unset BLOCK_SIZE LS_BLOCK_SIZE TAR_OPTIONS GZIP

# What every file of the payload hashes to, in the format of sha256sum.
sums() {
  cat <<'END'
@SUMS@
END
}

# 69: EX_UNAVAILABLE of sysexits.h.
fail() {
  echo "lukhas-mcp: $1" >&2
  exit 69
}

# The first line of what a program complained of.
first_line() {
  printf '%s\n' "$1" | head -n 1
}

digest() {
  if command -v sha256sum >/dev/null 2>&1; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

# The facts about names in a folder, nine words each: mode, links, owner, group, size, three of the date, name.
look_at() (
  cd "$1" 2>/dev/null && shift && LC_ALL=C TIME_STYLE=locale ls -ldn "$@" 2>/dev/null
)

# Whether a folder is ours alone: no link, our own, mode 0700. Others could put a program of theirs into any other.
is_private() {
  [ ! -L "$1" ] || return 1
  # shellcheck disable=SC2046 # words are what is wanted
  set -- $(look_at "$1" .)
  [ "${1:-} ${3:-}" = "drwx------ $user" ] || [ "${1:-} ${3:-}" = "drwx------. $user" ]
}

# Whether everything is there, by what each start can afford to look at; doctor reads every byte.
is_whole() {
  [ ! -L "$base" ] && [ ! -L "$dir" ] || return 1
  # shellcheck disable=SC2046
  set -- $(look_at "$dir" . .. complete deno)
  [ $# -eq 36 ] || return 1
  # SELinux ends a mode with a dot, macOS with an @; a + is an access list, by which others may write.
  set -- "${1%[.@]} $3" "${10%[.@]} ${12}" "${19%[.@]} ${21}" "${28%[.@]} ${30} ${32}"
  [ "$1, $2" = "drwx------ $user, drwx------ $user" ] || return 1
  [ "$3, $4" = "-rw------- $user, -rwx------ $user $deno_bytes" ] || return 1
  # Written last: its word stands for all that was written before it.
  read -r word <"$dir/complete" && [ "$word" = "$sha256" ]
}

# Unpacks into a folder of its own, and moves that into place when it is whole: two first starts do not meet, and one
# that is killed leaves nothing that would ever be run.
unpack() {
  [ "$(uname -s) $(uname -m)" = "$system" ] ||
    fail "this file is for $target, and this machine is $(uname -s) $(uname -m): download the one for it"
  [ -f "$self" ] || fail "cannot find itself at $self: start it by its path"
  said=$(mkdir -p "$base" 2>&1) ||
    fail "cannot make $base to unpack into ($(first_line "$said")): set XDG_CACHE_HOME to a folder that you may write to"
  is_private "$base" ||
    fail "will not unpack into $base: it is not a folder of yours alone (owner you, mode 0700); set XDG_CACHE_HOME to one"
  for left in "$base"/.new-*; do
    [ -d "$left" ] || continue
    # In a container, a start that was killed may have had the number that this one has.
    if [ "${left##*-}" = "$$" ] || ! kill -0 "${left##*-}" 2>/dev/null; then rm -rf "$left"; fi
  done
  new=$base/.new-$$
  old=$base/.new-old-$$
  trap 'rm -rf "$new" "$old"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  said=$(mkdir "$new" "$new/cache" 2>&1) ||
    fail "cannot write to $base ($(first_line "$said")): set XDG_CACHE_HOME to a folder that you may write to"
  found=$(tail -c +"$offset" "$self" | digest 2>/dev/null) || fail "cannot check itself: there is neither sha256sum nor shasum"
  [ "${found%% *}" = "$sha256" ] || fail "this file is damaged or was not downloaded whole: download it again"
  said=$({ tail -c +"$offset" "$self" | gzip -dc | tar -xof - -C "$new"; } 2>&1) ||
    fail "cannot unpack into $base ($(first_line "$said")): free space there, or set XDG_CACHE_HOME to another folder"
  check_sums "$new" || fail "cannot unpack into $base: what was written there is not what was read; is the disk sound?"
  said=$(DENO_DIR=$new/cache "$new/deno" --version 2>&1 >/dev/null) ||
    fail "the runtime does not start from $base ($(first_line "$said")): set XDG_CACHE_HOME to a folder that may hold programs"
  sync "$new"/deno "$new"/app/* 2>/dev/null || sync
  echo "$sha256" >"$new/complete" || fail "cannot write to $base: free space there, or set XDG_CACHE_HOME"
  # Seen before it is judged: what comes in between is the work of a faster start, and whole.
  was_there=no
  if [ -e "$dir" ] || [ -L "$dir" ]; then was_there=yes; fi
  # Where another start was faster, its work stays: it may be running from there by now.
  is_whole || put_in_place
  # This one's folder is still here then, or has gone into the other's.
  rm -rf "$new" "$old" "${dir:?}/${new##*/}"
  trap - EXIT HUP INT TERM
  is_whole || fail "$dir changes while it is being made: start again"
}

# Moves what was made to where it is run from. What lay there and was not whole is no use to anybody; what has come since is.
put_in_place() {
  if [ "$was_there" = yes ]; then mv "$dir" "$old"; fi
  mv "$new" "$dir" || fail "cannot write to $base: set XDG_CACHE_HOME to another folder"
}

check_sums() {
  sums | (cd "$1" && digest -c >/dev/null 2>&1)
}

# Whether the command is doctor: the first word that is no flag, nor the value of one.
asks_doctor() {
  while [ $# -gt 0 ]; do
    case $1 in
      doctor) return 0 ;;
      --root | --port | --host) [ $# -eq 1 ] || shift ;;
      -*) ;;
      *) return 1 ;;
    esac
    shift
  done
  return 1
}

is_whole || unpack
if asks_doctor "$@"; then
  check_sums "$dir" || { rm -f "$dir/complete" && unpack; }
  echo "ok       runtime        every byte in $dir is as it was packed"
fi

# Settings of other programs that run on Deno or Node: an editor's terminal sets NODE_OPTIONS, say.
unset NODE_OPTIONS DENO_V8_FLAGS DENO_TRACE_PERMISSIONS
export DENO_DIR="$dir/cache" DENO_NO_UPDATE_CHECK=1
umask "$mask"
exec "$dir/deno" run @FLAGS@ "$dir/app/main.js" @ARGUMENTS@ "$@"
