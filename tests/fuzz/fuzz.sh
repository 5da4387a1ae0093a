#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# fuzz.sh BUILD SECONDS -- all targets in so long, from what is kept on: the slow ones get more of it. New inputs
# go to BUILD/found/TARGET, one that fails to BUILD/failed-TARGET-*; `libFuzzer -merge=1` brings the useful ones
# into tests/fuzz/corpus.
# Exit: 0 nothing failed, 1 something did.
set -u
build=$1
seconds=$2
status=0
for share in info:1 image:6 overlay:1 peer:4; do # of twelve
	target=${share%:*}
	mkdir -p "$build/found/$target"
	echo "== $target"
	"$build/$target" -max_total_time=$((seconds * ${share#*:} / 12)) -timeout=20 -rss_limit_mb=1024 \
		-max_len=1024 -print_final_stats=1 -artifact_prefix="$build/failed-$target-" "$build/found/$target" "tests/fuzz/corpus/$target" \
		>"$build/$target.log" 2>&1 || status=1
	grep -E 'does not hold|^==[0-9]*==ERROR|runtime error|Test unit written|^stat::(number|peak)' "$build/$target.log"
done
exit $status
