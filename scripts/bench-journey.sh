#!/bin/sh
# G1: the compiled reference journey in our interpreter, and npm aws-local-stepfunctions
# 3.0.0 with the same journey in the same run.
#
# The peer lives in .tools/journey, made on the first run and never a dependency.
# Without it (no Node, no package index) ours is measured alone.
set -eu
cd "$(dirname "$0")/.."

tools=.tools/journey
if [ ! -d "$tools/node_modules/aws-local-stepfunctions" ]; then
	mkdir -p "$tools"
	npm install --silent --no-audit --no-fund --prefix "$tools" aws-local-stepfunctions@3.0.0 >/dev/null 2>&1 ||
		echo "bench-journey: no peer here, ours alone" >&2
fi
peer=0
if [ -d "$tools/node_modules/aws-local-stepfunctions" ]; then
	peer=$(node scripts/bench-journey-peer.mjs "$(realpath "$tools")")
fi
exec go run ./internal/bench/journey -peer "$peer"
