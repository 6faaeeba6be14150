#!/bin/sh
# Runs what lies in /docker-entrypoint.d, in order, then becomes the command it was given.
set -eu

if [ "${1:-}" = nginx ]; then
    for part in /docker-entrypoint.d/*.sh; do
        [ -x "$part" ] && "$part"
    done
fi

exec "$@"
