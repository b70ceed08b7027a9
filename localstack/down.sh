#!/usr/bin/env bash
# down.sh [DIR]: ends what up.sh started on this port, and nothing else. State is in memory and goes with it.
# The same variables as up.sh: SENDA_LOCALSTACK_PORT, SENDA_LOCALSTACK_MODE.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/senda-localstack}
port=${SENDA_LOCALSTACK_PORT:-4566}
pidfile=$dir/run/$port/pid

if [ ! -e "$pidfile" ]; then
  [ "${SENDA_LOCALSTACK_MODE:-docker}" = docker ] && docker info >/dev/null 2>&1 || exit 0
  export SENDA_LOCALSTACK_PORT=$port
  exec docker compose -p "senda-localstack-$port" -f "$here/compose.yaml" down
fi

pid=$(cat "$pidfile")
# The number may have been given to another process since: end it only if it is our emulator.
case "$(ps -o args= -p "$pid" 2>/dev/null)" in *"-m host.start"*) ;; *) rm -f "$pidfile"; exit 0 ;; esac

# descendants PID: all processes below it (DynamoDB Local, Kinesis, functions).
descendants() { for child in $(pgrep -P "$1"); do echo "$child"; descendants "$child"; done; }
below=$(descendants "$pid")
kill -TERM "$pid" 2>/dev/null
for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
# shellcheck disable=SC2086 # a list of numbers
kill -KILL "$pid" $below 2>/dev/null
rm -f "$pidfile"
