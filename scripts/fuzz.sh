#!/bin/sh
# Runs every fuzz target of the house for a while, or so many inputs, each.
# Usage: scripts/fuzz.sh 10s, scripts/fuzz.sh 2000x
set -eu
cd "$(dirname "$0")/.."
grep -rl '^func Fuzz' --include='*_test.go' . | sort | while read -r file; do
	dir=$(dirname "$file")
	for name in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
		echo "== $dir $name"
		go test -run '^$' -fuzz "^$name\$" -fuzztime "${1:-10s}" "$dir"
	done
done
