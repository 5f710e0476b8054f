# Sourced by the other scripts: the versions that CI is pinned to, where it keeps what it downloads and builds, and the few
# words that all of them use.

CONFORMANCE_VERSION=v0.0.0-20260831232431-97274622c111
CONFORMANCE_CASES=1000 # fewer than this many cases means that the suite was not run as a whole
CRANE_VERSION=v0.22.1
ORAS_VERSION=v1.3.6
BUILDKIT_VERSION=v0.34.2
DISTRIBUTION_VERSION=v3.1.2
VERSITYGW_VERSION=v1.8.0
HELM_VERSION=v3.22.0
KUBERNETES_VERSION=v0.35.0
COMPOSE_VERSION=v2.40.3 # v5 wants a newer Go
DEBIAN_SUITE=bookworm
# httpyac is pinned, with all that it needs, in httpyac/package-lock.json; Debian's programs by the release of Debian.

CI_DIRECTORY=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CHECKOUT=$(dirname "$CI_DIRECTORY")
CACHE=${STRATA_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/strata-ci}
TOOLS=$CACHE/bin
LOGS=$CHECKOUT/target/ci

# Ours come first: a client that happens to be on the machine in another version must not be the one that is tested.
PATH=$TOOLS:$PATH

say() { printf '%s %s\n' "$(date +%T)" "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || die "$what was not ready in time"
    sleep 0.2
  done
}

# A loopback port that nothing listens on at the moment, from below the range that outgoing connections take theirs from.
free_port() {
  local port
  for port in $(shuf -i 20000-32000 -n 50); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { printf '%s\n' "$port"; return; }
  done
  die "no free port was found"
}

# stop PID: asks a process of ours to end, and insists after half a minute.
stop() {
  local deadline=$((SECONDS + 30))
  kill "$1" 2>/dev/null || return 0
  while kill -0 "$1" 2>/dev/null; do
    [ "$SECONDS" -lt "$deadline" ] || kill -KILL "$1" 2>/dev/null || true
    sleep 0.2
  done
}

# What a script started and has to stop, the last first.
processes=()
stop_processes() {
  local index
  for ((index = ${#processes[@]} - 1; index >= 0; index--)); do stop "${processes[index]}"; done
}

# The home of a JDK 25 or newer: the one that is set, or that of `java`, or one that is installed beside it.
java_home() {
  local java candidate
  java=$(readlink -f "$(command -v java)") || die "there is no java on the path"
  for candidate in "${JAVA_HOME:-}" "${java%/bin/java}" "$(dirname "${java%/bin/java}")"/*; do
    [ -n "$candidate" ] && [ -x "$candidate/bin/javac" ] || continue
    [ "$(sed -nE 's/^JAVA_VERSION="([0-9]+).*/\1/p' "$candidate/release")" -ge 25 ] || continue
    printf '%s\n' "$candidate"
    return
  done
  die "a JDK 25 is needed; none is installed beside $java"
}

# go_tool NAME PACKAGE VERSION: builds one program, once for each version.
# The version is part of the file's name, so that a changed pin is built anew and an unchanged one costs nothing. It is
# built from a module that is thrown away, because `go install` refuses modules that replace some of what they need.
go_tool() {
  local name=$1 package=$2 version=$3 scratch
  if [ ! -x "$TOOLS/.$name-$version" ]; then
    command -v go >/dev/null || die "Go is needed to build $name, and there is no 'go' on the path"
    say "building $name $version"
    mkdir -p "$TOOLS"
    scratch=$(mktemp -d)
    (cd "$scratch" && go mod init throwaway && go get "$package@$version" && go build -ldflags='-s -w' -o program "$package") \
      >"$scratch/log" 2>&1 || { tail -n 20 "$scratch/log"; die "$package $version could not be built"; }
    mv "$scratch/program" "$TOOLS/.$name-$version"
    rm -rf "$scratch"
  fi
  ln -sfn ".$name-$version" "$TOOLS/$name"
}

# go_source NAME DIRECTORY PACKAGE VERSION: builds a program of our own on a package of others, once for each version of both.
go_source() {
  local name=$1 directory=$2 package=$3 version=$4 sum
  sum=$(cat "$directory"/*.go | sha256sum | cut -c1-12)
  if [ ! -x "$TOOLS/.$name-$version-$sum" ]; then
    command -v go >/dev/null || die "Go is needed to build $name, and there is no 'go' on the path"
    say "building $name on $package $version"
    mkdir -p "$TOOLS"
    local scratch
    scratch=$(mktemp -d)
    cp "$directory"/*.go "$scratch"
    (cd "$scratch" && go mod init throwaway && go get "$package@$version" && go get . && go build -ldflags='-s -w' -o program .) \
      >"$scratch/log" 2>&1 || { tail -n 20 "$scratch/log"; die "$name could not be built"; }
    mv "$scratch/program" "$TOOLS/.$name-$version-$sum"
    rm -rf "$scratch"
  fi
  ln -sfn ".$name-$version-$sum" "$TOOLS/$name"
}

conformance_tool() {
  go_tool conformance github.com/opencontainers/distribution-spec/conformance "$CONFORMANCE_VERSION"
}
