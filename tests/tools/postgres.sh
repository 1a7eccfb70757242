#!/bin/sh
# A private PostgreSQL 15 for tests, on a free loopback port, in a temporary folder.
# Usage: postgres.sh start|stop|crash|url|remove
#   start   make it if it is missing, start it, print its URL; does nothing but print when it runs
#   stop    stop it at once; its data and port stay for the next start
#   crash   the same without a clean end: the next start has to recover
#   url     print the URL of one that was started
#   remove  stop it and delete its data
# PERITI_POSTGRES_DIR names the folder; each checkout has its own by default. Quick rather than durable, unless
# PERITI_POSTGRES_FSYNC is "on" when it is made.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${PERITI_POSTGRES_DIR:-${TMPDIR:-/tmp}/periti-postgres-$(printf %s "$root" | cksum | cut -d' ' -f1)}
bin=/usr/lib/postgresql/15/bin

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
    else
        "$@"
    fi
}

url() { echo "postgresql://postgres@127.0.0.1:$(cat "$folder/port")/postgres"; }

running() { [ -f "$folder/data/postmaster.pid" ] && as_owner "$bin/pg_ctl" -D "$folder/data" status >/dev/null 2>&1; }

halt() { if running; then as_owner "$bin/pg_ctl" -D "$folder/data" -m "$1" -w stop >/dev/null; fi; }

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

create() {
    [ -x "$bin/initdb" ] || { echo "PostgreSQL 15 is missing: apt-get install postgresql-15" >&2; exit 1; }
    mkdir -p "$folder"
    [ "$(id -u)" != 0 ] || chown postgres:postgres "$folder"
    chmod 700 "$folder"
    as_owner "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    port=$(free_port)
    echo "$port" >"$folder/port"
    cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 120
fsync = ${PERITI_POSTGRES_FSYNC:-off}
CONF
}

case ${1:-} in
start)
    [ -f "$folder/port" ] || create
    running || as_owner "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start >/dev/null
    url
    ;;
stop) halt fast ;;
crash) halt immediate ;;
url) url ;;
remove)
    halt immediate
    rm -rf "$folder"
    ;;
*)
    echo "usage: postgres.sh start|stop|crash|url|remove" >&2
    exit 2
    ;;
esac
