#!/bin/sh
# Synthesises the templates of the shop and asks two strangers about them: cdk-nag
# (AwsSolutions) and cfn-lint. Needs Node 20 and Python 3.11, nothing else of this machine.
#
#   scripts/check-template.sh [DEPLOY]   the folder of a deployment (out/deploy, made when missing)
set -eu
cd "$(dirname "$0")/.."
for tool in node npm python3; do
	command -v $tool >/dev/null || {
		echo "check-template: no $tool (Debian: apt-get install nodejs npm python3-venv)" >&2
		exit 2
	}
done
deploy=${1:-out/deploy}
test -f "$deploy/manifest.json" || go run ./cmd/senda compile --out "$deploy"
test -d "$deploy/functions" || scripts/build-functions.sh "$deploy"

# The runtime of the CDK is content with Node 20, and says on every line that it is old.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20
rm -rf out/cdk
go build -o bin/infra ./infra
SENDA_DEPLOY=$deploy CDK_OUTDIR=$PWD/out/cdk bin/infra

test -d infra/nag/node_modules/cdk-nag || npm ci --silent --no-audit --no-fund --prefix infra/nag
node infra/nag/nag.mjs out/cdk

tools=${TOOLS:-$HOME/.cache/senda-tools}/cfn-lint-1.58.0
test -x "$tools/bin/cfn-lint" || {
	python3 -m venv "$tools"
	"$tools/bin/pip" install --quiet --disable-pip-version-check --requirement infra/lint-requirements.txt
}
"$tools/bin/cfn-lint" --config-file infra/cfnlint.yaml --template out/cdk/*.template.json
echo "cfn-lint: fine"
