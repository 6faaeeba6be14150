#!/bin/sh
# As many workers as the container may use processors, where NGINX_COUNT_WORKERS asks for it.
set -eu
[ -n "${NGINX_COUNT_WORKERS:-}" ] || exit 0
workers=$(nproc)
sed -i "s/^worker_processes .*/worker_processes $workers;/" /etc/nginx/nginx.conf
