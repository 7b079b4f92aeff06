#!/usr/bin/env bash
# Measures: bench/run.sh BIN, where BIN holds the programs, beside the folder bench of the benchmarks
# (make bench builds them and calls this).
# Ratios in one run on one machine are what counts; a busy machine makes all of them worse.
set -euo pipefail
bin=$(cd "${1:?expected the folder of the programs}" && pwd)
cd "$(dirname "$0")/.."

heading() { printf '\n== %s\n\n' "$1"; }

for benchmark in "$bin"/../bench/*_benchmark; do
  [[ -x $benchmark ]] || continue
  name=$(basename "$benchmark" _benchmark)
  heading "$name (Google Benchmark; ratios to peers where a benchmark prints them)"
  "$benchmark" --benchmark_min_time=0.3
done

heading "a consultation's step over mutual TLS, next to an echo on the same transport"
"$bin/latency"

heading "rounds per CPU second of four nodes and a coordinator over mutual TLS"
"$bin/rounds"
