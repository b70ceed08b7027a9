#!/usr/bin/env bash
# up.sh [DIR]: starts the AWS emulator on 127.0.0.1 and returns when it answers.
#
# With Docker it runs compose.yaml; without Docker it installs LocalStack from the package registries into DIR (once)
# and runs it as a plain process. DIR is a cache: removing it costs the next start one or two minutes, nothing else.
#
#   SENDA_LOCALSTACK_PORT   port, default 4566. Emulators on several ports share DIR and know nothing of one another.
#   SENDA_LOCALSTACK_MODE   "docker" or "host"; without it, docker where a Docker daemon answers
#   PYTHON                  a Python 3.11, default python3.11 or python3
#
# Host mode keeps in DIR/run/PORT: pid, log, and the folder fs that LocalStack takes for its file system.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/senda-localstack}
port=${SENDA_LOCALSTACK_PORT:-4566}
mode=${SENDA_LOCALSTACK_MODE:-}
if [ -z "$mode" ]; then
  if docker info >/dev/null 2>&1; then mode=docker; else mode=host; fi
fi

ready() { curl -sf -m 2 -o /dev/null "http://127.0.0.1:$port/_senda/ready"; }

# wait_ready COMMAND...: polls until the emulator answers; gives up when COMMAND (is it still alive?) fails.
wait_ready() {
  for _ in $(seq 600); do
    if ready; then echo "LocalStack is ready: http://127.0.0.1:$port ($mode)"; return 0; fi
    "$@" || return 1
    sleep 0.2
  done
  return 1
}

if ready; then echo "LocalStack runs already: http://127.0.0.1:$port"; exit 0; fi

if [ "$mode" = docker ]; then
  export SENDA_LOCALSTACK_PORT=$port
  docker compose -p "senda-localstack-$port" -f "$here/compose.yaml" up -d
  wait_ready true || { docker compose -p "senda-localstack-$port" -f "$here/compose.yaml" logs --tail 40; exit 1; }
  exit 0
fi

"$here/install.sh" "$dir"
dir=$(cd "$dir" && pwd)
run=$dir/run/$port
mkdir -p "$run/fs/var/lib/localstack"
ln -sfn "$dir/lib" "$run/fs/var/lib/localstack/lib"
# setsid where there is one (Linux): the emulator then outlives the terminal that started it.
detach=$(command -v setsid || command -v nohup)
cd "$run"
FILESYSTEM_ROOT=$run/fs GATEWAY_LISTEN=127.0.0.1:$port PYTHONPATH=$here \
  "$detach" "$dir/venv/bin/python" -m host.start </dev/null >"$run/log" 2>&1 &
echo $! >"$run/pid"
wait_ready kill -0 "$(cat "$run/pid")" || { tail -40 "$run/log"; echo "LocalStack did not start; its log is $run/log" >&2; exit 1; }
