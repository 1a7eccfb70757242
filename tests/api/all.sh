#!/bin/sh
# The API against the real binary: every scene, every route as a stranger, and what nobody should send.
# Usage: all.sh BINARY
# On SQLite; and on PostgreSQL too when PERITI_TEST_POSTGRES is set: to a URL, or to anything else for the
# private one of tests/tools/postgres.sh. Prints TAP.
set -u
binary=$1
here=$(cd "$(dirname "$0")" && pwd)
openapi=$here/../../api/openapi.json
stores=sqlite
case ${PERITI_TEST_POSTGRES:-} in
'') ;;
postgresql://*) stores="sqlite $PERITI_TEST_POSTGRES" ;;
*) stores="sqlite $("$here/../tools/postgres.sh" start)" || exit 1 ;;
esac
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# What one store has to stand: two parts at a time, for the parts have servers of their own.
try() {
    store=$1
    kind=${store%%:*}
    python3 "$here/run.py" "$binary" "$openapi" --store "$store" "$here"/*.scene >"$results/$kind-1-scenes" 2>&1 &
    scenes=$!
    python3 "$here/tenancy.py" "$binary" "$openapi" "$store" >"$results/$kind-2-tenancy" 2>&1
    python3 "$here/abuse.py" "$binary" "$openapi" "$store" >"$results/$kind-3-abuse" 2>&1
    python3 "$here/rebuild.py" "$binary" "$openapi" "$store" >"$results/$kind-4-rebuild" 2>&1
    python3 "$here/alerts.py" "$binary" "$openapi" "$store" >"$results/$kind-5-alerts" 2>&1
    if [ "$kind" = sqlite ]; then
        python3 "$here/dif.py" "$binary" >"$results/$kind-6-dif" 2>&1
    fi
    wait "$scenes"
}

for store in $stores; do
    try "$store" &
done
wait

# One TAP stream out of all: results counted anew, and a part that ended without its plan is a failure.
for part in "$results"/*; do
    grep -q '^1\.\.' "$part" || echo "not ok 0 - ${part##*/} came to its end" >>"$part"
done
cat "$results"/* | awk '
    /^1\.\./ { next }
    /^(not )?ok / { count++; bad += /^not/; sub(/ok [0-9]+/, "ok " count) }
    { print /^((not )?ok|#|Bail)/ ? $0 : "# " $0 }
    END { print "1.." count; exit bad > 0 }'
