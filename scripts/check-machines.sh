#!/bin/sh
# Asks npm asl-validator about every compiled machine: those of the goldens, of the shop and of
# random journeys, and a broken one that it must refuse. Needs Node 20 and npm.
set -eu
cd "$(dirname "$0")/.."
command -v npm >/dev/null || {
	echo "check-machines: no npm (Debian: apt-get install npm)" >&2
	exit 2
}
test -d scripts/asl-validator/node_modules/asl-validator || npm ci --silent --no-audit --no-fund --prefix scripts/asl-validator
exec go test -count=1 -tags node -run TestValidator ./internal/compile ./internal/emit
