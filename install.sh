#!/bin/sh
# Installs esmond-ps for Linux (glibc) and macOS:
#
#   curl --proto '=https' -fsSL https://github.com/esmond-client/esmond-client/releases/latest/download/install.sh | sh
#
# Nothing runs before the last line, so that a download that is cut off does nothing.

REPOSITORY=https://github.com/esmond-client/esmond-client
LEAST_GLIBC=2.27 # needed by the symbols of the executable

usage() {
  cat <<'END'
Installs esmond-ps, after its SHA-256 was compared with the published one.

usage: install.sh [OPTION...]      or: curl ... | sh -s -- [OPTION...]

  --version X.Y.Z  this version instead of the latest; also $ESMOND_PS_VERSION
  --dir DIR        where to put it; otherwise ~/.local/bin, or /usr/local/bin for root
  --base-url URL   where the archives and SHA256SUMS are: a mirror (https), or a directory on this machine
  --with-docs      the man pages and completions as well, in DIR/../share
  --links          the names of the Python programs as well (esmond-ps-get and so on), as links in DIR
  --help           this text
END
}

main() {
  set -u
  umask 022
  read_arguments "$@"
  find_target
  find_tools
  make_stage
  find_archive
  get_archive
  try_program
  put_in_place
  advise
}

read_arguments() {
  version=${ESMOND_PS_VERSION:-} dir='' base='' with_docs='' with_links=''
  while [ $# -gt 0 ]; do
    case $1 in
    --version=* | --dir=* | --base-url=*) name=${1%%=*} value=${1#*=} ;;
    --version | --dir | --base-url)
      [ $# -gt 1 ] || misuse "$1 needs a value"
      name=$1 value=$2
      shift
      ;;
    *) name=$1 value=- ;;
    esac
    shift
    [ -n "$value" ] || misuse "$name needs a value"
    case $name in
    --version) version=$value ;;
    --dir) dir=$value ;;
    --base-url) base=${value%/} ;;
    --with-docs) with_docs=yes ;;
    --links) with_links=yes ;;
    --help | -h) usage && exit 0 ;;
    *) misuse "$name: unknown option" ;;
    esac
  done
  version=${version#v}
  [ -z "$version" ] || is_version "$version" || misuse "--version $version: say it as 1.2.3"
  if [ -z "$dir" ] && [ "$(id -u)" = 0 ]; then
    dir=/usr/local/bin
  elif [ -z "$dir" ]; then
    [ -n "${HOME:-}" ] || misuse "HOME is not set: say where with --dir"
    dir=$HOME/.local/bin
  fi
  case $dir in
  /*) ;;
  *) dir=$PWD/$dir ;;
  esac
  [ "$dir" = / ] || dir=${dir%/}
  share=${dir%/bin}/share
  [ -z "$with_docs" ] || [ "$share" != "$dir/share" ] || misuse "--with-docs needs a --dir that ends in /bin"
  if [ -n "$base" ]; then
    check_address "$base"
  elif [ -n "$version" ]; then
    base=$REPOSITORY/releases/download/v$version
  else
    base=$REPOSITORY/releases/latest/download
  fi
}

is_version() {
  case $1 in
  *[!0-9A-Za-z.+-]*) return 1 ;;
  [0-9]*.[0-9]*.[0-9]*) return 0 ;;
  *) return 1 ;;
  esac
}

# What comes over plain http could be anybody's, the checksums included.
check_address() {
  case $1 in
  https://?* | /*) return ;;
  http://*) ;;
  *) misuse "--base-url $1: neither an https address nor a full path" ;;
  esac
  host=${1#http://}
  host=${host%%/*}
  case $host in
  *@*) ;;
  localhost | localhost:* | 127.0.0.1 | 127.0.0.1:* | '[::1]' | '[::1]':*) return ;;
  esac
  misuse "--base-url $1: http is for this machine only, use https"
}

find_target() {
  system=$(uname -s) machine=$(uname -m)
  case $system in
  Linux) os=linux ;;
  Darwin) os=macos ;;
  MINGW* | MSYS* | CYGWIN*) fail "this is Windows: use install.ps1 in PowerShell" ;;
  *) fail "there is no executable for $system: run it under Deno, see $REPOSITORY" ;;
  esac
  case $machine in
  x86_64 | amd64) arch=x64 ;;
  aarch64 | arm64) arch=arm64 ;;
  *) fail "there is no executable for $system on $machine, only for x64 and arm64" ;;
  esac
  if [ "$os" = linux ]; then
    check_libc
  elif [ "$arch" = x64 ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then
    arch=arm64 # this shell runs under Rosetta
  fi
}

check_libc() {
  [ "$(getconf LONG_BIT 2>/dev/null)" != 32 ] || fail "this is a 32-bit system: the executable needs a 64-bit one"
  case "$(getconf GNU_LIBC_VERSION 2>/dev/null) $(ldd --version 2>&1)" in
  glibc\ *) ;;
  *musl*) fail "this system has musl as its C library: the executable needs glibc $LEAST_GLIBC or newer" ;;
  *) return ;; # not known: trying the program will tell
  esac
  glibc=$(getconf GNU_LIBC_VERSION)
  minor=${glibc#glibc 2.}
  minor=${minor%%[!0-9]*}
  [ "${minor:-999}" -ge "${LEAST_GLIBC#2.}" ] ||
    fail "this system has $glibc: the executable needs glibc $LEAST_GLIBC or newer"
}

find_tools() {
  [ -n "$(sha256 /dev/null)" ] || fail "found no sha256sum, shasum or openssl to check the download with"
  case $base in
  /*) tool=with_cp ;;
  *) if has curl; then tool=with_curl; else tool=with_wget; fi ;;
  esac
  [ $tool = with_wget ] || return 0
  case $(wget --help 2>&1) in
  *BusyBox*) fail "found only the wget of BusyBox, which does not check certificates: install curl" ;;
  *Wget*) ;;
  *) fail "found neither curl nor wget" ;;
  esac
}

# All work is done beside the place of the program: what cannot be written there shows before anything is
# downloaded, and the last step is a rename.
make_stage() {
  stage='' made=''
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [ ! -d "$dir" ]; then
    mkdir -p "$dir" 2>/dev/null || fail "cannot make $dir: choose another with --dir"
    made=yes
  fi
  stage=$(mktemp -d "$dir/.esmond-ps.XXXXXX" 2>/dev/null) ||
    fail "cannot write to $dir: choose another with --dir"
}

clean_up() {
  [ -z "$stage" ] || rm -rf "$stage"
  [ -z "$made" ] || rmdir "$dir" 2>/dev/null
}

# The name of the archive and its checksum, out of SHA256SUMS.
find_archive() {
  download SHA256SUMS
  archive='' expected=''
  while read -r sum name; do
    name=${name#\*}
    case $name in
    esmond-ps-"$version-$os-$arch".tar.gz) ;;
    esmond-ps-*-"$os-$arch".tar.gz) [ -z "$version" ] || continue ;;
    *) continue ;;
    esac
    [ -z "$archive" ] || fail "$base/SHA256SUMS has several versions: choose one with --version"
    archive=$name expected=$sum
  done <"$stage/SHA256SUMS"
  [ -n "$archive" ] || fail "$base/SHA256SUMS names no archive of ${version:-any version} for $os-$arch"
  case $expected in
  *[!0-9a-fA-F]*) expected='' ;;
  esac
  [ ${#expected} = 64 ] || fail "$base/SHA256SUMS has no SHA-256 of $archive"
  found=${archive#esmond-ps-}
  found=${found%"-$os-$arch.tar.gz"}
  is_version "$found" || fail "$base/SHA256SUMS has a strange name: $archive"
  version=$found
  # There may be a later version by the time that the archive is asked for.
  [ "$base" != "$REPOSITORY/releases/latest/download" ] || base=$REPOSITORY/releases/download/v$version
}

get_archive() {
  echo "esmond-ps $version for $os-$arch, from $base"
  download "$archive"
  actual=$(sha256 "$stage/$archive")
  [ "$actual" = "$(echo "$expected" | tr A-F a-f)" ] ||
    fail "$archive is not what SHA256SUMS says (SHA-256 is $actual, not $expected): nothing was installed"
  tar -xzof "$stage/$archive" -C "$stage" 2>/dev/null || fail "cannot unpack $archive"
  unpacked=$stage/${archive%.tar.gz}
}

# Takes the file of that name into the stage.
download() {
  from=$base/$1 to=$stage/$1
  told=$("$tool" 2>&1) || fail "cannot get $from: $(one_line "${told:-no answer}")"
}

with_cp() {
  cp "$from" "$to"
}

with_curl() {
  case $from in
  https:*) set -- --proto '=https' --tlsv1.2 -L --retry 2 ;;
  *) set -- --proto '=http' ;;
  esac
  curl -fsS "$@" --connect-timeout 20 --speed-limit 1 --speed-time 30 -o "$to" "$from"
}

# wget would follow a redirect from https to http: it is told to follow none, and each is looked at here.
with_wget() {
  url=$from
  for _ in 1 2 3 4 5 6; do
    answer=$(wget -nv -S --max-redirect=0 -t 2 -T 30 -O "$to" "$url" 2>&1) && return
    read_answer
    case $url,$next in
    *,) echo "$problem" && return 1 ;;
    https://*,https://*) url=$next ;;
    https://*,/*) url=https://$(host_of "$url")$next ;;
    *) echo "it redirects to $next" && return 1 ;;
    esac
  done
  echo 'it redirects too often'
  return 1
}

# Takes apart what wget says: headers, which are indented, and the rest.
read_answer() {
  next='' problem=''
  while IFS= read -r line; do
    case $line in
    '  Location: '*) next=${line#'  Location: '} ;;
    '  location: '*) next=${line#'  location: '} ;;
    '  '*) ;;
    *) problem="$problem$line " ;;
    esac
  done <<END
$answer
END
}

host_of() {
  set -- "${1#*://}"
  echo "${1%%/*}"
}

# Prints the checksum; nothing if no program can compute it.
sha256() {
  if has sha256sum; then
    sum=$(sha256sum <"$1")
  elif has shasum; then
    sum=$(shasum -a 256 <"$1")
  elif has openssl; then
    sum=$(openssl dgst -sha256 <"$1")
    sum=${sum##* }
  else
    return
  fi
  echo "${sum%% *}"
}

try_program() {
  said=$("$unpacked/esmond-ps" --version 2>&1 </dev/null) || fail "the program does not run here: $(one_line "$said")"
  [ "$said" = "esmond-ps $version" ] || fail "$archive holds something else: $(one_line "$said")"
  [ -n "$with_docs" ] || return 0
  for name in $(documents); do
    [ -f "$unpacked/${name%%:*}" ] || fail "$archive has no ${name%%:*}: leave out --with-docs"
  done
}

# What is in the archive, and where it goes in share.
documents() {
  cat <<'END'
man/esmond-ps.1:man/man1/esmond-ps.1
completions/esmond-ps.bash:bash-completion/completions/esmond-ps
completions/_esmond-ps:zsh/site-functions/_esmond-ps
completions/esmond-ps.fish:fish/vendor_completions.d/esmond-ps.fish
END
  for page in "$unpacked"/man/esmond-ps-*.1; do
    [ ! -f "$page" ] || echo "man/${page##*/}:man/man1/${page##*/}"
  done
  # bash and fish look for the completions of a program by its name.
  [ -z "$with_links" ] || for command in get get-bulk get-endpoints get-metadata; do
    echo "completions/esmond-ps.bash:bash-completion/completions/esmond-ps-$command"
    echo "completions/esmond-ps.fish:fish/vendor_completions.d/esmond-ps-$command.fish"
  done
}

put_in_place() {
  [ ! -d "$dir/esmond-ps" ] || fail "$dir/esmond-ps is a directory"
  chmod 755 "$unpacked/esmond-ps"
  mv -f "$unpacked/esmond-ps" "$dir/esmond-ps" 2>/dev/null || fail "cannot replace $dir/esmond-ps"
  made=''
  echo "installed $dir/esmond-ps"
  if [ -n "$with_docs" ]; then
    for name in $(documents); do
      to=$share/${name#*:}
      place "$unpacked/${name%%:*}" 2>/dev/null || fail "esmond-ps is installed, but $to cannot be written"
      echo "installed $to"
    done
  fi
  if [ -n "$with_links" ]; then
    "$dir/esmond-ps" install-links "$dir" </dev/null || fail "esmond-ps is installed, but not its other names"
  fi
}

place() {
  mkdir -p "${to%/*}" && cp "$1" "$to.part" && mv -f "$to.part" "$to"
}

advise() {
  case :$PATH: in
  *:"$dir":*)
    first=$(command -v esmond-ps)
    [ "$first" = "$dir/esmond-ps" ] || echo "note: $first comes before it on PATH"
    ;;
  *) echo "note: $dir is not on PATH; in the shell's profile: export PATH=\"$dir:\$PATH\"" ;;
  esac
}

has() {
  command -v "$1" >/dev/null 2>&1
}

one_line() {
  echo "$1" | tr '\n' ' '
}

misuse() {
  echo "install.sh: $1" >&2
  exit 2
}

fail() {
  echo "install.sh: $1" >&2
  exit 1
}

# In braces, so that a last line that is cut off is not a command either.
{ main "$@" && exit; }
