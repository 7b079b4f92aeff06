#!/usr/bin/env bash
# The image and deploy/compose.yaml for real: a coordinator, four hospitals and a clinician in
# containers of their own train, and consult. Exits 77, which CTest reports as skipped, where no
# engine can be had.
#
#   tests/system/container_test.sh [BIN]
#
# With BIN (what make test does) the image holds the binaries of that folder; without, it is built
# from the sources as a user would build it, which takes minutes. CONSILIUM_CONTAINER_TEST=0 skips.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
bin=${1:-}
make_base=$root/../shared/tools/make-base-image.sh

skip() { echo "skipped, $1"; exit 77; }
say() { printf '%5.1f s  %s\n' "$(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')" "$1"; }
began=$EPOCHREALTIME

[[ ${CONSILIUM_CONTAINER_TEST:-1} != 0 ]] || skip "CONSILIUM_CONTAINER_TEST=0"

# ---- an engine and a base image -------------------------------------------------------------------

docker=/usr/bin/docker # Debian's own: a newer client may lack its plugins
[[ -x $docker ]] || docker=$(command -v docker || true)
engine_runs() { [[ -n $docker ]] && "$docker" info >/dev/null 2>&1; }
base_is_there() { "$docker" image inspect debian:bookworm-slim >/dev/null 2>&1; }

if ! engine_runs || ! base_is_there; then
  if [[ -x $make_base && $EUID == 0 ]]; then
    "$make_base" >/dev/null || skip "no engine"
    docker=/usr/bin/docker
  fi
  engine_runs || skip "no engine"
fi
compose=$(command -v docker-compose) || skip "no docker-compose"
say "engine $("$docker" version --format '{{.Server.Version}}')"

# ---- what goes away at the end --------------------------------------------------------------------

name=consilium-test-$$
home=$(mktemp -d "${TMPDIR:-/tmp}/$name.XXXXXX")
export CONSILIUM_IMAGE=$name CONSILIUM_HOME=$home DOCKER_BUILDKIT=1
in_federation() { "$compose" -f deploy/compose.yaml -p "$name" "$@"; }

cleanup() {
  local code=$?
  trap - EXIT
  if ((code)); then
    echo "failed; the last lines of the daemons:"
    in_federation logs --no-color --tail 8 2>&1 | sed 's/^/    /' || true
  fi
  {
    in_federation down --volumes --remove-orphans --timeout 10
    # What the parties wrote belongs to them.
    "$docker" run --rm --user 0 --no-healthcheck --entrypoint rm -v "$home:/home" "$name" -rf /home/coordinator \
      /home/cleveland /home/hungarian /home/switzerland /home/va
    "$docker" rmi "$name"
    [[ -z $bin ]] || "$docker" rmi "$name-runtime"
  } >/dev/null 2>&1 || true
  rm -rf "$home"
  exit "$code"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- the image ------------------------------------------------------------------------------------

quietly() { "$@" >"$home/build.log" 2>&1 || { tail -n 30 "$home/build.log"; exit 1; }; }

if [[ -n $bin ]]; then
  quietly "$docker" build --target runtime -t "$name-runtime" .
  mkdir "$home/image"
  cp "$bin/consiliumd" "$bin/consilium" "$home/image/"
  strip "$home/image/consiliumd" "$home/image/consilium"
  printf 'FROM %s-runtime\nCOPY consiliumd consilium /usr/local/bin/\n' "$name" >"$home/image/Dockerfile"
  quietly "$docker" build -t "$name" "$home/image"
  rm -r "$home/image"
else
  quietly "$docker" build -t "$name" .
fi
say "image of $("$docker" image inspect -f '{{.Size}}' "$name" | awk '{ printf "%.0f MB", $1 / 1e6 }')"

# ---- the parties' folders -------------------------------------------------------------------------

consilium=$bin/consilium
if [[ -z $bin ]]; then # this machine has no binary: the image has one
  consilium=$home/consilium
  cat >"$consilium" <<RUN
#!/bin/sh
exec "$docker" run --rm --no-healthcheck --network none --user "$(id -u):$(id -g)" --entrypoint consilium \\
  -v "$home:$home" -v "$root/examples:$root/examples:ro" "$name" "\$@"
RUN
  chmod +x "$consilium"
fi
step_log=$home/steps.log
SEED=$(sed -n "s/^seed = //p" examples/heart/plan.toml)
synthetic=0
# shellcheck source=deploy/federation.sh
. deploy/federation.sh

{
  mkdir -p "$home"/{coordinator,operator,clinician}
  for site in "${sites[@]}"; do mkdir -p "$home/$site"; done
  give_patients "$root/../shared/data/heart"
  make_authority
  enrol coordinator coordinator --dns coordinator --ip 127.0.0.1
  for site in "${sites[@]}"; do enrol node "$site" --dns "$site" --ip 127.0.0.1; done
  enrol operator operator
  enrol clinician clinician
} || { tail -n 20 "$step_log"; exit 1; }
write_coordinator 0.0.0.0:7443 /var/lib/consilium
for site in "${sites[@]}"; do write_node "$site" coordinator:7443 0.0.0.0:7444 /var/lib/consilium; done
write_client operator coordinator coordinator:7443
write_client clinician node switzerland:7444
cp examples/heart/plan.toml "$home/operator/"
"$consilium" cohort answers --schema "$root/examples/heart/schema.toml" --mapping "$home/switzerland/mapping.toml" \
  --csv "$home/switzerland/patients.csv" --seed "$SEED" --out "$home/clinician/answers.toml" >/dev/null
# The containers' user reads its own folder and no other can.
"$docker" run --rm --user 0 --no-healthcheck --network none --entrypoint chown -v "$home:/home" "$name" -R 10001 \
  /home/coordinator /home/operator /home/clinician /home/cleveland /home/hungarian /home/switzerland /home/va
say "keys and $data_says"

# ---- train, consult -------------------------------------------------------------------------------

as() { # as operator|clinician COMMAND...
  local who=$1
  shift
  in_federation run --rm -T "$who" "$@"
}

quietly in_federation up -d
say "coordinator and four hospitals are up"
as operator run start /etc/consilium/plan.toml --name container --watch >"$home/run.log" 2>&1 ||
  { tail -n 20 "$home/run.log"; exit 1; }
say "trained"
as clinician consult --answers /etc/consilium/answers.toml >"$home/consult.log" 2>&1 ||
  { tail -n 20 "$home/consult.log"; exit 1; }
say "consulted"

# ---- and what must not be -------------------------------------------------------------------------

expect() { # expect WHAT GOT WANTED
  [[ $2 == "$3" ]] || { echo "$1: got '$2', expected '$3'"; exit 1; }
}
in_container() { in_federation exec -T switzerland "$@"; }
health_of() { "$docker" inspect -f '{{.State.Health.Status}}' "$(in_federation ps -q "$1")"; }
for _ in {1..30}; do # the first check comes after its interval
  [[ $(health_of switzerland) == starting ]] || break
  sleep 1
done
expect "health of switzerland" "$(health_of switzerland)" healthy
expect "user" "$(in_container id -u)" 10001
expect "capabilities" "$(in_container sed -n 's/^CapEff:[[:space:]]*//p' /proc/1/status)" 0000000000000000
! in_container touch /usr/local/bin/x 2>/dev/null || { echo "the root file system can be written to"; exit 1; }
address=$("$docker" inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' \
  "$(in_federation ps -q coordinator)")
as clinician run list --coordinator "$address:7443" --host coordinator >"$home/list.log" 2>&1 || true
grep -q 'error: no answer from' "$home/list.log" ||
  { echo "switzerland's clinician reached the coordinator:"; tail -n 3 "$home/list.log"; exit 1; }

tail -n 30 "$home/run.log"
cat "$home/consult.log"
say "all is well"
