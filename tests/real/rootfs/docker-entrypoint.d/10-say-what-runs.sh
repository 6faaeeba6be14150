#!/bin/sh
# One line for `docker logs`: which distribution, which nginx.
set -eu
. /etc/os-release
echo "docker-entrypoint: $PRETTY_NAME, $(nginx -v 2>&1)"
