#!/usr/bin/env bash
# Four hospitals train together over mutual TLS, each on its own patients; then a clinician consults.
#
#   deploy/demo.sh BIN      BIN holds consiliumd and consilium; make demo builds them and calls this
#   deploy/demo.sh --stop   ends what KEEP=1 left running
#
# Settings: DATA (folder of the four hospitals' CSV files), SEED, ROUNDS, KEEP=1 (leave it running).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
DATA=${DATA:-../shared/data/heart}
SEED=${SEED:-1}
ROUNDS=${ROUNDS:-}
KEEP=${KEEP:-0}

# ---- processes ------------------------------------------------------------------------------------

# ours HOME PID: is PID a daemon of the demo in HOME, and not another process that got its number?
ours() {
  tr '\0' ' ' <"/proc/$2/cmdline" 2>/dev/null | grep -qF "consiliumd" &&
    tr '\0' ' ' <"/proc/$2/cmdline" 2>/dev/null | grep -qF -- "$1/"
}

# stop_daemons HOME
stop_daemons() {
  local pids=() pid
  [[ -r $1/pids ]] || return 0
  while read -r pid; do
    if ours "$1" "$pid"; then pids+=("$pid"); fi
  done <"$1/pids"
  ((${#pids[@]})) || return 0
  kill "${pids[@]}" 2>/dev/null || true
  for _ in {1..100}; do
    kill -0 "${pids[@]}" 2>/dev/null || return 0
    sleep 0.05
  done
  for pid in "${pids[@]}"; do
    if ours "$1" "$pid"; then kill -9 "$pid" 2>/dev/null || true; fi
  done
}

stop_kept() {
  local kept home any=0
  for kept in "$root"/var/demo/*/kept; do
    [[ -e $kept ]] || continue
    home=$(dirname "$kept")
    stop_daemons "$home"
    rm -rf "$home"
    echo "stopped the federation in ${home#"$root/"}"
    any=1
  done
  ((any)) || echo "no federation was left running"
}

if [[ ${1:-} == --stop ]]; then
  stop_kept
  exit
fi

bin=$(cd "${1:?expected the folder of consiliumd and consilium, or --stop}" && pwd)
consilium=$bin/consilium
mkdir -p var/demo
home=$(mktemp -d "$root/var/demo/XXXXXX")
step_log=$home/steps.log
: >"$home/pids" >"$step_log"

# ---- what a person sees ---------------------------------------------------------------------------

bold='' dim='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; fi
began=$EPOCHREALTIME

seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }
heading() { printf '\n%s%s%s\n\n' "$bold" "$1" "$plain"; }
row() { printf '  %-12s %s\n' "$1" "$2"; }

# fail WHAT LOG: the last lines of the log, and where the rest is.
fail() {
  {
    printf '\n%serror:%s %s\n' "$bold" "$plain" "$1"
    if [[ -s $2 ]]; then
      printf '  the last lines of %s:\n' "${2#"$root/"}"
      tail -n 12 "$2" | sed 's/^/    /'
    fi
    printf '  everything it wrote is in %s; make clean removes it\n' "${home#"$root/"}"
  } >&2
  keep_folder=1
  exit 1
}

keep_folder=0
leave_running=0
cleanup() {
  local code=$?
  trap - EXIT INT TERM HUP
  if ((leave_running)); then exit "$code"; fi
  stop_daemons "$home"
  if ((!keep_folder)); then rm -rf "$home"; fi
  exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ---- steps ----------------------------------------------------------------------------------------

# shellcheck source=deploy/federation.sh
. "$root/deploy/federation.sh"

# start PARTY ROLE CONFIG: one daemon, on its own from now on.
start() {
  setsid "$bin/consiliumd" "$2" --config "$home/$1/$3" >"$home/$1/log" 2>&1 </dev/null &
  echo $! >>"$home/pids"
  echo $! >"$home/$1/pid"
}

# wait_for PARTY SERVICE: prints the address once the daemon listens.
wait_for() {
  for _ in {1..200}; do
    address_of "$1" "$2" && return
    kill -0 "$(cat "$home/$1/pid")" 2>/dev/null || break
    sleep 0.05
  done
  return 1
}

make_keys() {
  local site
  make_authority
  enrol coordinator coordinator --ip 127.0.0.1 --dns localhost
  for site in "${sites[@]}"; do enrol node "$site" --ip 127.0.0.1 --dns localhost; done
  enrol operator olivia
  enrol clinician carol
}

start_federation() {
  local site
  write_coordinator 127.0.0.1:0 state
  start coordinator coordinator coordinator.toml
  coordinator=$(wait_for coordinator federation) ||
    fail "the coordinator did not come up" "$home/coordinator/log"
  for site in "${sites[@]}"; do
    write_node "$site" "$coordinator" 127.0.0.1:0 state
    start "$site" node node.toml
  done
  for site in "${sites[@]}"; do
    wait_for "$site" consultation >/dev/null || fail "the node of $site did not come up" "$home/$site/log"
  done
}

write_plan() {
  sed -e "s/^seed = .*/seed = $SEED/" ${ROUNDS:+-e "s/^rounds = .*/rounds = $ROUNDS/"} \
    examples/heart/plan.toml >"$home/plan.toml"
  rounds=$(sed -n 's/^rounds = //p' "$home/plan.toml")
}

# as NAME COMMAND...: consilium with the keys of a person.
as() {
  local name=$1
  shift
  "$consilium" "$@" --certificate "$home/$name/tls/$name.crt" --key "$home/$name/tls/$name.key" \
    --authority "$home/$name/tls/authority.crt"
}

for party in coordinator "${sites[@]}"; do mkdir -p "$home/$party/state"; done
