#!/bin/sh
# G8: the size of every function's zip for arm64, and the time from the start of its
# process to its first poll of the Runtime API, measured on this host with the same
# code built for it. The shop's files, which lie beside the binary in what is
# deployed, are left out.
set -eu
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build() { # architecture, folder, name
	CGO_ENABLED=0 GOOS=linux GOARCH="$1" go build -tags lambda.norpc,nethttpomithttp2 -gcflags=all=-l -trimpath -ldflags '-s -w -buildid=' -o "$work/$2/$3/bootstrap" "./functions/$3"
}
here=$(go env GOHOSTARCH)
for main in functions/*/main.go; do
	name=$(basename "$(dirname "$main")")
	build arm64 small "$name"
	build "$here" here "$name"
done
go build -o "$work/bench" ./internal/bench/functions
"$work/bench" -small "$work/small" -here "$work/here"
