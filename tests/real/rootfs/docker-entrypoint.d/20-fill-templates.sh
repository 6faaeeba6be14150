#!/bin/sh
# Fills each /etc/nginx/templates/NAME.template from the environment into /etc/nginx/conf.d/NAME.
set -eu
from=/etc/nginx/templates
into=/etc/nginx/conf.d

[ -d "$from" ] || exit 0
find "$from" -type f -name '*.template' | while read -r template; do
    name=${template#"$from"/}
    mkdir -p "$into/$(dirname "$name")"
    envsubst < "$template" > "$into/${name%.template}"
done
