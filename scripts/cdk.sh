#!/bin/sh
# Runs the CDK's command at the pinned version, fetched once into infra/cli.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
test -x "$here/infra/cli/node_modules/.bin/cdk" || npm ci --silent --no-audit --no-fund --prefix "$here/infra/cli" >&2
exec "$here/infra/cli/node_modules/.bin/cdk" "$@"
