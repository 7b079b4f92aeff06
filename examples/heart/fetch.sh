#!/usr/bin/env bash
# Puts processed.{cleveland,hungarian,switzerland,va}.data, the UCI heart disease data, into a folder.
#
#   examples/heart/fetch.sh FOLDER
#
# Source: Janosi, Steinbrunn, Pfisterer, Detrano. Heart Disease. UCI Machine Learning Repository, 1988,
# doi 10.24432/C52P4X, CC BY 4.0. Each file is checked against SHA256SUMS before it is used.
# HEART_SOURCE names another place with the same files.
set -euo pipefail

sums=$(cd "$(dirname "$0")" && pwd)/SHA256SUMS
source=${HEART_SOURCE:-https://archive.ics.uci.edu/ml/machine-learning-databases/heart-disease}
folder=${1:?expected the folder to write to}
mkdir -p "$folder"
cd "$folder"

for site in cleveland hungarian switzerland va; do
  curl --fail --silent --show-error --location --retry 1 --connect-timeout 5 --max-time 60 \
    --output "processed.$site.data" "$source/processed.$site.data"
done
grep processed "$sums" | sha256sum --check --quiet -
