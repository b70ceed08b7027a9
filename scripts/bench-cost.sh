#!/bin/sh
# G9: what a million customers of the reference journey cost besides SES. Where an
# emulator with a deployment answers at AWS_ENDPOINT_URL (host mode, on Linux), people
# walk the journey there and every call is counted anew; without one the last counts
# are priced. Either way docs/cost.md is written anew.
set -eu
cd "$(dirname "$0")/.."

counts=internal/cost/testdata/reference.json
if [ -n "${AWS_ENDPOINT_URL:-}" ]; then
	go test -count=1 -timeout 20m -tags 'localstack bench' -run '^TestCost$' ./localstack/it -counts "$PWD/$counts" -version "$(git describe --always --dirty --exclude '*' 2>/dev/null || echo unknown)"
fi
go run ./internal/bench/cost -counts "$counts" -page docs/cost.md
