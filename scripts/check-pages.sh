#!/bin/sh
# Looks at the public pages in headless Chromium at 375 and 1200 pixels, light and dark,
# in every language, and presses their buttons: axe must find nothing, nothing may
# stick out to the side, and the policy of the pages must let their style through.
#
#   scripts/check-pages.sh
#
# PAGE_SHOTS=FOLDER keeps the pictures. Needs chromium and npm; axe-core comes once.
set -eu
cd "$(dirname "$0")/.."
command -v chromium >/dev/null || command -v google-chrome >/dev/null || {
	echo "check-pages: no chromium (Debian: apt-get install chromium)" >&2
	exit 2
}
axe=.tools/axe/node_modules/axe-core/axe.min.js
if [ ! -f "$axe" ]; then
	mkdir -p .tools/axe
	npm install --silent --no-audit --no-fund --prefix .tools/axe axe-core@4.14.1
fi
if [ -n "${PAGE_SHOTS:-}" ]; then
	mkdir -p "$PAGE_SHOTS"
	PAGE_SHOTS=$(realpath "$PAGE_SHOTS")
	export PAGE_SHOTS
fi
AXE=$(realpath "$axe") exec go test -count=1 -tags browser -run TestInBrowser ./internal/public
