#!/bin/sh
# Build with sanitizers: addresses and undefined behaviour under the units and the scenes, threads under the units of the
# rooms that have them, the scenes, and requests that nobody should send. TAP. Usage: sanitize.sh
set -u
cd "$(dirname "$0")/.."
echo 1..5
CC=clang
export CC
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
number=0

# Run what follows with its output in a log; all is well when it ends with 0 and no sanitizer had anything to say.
tell() {
    number=$((number + 1))
    title=$1
    shift
    if "$@" >"$logs/log" 2>&1 && ! ls "$logs"/report.* >/dev/null 2>&1; then
        echo "ok $number - $title"
    else
        tail -n 40 "$logs/log" | sed 's/^/# /'
        cat "$logs"/report.* 2>/dev/null | head -n 60 | sed 's/^/# /'
        echo "not ok $number - $title"
    fi
    rm -f "$logs"/report.*
}

build() {
    [ -f "$1/build.ninja" ] || meson setup "$1" "-Db_sanitize=$2" -Db_lundef=false -Dbuildtype=debugoptimized >/dev/null
    ninja -C "$1" >"$1/last.log" 2>&1 || { tail -n 40 "$1/last.log" | sed 's/^/# /'; return 1; }
}

units() {
    folder=$1
    shift
    meson test -C "$folder" --no-rebuild --timeout-multiplier 5 --print-errorlogs "$@"
}

scenes() {
    program=$1/periti
    shift
    python3 tests/api/run.py "$program" api/openapi.json --only-scenes "$@"
}
hostile() { python3 tests/api/abuse.py "$1/periti" api/openapi.json sqlite; }

build build-asan address,undefined || echo "# the build failed"
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS LSAN_OPTIONS
tell "addresses and undefined behaviour in the units" units build-asan --suite unit
tell "addresses and undefined behaviour under the scenes" scenes build-asan tests/api/*.scene

build build-tsan thread || echo "# the build failed"
TSAN_OPTIONS="exitcode=66 log_path=$logs/report"
export TSAN_OPTIONS
rooms=$(meson test -C build-tsan --no-rebuild --list 2>/dev/null | sed -n 's/^periti:unit \/ \(\(store\|http\|job\)\/.*\)$/\1/p')
# shellcheck disable=SC2086 # a list of tests
tell "threads in store, http and job" units build-tsan $rooms
# In a slot's namespace of processes the sanitizer's own runtime gives up: it asks for a thread that is not there.
# shellcheck disable=SC2046 # a list of files
tell "threads under the scenes" scenes build-tsan $(ls tests/api/*.scene | grep -v -e '/environment\.scene$' -e '/reward\.scene$')
tell "threads under what nobody should send" hostile build-tsan
