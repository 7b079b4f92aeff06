#!/usr/bin/env bash
# Writes the SYNTHETIC patients of this example, who never lived: three hospitals, the same bytes for
# the same seed on every machine.
#
#   examples/multimodal/generate.sh [FOLDER] [SEED]     # default: examples/multimodal/data, 1
#
# Needs consilium in the PATH, or CONSILIUM=build/release/bin/consilium.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
data=${1:-$here/data}
seed=${2:-1}
consilium=${CONSILIUM:-consilium}

site() { # name patients prevalence missing
  mkdir -p "$data/$1"
  "$consilium" cohort synthesise --schema "$here/schema.toml" --mapping "$here/mapping.toml" \
    --site "$1" --patients "$2" --prevalence "$3" --missing "$4" --seed "$seed" \
    --out "$data/$1/patients.csv"
}
site north 300 0.4 0.1
site south 200 0.5 0.3
site coast 120 0.3 0.5
