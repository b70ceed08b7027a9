#!/bin/sh
# G4 and G5: ours and PyPI lifetimes 0.11.3 on the same CDNOW sample, in one
# run. Usage: scripts/bench-lifetime.sh [whole-cohort file, may be .gz]
#
# The peer lives in .tools/lifetimes, made on the first run and never a
# dependency. Without it (no Python 3.8 to 3.11, no package index) ours is measured alone, and
# the lines say so.
set -eu
cd "$(dirname "$0")/.."

tools=.tools/lifetimes
pins="lifetimes==0.11.3 numpy==1.24.4 scipy==1.10.1 pandas==1.5.3 autograd==1.6.2 dill==0.3.9"

# lifetimes 0.11.3 needs pandas before 2, which has no wheels beyond Python 3.11.
peer_python() {
	for python in python3.11 python3.10 python3.9 python3.8 python3; do
		if "$python" -c 'import sys; sys.exit(not (3, 8) <= sys.version_info[:2] <= (3, 11))' 2>/dev/null; then
			echo "$python"
			return
		fi
	done
}

install_peer() {
	[ ! -e "$tools/ready" ] || return 0
	python=$(peer_python)
	if [ -z "$python" ]; then
		echo "no Python from 3.8 to 3.11 here" >&2
		return 1
	fi
	echo "installing $pins" >&2
	rm -rf "$tools"
	mkdir -p "$tools"
	# shellcheck disable=SC2086 # one word a package
	"$python" -m venv "$tools" && "$tools/bin/pip" install -q --disable-pip-version-check $pins >&2 && touch "$tools/ready"
}

peer=""
if install_peer; then
	peer=$tools/bin/python
else
	echo "bench-lifetime: the peer, PyPI lifetimes 0.11.3, cannot be installed; ours is measured alone" >&2
fi
exec go run ./internal/bench/lifetime -peer "$peer" -cohort "${1:-${SENDA_CDNOW_MASTER:-}}"
