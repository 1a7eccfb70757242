#!/bin/sh
# Build the fuzz targets with clang and run each for SECONDS (default 60). Usage: run.sh [SECONDS] [TARGET…]
# TARGET: json, csv, cut, params, match, guard; all unless given. Exits non-zero when one crashes, leaks or hangs; the input
# that did it stays in the folder, whose name is printed. FUZZ_FOLDER keeps builds and inputs from run to run.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-60}
[ $# -eq 0 ] || shift
targets=${*:-json csv cut params match guard}
clang=${CLANG:-clang}
folder=${FUZZ_FOLDER:-$(mktemp -d)}
status=0

seeds() {
    case $1 in
    json) printf '{"a":[1,-2.5e3,true,null,"\\u00e9\\n"],"b":{}}' >"$2/1"; printf '[[["\\ud83d\\ude00"]],9223372036854775807]' >"$2/2" ;;
    csv) printf 'id,text\n1,"a ""b"", c"\r\n2,d\n' >"$2/1"; printf '\357\273\277a,b\n\n"x\ny",z' >"$2/2" ;;
    cut) printf '"a ""b"", c",2,3\r\n\n,,d\n12345678,\303\251,x\n' >"$2/1"; printf '1,2,3\n4,5,6\n"x\ny",5" z,123456789' >"$2/2" ;;
    params) printf 'limit=20&after=a%%20b+c&yes=true' >"$2/1"; printf 'rate=-0.5&state=open&since=2026-01-01T00:00:00Z' >"$2/2" ;;
    match) printf '\000/v1/campaigns/abc' >"$2/1"; printf '\004/v1/campaigns/a%%2Fb/walls/c' >"$2/2" ;;
    guard) printf 'POST /v1/a\nHost:x\nContent-Length:12\n' >"$2/1"; printf 'GET /\nHost:a\nTransfer-Encoding:chunked\n' >"$2/2" ;;
    esac
}

for target in $targets; do
    mkdir -p "$folder/$target"
    seeds "$target" "$folder/$target"
    "$clang" -std=gnu2x -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
        -I"$root/src" -I"$root/tests/fuzz" -o "$folder/fuzz_$target" "$root/tests/fuzz/fuzz_$target.c" \
        "$root"/src/base/*.c "$root/src/http/match.c" "$root/src/http/params.c" "$root/src/http/guard.c" "$root/src/command/csv_cut.c" -lm -lpthread
    echo "fuzz $target for $seconds s"
    if "$folder/fuzz_$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$folder/crash-$target-" "$folder/$target" 2>"$folder/$target.log"; then
        tail -n 1 "$folder/$target.log"
    else
        status=1
        tail -n 40 "$folder/$target.log"
        echo "$target failed; the input and the log are in $folder" >&2
    fi
done
exit $status
