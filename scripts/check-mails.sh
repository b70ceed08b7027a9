#!/bin/sh
# Looks at mails in headless Chromium at 375 and 700 pixels, light and dark: axe must
# find nothing, and nothing may stick out to the side.
#
#   scripts/check-mails.sh                        the sample mails
#   scripts/check-mails.sh 'out/shown/*.html'  these as well
#
# MAIL_SHOTS=FOLDER keeps the pictures. Needs chromium and npm; axe-core comes once.
set -eu
cd "$(dirname "$0")/.."
command -v chromium >/dev/null || command -v google-chrome >/dev/null || {
	echo "check-mails: no chromium (Debian: apt-get install chromium)" >&2
	exit 2
}
axe=.tools/axe/node_modules/axe-core/axe.min.js
if [ ! -f "$axe" ]; then
	mkdir -p .tools/axe
	npm install --silent --no-audit --no-fund --prefix .tools/axe axe-core@4.14.1
fi
if [ -n "${MAIL_SHOTS:-}" ]; then
	mkdir -p "$MAIL_SHOTS"
	MAIL_SHOTS=$(realpath "$MAIL_SHOTS")
	export MAIL_SHOTS
fi
files=
if [ $# -gt 0 ]; then
	case $1 in /*) files=$1 ;; *) files=$(pwd)/$1 ;; esac
fi
AXE=$(realpath "$axe") MAIL_FILES=$files exec go test -count=1 -tags browser -run TestInBrowser ./internal/mail/compile
