#!/usr/bin/env bash
# Deploys the synthesised templates to the emulator with the stock CDK command and tries
# them there. Needs Go, Node 20, and for the emulator Python 3.11, a JDK and Maven, or Docker.
#
#   scripts/it.sh            that everything of the templates exists, every scenario, every declared call
#   scripts/it.sh --faults   what breaks, and the adapters' contracts on the real thing
#   scripts/it.sh PATTERN    the tests of localstack/it that match
#
# The template is the one for an account, but for the code in the functions' zips: it is
# built for this machine's processor, since the emulator runs it as it is.
set -euo pipefail
cd "$(dirname "$0")/.."
port=${SENDA_LOCALSTACK_PORT:-4566}
localstack/up.sh

export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ENDPOINT_URL_S3=http://127.0.0.1:$port
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
export SENDA_SALT=emulator
out=$PWD/out/it
scripts/synth.sh out/it "$(go env GOARCH)"
scripts/cdk.sh --app "$out/cdk" bootstrap aws://000000000000/us-east-1 --ci >"$out/deploy.log" 2>&1 &&
	scripts/cdk.sh --app "$out/cdk" deploy --all --require-approval never --ci >>"$out/deploy.log" 2>&1 ||
	{ tail -40 "$out/deploy.log"; exit 1; }
grep -E '^( ✅|✅|✨)' "$out/deploy.log"

export SENDA_CDK_OUT=$out/cdk SENDA_CDK=$PWD/scripts/cdk.sh SENDA_INFRA=$PWD/bin/infra SENDA_DEPLOY=$out/deploy
tests() { go test -count=1 -tags localstack -timeout 30m "$@"; }
faults='^(TestPoison|TestAMended|TestDead|TestSES|TestDeath|TestAnEvent|TestEvents|TestConsent|TestAJourney|TestAnExecution)'
case "${1:-}" in
'') # one after the other: what the templates say, then what comes of it
	tests -run '^TestEverythingExists' ./localstack/it
	tests -run '^TestScenarios' ./localstack/it
	tests -skip "^TestEverythingExists|^TestScenarios|$faults" ./localstack/it
	;;
--faults)
	tests -run "$faults" ./localstack/it
	tests ./internal/dynamo -rapid.checks=30
	tests -p 1 ./internal/s3 ./internal/ses ./internal/eventbridge ./internal/sqs ./internal/sfn \
		./internal/feedback/sesevent ./localstack ./localstack/examples ./cmd/senda
	;;
*) tests -v -run "$1" ./localstack/it ;;
esac
