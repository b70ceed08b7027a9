#!/bin/sh
# Deploys to the account and region of the AWS_* variables: check, compile, build, synth,
# then what would change in plain words, then the stacks.
#
#   scripts/deploy.sh [--yes]   asks before it changes anything, unless --yes
#
# SENDA_STACK names the stack of journeys (SendaJourneys). infra/README.md says what else is read.
set -eu
cd "$(dirname "$0")/.."
stack=${SENDA_STACK:-SendaJourneys}
scripts/synth.sh out
# Neither stops a deployment: the first one has nothing to compare with, and the doctor
# also speaks of what only mailing needs.
bin/senda doctor || true
bin/senda diff --deployment "$stack" --template out/cdk || true
if [ "${1:-}" != --yes ]; then
	printf 'deploy this? [y/N] '
	read -r answer
	test "$answer" = y || exit 1
fi
scripts/cdk.sh --app out/cdk deploy --all --require-approval never
