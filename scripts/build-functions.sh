#!/bin/sh
# Builds every folder of functions/ as OUT/functions/NAME/bootstrap, with the files that all
# journeys share in shop/ beside it. Same sources, same bytes.
#
#   scripts/build-functions.sh [OUT [GOARCH]]    out/deploy, arm64
#   scripts/build-functions.sh --check OUT       builds again elsewhere, and compares
#
# FUNCTIONS is the folder of the mains (functions), JOURNEYS that of the journeys (journeys).
set -eu
cd "$(dirname "$0")/.."
FUNCTIONS=${FUNCTIONS:-functions}
JOURNEYS=${JOURNEYS:-journeys}

build() { # OUT GOARCH
	for main in "$FUNCTIONS"/*/main.go; do
		test -f "$main" || {
			echo "build-functions: no function in $FUNCTIONS" >&2
			exit 2
		}
		dir=$(dirname "$main")
		name=$(basename "$dir")
		mkdir -p "$1/functions/$name"
		rm -rf "$1/functions/$name/shop"
		# No HTTP/2, which none of the services speaks that functions call, and nothing inlined:
		# a function waits for its network, and its size is what a cold start pays for (a sixth of it).
		CGO_ENABLED=0 GOOS=linux GOARCH=$2 go build -tags lambda.norpc,nethttpomithttp2 -gcflags=all=-l \
			-trimpath -buildvcs=false -ldflags "-s -w -buildid=" \
			-o "$1/functions/$name/bootstrap" "./$dir"
		shop "$1/functions/$name/shop"
	done
}

# shop copies what today's rules are made of: they travel with the code.
shop() {
	mkdir -p "$1"
	for file in brands.yaml offers.yaml profile.yaml audiences.yaml; do
		test ! -f "$JOURNEYS/$file" || cp "$JOURNEYS/$file" "$1/"
	done
	for folder in models parts; do
		test ! -d "$JOURNEYS/$folder" || cp -r "$JOURNEYS/$folder" "$1/"
	done
	chmod -R u=rwX,go=rX "$1"
}

digests() { # OUT
	(cd "$1" && find functions -type f | LC_ALL=C sort | xargs sha256sum)
}

case ${1:-} in
--check)
	out=${2:?the folder that was built}
	again=$(mktemp -d)
	trap 'chmod -R u+w "$again"; rm -rf "$again"' EXIT
	# Another folder and no cache: what the sources do not say must not be in the bytes.
	git ls-files -z --cached --others --exclude-standard | xargs -0 sh -c 'for f; do test ! -f "$f" || printf "%s\0" "$f"; done' sh |
		tar --null -T - -cf - | (mkdir -p "$again/elsewhere" && tar -C "$again/elsewhere" -xf -)
	goarch=$(go version -m "$(find "$out/functions" -name bootstrap | head -n 1)" | sed -n 's/.*GOARCH=//p')
	GOCACHE=$again/cache "$again/elsewhere/scripts/build-functions.sh" "$again/out" "$goarch"
	digests "$out" >"$again/first"
	digests "$again/out" >"$again/second"
	diff "$again/first" "$again/second" || {
		echo "build-functions: the same sources make other bytes" >&2
		exit 1
	}
	echo "build-functions: $(wc -l <"$again/first") files, the same bytes twice"
	;;
*)
	build "${1:-out/deploy}" "${2:-arm64}"
	;;
esac
