#!/usr/bin/env bash
# Four hospitals train together over mutual TLS, each on its own patients; then a clinician consults.
#
#   deploy/demo.sh BIN      BIN holds consiliumd and consilium; make demo builds them and calls this
#   deploy/demo.sh --stop   ends what KEEP=1 left running
#
# Settings: DATA (folder of the four hospitals' CSV files), SEED, ROUNDS, PATIENT
# (which of those held out at switzerland), KEEP=1 (leave it running).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
DATA=${DATA:-../shared/data/heart}
SEED=${SEED:-$(sed -n "s/^seed = //p" examples/heart/plan.toml)}
ROUNDS=${ROUNDS:-}
PATIENT=${PATIENT:-18}
KEEP=${KEEP:-0}

# ---- processes ------------------------------------------------------------------------------------

# ours HOME PID: is PID a daemon of the demo in HOME, and not another process that got its number?
ours() {
  local line
  line=$({ tr '\0' ' ' <"/proc/$2/cmdline"; } 2>/dev/null) || return
  [[ $line == *consiliumd*"$1/"* ]]
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
touch "$home/pids" "$step_log"

# ---- what a person sees ---------------------------------------------------------------------------

bold='' dim='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; fi
began=$EPOCHREALTIME

seconds_since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'; }
heading() { printf '\n%s%s%s\n\n' "$bold" "$1" "$plain"; }
row() { printf '  %-12s %s\n' "$1" "$2"; }
try() { printf '  %-20s %s\n' "$1" "$2"; }

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
  make_authority && enrol coordinator coordinator --ip 127.0.0.1 --dns localhost || return
  for site in "${sites[@]}"; do
    enrol node "$site" --ip 127.0.0.1 --dns localhost || return
  done
  enrol operator olivia && enrol clinician carol
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
  write_client olivia coordinator "$coordinator"
  for site in "${sites[@]}"; do
    wait_for "$site" consultation >/dev/null || fail "the node of $site did not come up" "$home/$site/log"
  done
}

write_plan() {
  sed -e "s/^seed = .*/seed = $SEED/" ${ROUNDS:+-e "s/^rounds = .*/rounds = $ROUNDS/"} \
    examples/heart/plan.toml >"$home/plan.toml"
  rounds=$(sed -n 's/^rounds = //p' "$home/plan.toml")
}

# The same plan in one process, each patient held out once: what one split of so few cannot say.
cross_validate() {
  local site
  {
    sed -e 's/^held_out = .*/folds = 5/' "$home/plan.toml"
    printf '[data]\nschema = "%s"\n' "$root/examples/heart/schema.toml"
    for site in "${sites[@]}"; do
      printf '[[site]]\nname = "%s"\ntrain = "%s"\nmapping = "%s"\n' \
        "$site" "$home/$site/patients.csv" "$home/$site/mapping.toml"
    done
  } >"$home/folds.toml"
  "$consilium" simulate "$home/folds.toml" >"$home/folds.txt" 2>>"$step_log" || return
  grep -E 'held out|mean of sites' "$home/folds.txt"
}

# answers_of NUMBER: of one of switzerland's held-out patients. The split is the run's: no node has
# trained on these answers.
answers_of() {
  "$consilium" cohort answers --schema examples/heart/schema.toml --seed "$SEED" --holdout 0.2 \
    --mapping "$home/switzerland/mapping.toml" --csv "$home/switzerland/patients.csv" \
    --patient "$1" --out "$home/answers.toml" >>"$step_log" 2>&1
}

say_what_next() {
  heading "What to try next"
  if ((leave_running)); then
    printf '  The federation is up. Consult as carol, a clinician at switzerland:\n\n'
    printf '    %s consult --config %s\n\n' "${consilium#"$root/"}" "${home#"$root/"}/carol/client.toml"
    printf '  and, as olivia, its operator:\n\n'
    printf '    %s run status --config %s\n\n' "${consilium#"$root/"}" "${home#"$root/"}/olivia/client.toml"
    printf '  Logs are in %s/PARTY/log; make demo-stop ends it.\n\n' "${home#"$root/"}"
  else
    try "make demo KEEP=1" "leave the federation up and consult yourself"
    try "make demo SEED=2" "hold out others, start from other values"
    try "make demo PATIENT=4" "consult about another; the model is not always right"
  fi
  try "make test" "every test"
  try "README.md" "where to go from here"
}

# ---- the demo -------------------------------------------------------------------------------------

synthetic=0
for party in coordinator "${sites[@]}"; do mkdir -p "$home/$party/state"; done

printf '\n%sConsilium%s: four hospitals train together; no patient leaves one.\n\n' "$bold" "$plain"
give_patients "$DATA" || fail "the hospitals got no patients" "$step_log"
row data "$data_says"
make_keys || fail "the authority could not sign the parties' requests" "$step_log"
row keys "each party made its own; one authority signed 7 certificates"
start_federation
row daemons "one coordinator on $coordinator, four nodes that dial out to it; TLS 1.3 both ways"
write_plan
row plan "$rounds rounds of RelaySum on a spanning tree, low-rank messages"

heading "Training"
"$consilium" run start "$home/plan.toml" --config "$home/olivia/client.toml" --name demo --watch ||
  fail "the run did not finish" "$home/coordinator/log"

heading "The same by cross-validation: five folds of all patients, simulated in one process"
cross_validate || fail "the simulation did not succeed" "$step_log"

answers_of "$PATIENT" || answers_of 1 || fail "no held-out patient could be read" "$step_log"
heading "A consultation at switzerland: $(sed -n 's/^# Held-out \(patient.*\)\. What.*/\1/p' "$home/answers.toml") that no node has trained on"
write_client carol node "$(address_of switzerland consultation)"
"$consilium" consult --config "$home/carol/client.toml" --answers "$home/answers.toml" ||
  fail "the consultation did not succeed" "$home/switzerland/log"
printf '\nWhat is known to have come: %s\n' "$(sed -n 's/^# \([a-z-]* = .*\)/\1/p' "$home/answers.toml")"

if ((synthetic)); then
  printf '\n  %sAll of this is on SYNTHETIC patients: it says nothing about medicine.%s\n' "$bold" "$plain"
fi
if [[ $KEEP == 1 ]]; then
  leave_running=1
  : >"$home/kept"
fi
say_what_next
printf '\n%s%s s from start to end%s\n' "$dim" "$(seconds_since "$began")" "$plain"
