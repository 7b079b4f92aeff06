#!/usr/bin/env bash
# Installs what Consilium needs, and only what is missing. Debian 12 (bookworm), as root or with sudo.
#
#   deploy/install-dependencies.sh             # to build and test
#   deploy/install-dependencies.sh --dev       # and what format, tidy and the scripts' checks need
#   deploy/install-dependencies.sh --runtime   # only to run built binaries
set -euo pipefail

build=(
  make cmake ninja-build ccache g++ mold pkg-config ca-certificates curl
  libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc
  libabsl-dev libre2-dev libc-ares-dev zlib1g-dev libssl-dev
  libisal-dev libeigen3-dev libsqlite3-dev libspdlog-dev libfmt-dev libcli11-dev libtomlplusplus-dev
  nlohmann-json3-dev libpng-dev prometheus-cpp-dev libgtest-dev libgmock-dev libbenchmark-dev
)
developer=(clang clang-format clang-tidy shellcheck)
runtime=(ca-certificates libgrpc++1.51 libprotobuf32 libabsl20220623 libssl3 libsqlite3-0 libspdlog1.10 libfmt9
  libtomlplusplus3 libisal2 libpng16-16 libprometheus-cpp-pull1.0)

say() { echo "install-dependencies: $*" >&2; }
die() { say "$*"; exit 1; }

case "${1:-}" in
  '') wanted=("${build[@]}") ;;
  --dev) wanted=("${build[@]}" "${developer[@]}") ;;
  --runtime) wanted=("${runtime[@]}") ;;
  *) say "got '$1', expected nothing, --dev or --runtime"; exit 2 ;;
esac

command -v dpkg-query >/dev/null ||
  die "this machine has no dpkg; expected Debian 12 (bookworm)"

present=$(dpkg-query -W -f '${Package} ${Status}\n' "${wanted[@]}" 2>/dev/null |
  sed -n 's/ install ok installed$//p' || true)
missing=()
for package in "${wanted[@]}"; do
  grep -qxF -- "$package" <<<"$present" || missing+=("$package")
done
((${#missing[@]})) || exit 0

codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null || true)
[[ $codename == bookworm ]] ||
  die "this is Debian '${codename:-unknown}', expected bookworm; missing here: ${missing[*]}"

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || die "not root and no sudo; as root run: apt-get install ${missing[*]}"
  as_root=(sudo)
fi
apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@"
}

say "installing ${#missing[@]} packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{ apt_get update && apt_get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 || {
  tail -n 20 "$log" >&2
  die "apt-get failed; see the lines above. Is there a way to a Debian mirror, and room on the disk?"
}
say "done"
