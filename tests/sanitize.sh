#!/bin/sh
# Build with sanitizers and run the units: addresses and undefined behaviour over everything, threads over the rooms that
# have them. TAP. Usage: sanitize.sh
set -u
cd "$(dirname "$0")/.."
echo 1..2

CC=clang
export CC
[ -f build-asan/build.ninja ] || meson setup build-asan -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debugoptimized >/dev/null
if ninja -C build-asan >build-asan/last.log 2>&1 &&
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 meson test -C build-asan --suite unit --timeout-multiplier 5 >>build-asan/last.log 2>&1; then
    echo "ok 1 - addresses and undefined behaviour"
else
    tail -n 40 build-asan/last.log | sed 's/^/# /'
    echo "not ok 1 - addresses and undefined behaviour"
fi

[ -f build-tsan/build.ninja ] || meson setup build-tsan -Db_sanitize=thread -Db_lundef=false -Dbuildtype=debugoptimized >/dev/null
rooms=$(meson test -C build-tsan --list 2>/dev/null | sed -n 's/^periti:unit \/ \(\(store\|http\|job\)\/.*\)$/\1/p')
if ninja -C build-tsan >build-tsan/last.log 2>&1 &&
    meson test -C build-tsan --timeout-multiplier 5 $rooms >>build-tsan/last.log 2>&1; then
    echo "ok 2 - threads in store, http and job"
else
    tail -n 40 build-tsan/last.log | sed 's/^/# /'
    echo "not ok 2 - threads in store, http and job"
fi
