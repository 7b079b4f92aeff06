#!/usr/bin/env bash
# Puts cleveland.csv, hungarian.csv, switzerland.csv and va.csv, the UCI heart disease data, into a folder.
#
#   examples/heart/fetch.sh FOLDER
#
# Source: Janosi, Steinbrunn, Pfisterer, Detrano. Heart Disease. UCI Machine Learning Repository, 1988,
# doi 10.24432/C52P4X, CC BY 4.0. Every file is checked against SHA256SUMS before it is used.
# HEART_SOURCE names another place with the same files.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
source=${HEART_SOURCE:-https://archive.ics.uci.edu/ml/machine-learning-databases/heart-disease}
folder=${1:?expected the folder to write to}
mkdir -p "$folder"
cd "$folder"

for site in cleveland hungarian switzerland va; do
  file=processed.$site.data
  curl --fail --silent --show-error --location --retry 1 --connect-timeout 5 --max-time 60 \
    --output "$file" "$source/$file"
  awk -f "$here/tidy.awk" "$file" >"$site.csv"
done
sha256sum --check --quiet "$here/SHA256SUMS"
