#!/bin/sh
# Install what is missing on a Debian 12 machine. Usage: setup.sh build|test|full|bench
# Asks the package manager only when something is missing; works as root or with sudo.
set -eu

build='build-essential meson ninja-build pkg-config ccache python3 libmicrohttpd-dev libsqlite3-dev libpq-dev libsodium-dev
       libssl-dev libcurl4-openssl-dev libpcre2-dev libutf8proc-dev libxxhash-dev libstemmer-dev libseccomp-dev
       libzstd-dev zlib1g-dev libarchive-dev libfaketime libexpat1-dev libcairo2-dev poppler-utils tzdata'
test='postgresql-15 chromium sqlite3 curl util-linux iproute2 bubblewrap hledger'
full='clang libclang-rt-14-dev llvm'
bench='g++ wrk nginx-light liblemon-dev libxapian-dev libfaiss-dev libopenblas-dev python3-numpy python3-scipy bubblewrap'

wanted=$build
case ${1:-build} in
test) wanted="$wanted $test" ;;
full) wanted="$wanted $test $full" ;;
bench) wanted="$wanted $test $bench" ;;
esac
command -v node >/dev/null 2>&1 || wanted="$wanted nodejs"
command -v npm >/dev/null 2>&1 || wanted="$wanted npm"

missing=
for package in $wanted; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

echo "Installing from Debian:$missing"
as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || { echo "These packages are missing and can only be installed by root (or with sudo):$missing" >&2; exit 1; }
    as_root=sudo
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of packages
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
