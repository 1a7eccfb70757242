#!/bin/sh
# Build the page and the program; quick when nothing changed. Usage: build.sh
set -eu
cd "$(dirname "$0")/.."

# The page is built again when a source is newer than its last build.
if [ ! -f web/dist/index.html ] ||
    [ -n "$(find web/src web/public web/index.html web/package-lock.json web/vite.config.ts -newer web/dist/index.html -print -quit)" ]; then
    if [ ! -f web/node_modules/.package-lock.json ] || [ web/package-lock.json -nt web/node_modules/.package-lock.json ]; then
        echo "Fetching what the page is built from."
        (cd web && npm install --no-save --no-audit --no-fund --loglevel=error)
        touch web/node_modules/.package-lock.json
    fi
    echo "Building the page."
    (cd web && npm run --silent build -- --logLevel error)
    touch web/dist/index.html
fi
[ -f build/build.ninja ] || { echo "Configuring the build."; meson setup build >/dev/null; }
# (Whether the page has changed is looked at each time, and is no building.)
if ninja -C build -n | grep -q ' src_\|\.p/src_'; then
    echo "Building Periti."
fi
ninja -C build >build/last-build.log || { tail -n 40 build/last-build.log; exit 1; }
