#!/bin/sh
# Makes the templates of what is in journeys/ and functions/: check, compile, build, synth.
#
#   scripts/synth.sh [OUT [GOARCH]]   OUT/deploy and OUT/cdk (out); arm64
#
# The environment that infra/main.go reads goes through. Without credentials the templates are
# those of no account in particular.
set -eu
cd "$(dirname "$0")/.."
out=${1:-out}
go build -trimpath -o bin/senda ./cmd/senda
bin/senda check
bin/senda compile --out "$out/deploy"
scripts/build-functions.sh "$out/deploy" "${2:-arm64}"
go build -trimpath -o bin/infra ./infra
# The runtime of the CDK is content with Node 20, and says on every line that it is old.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20
rm -rf "$out/cdk"
case $out in /*) ;; *) out=$(pwd)/$out ;; esac
SENDA_DEPLOY=$out/deploy scripts/cdk.sh --app bin/infra --output "$out/cdk" synth --quiet --version-reporting=false
