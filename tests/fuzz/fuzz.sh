#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# fuzz.sh BUILD SECONDS -- runs all targets in this time, starting from the kept inputs; slow targets get more time. New
# inputs go to BUILD/found/TARGET, failing ones to BUILD/failed-TARGET-*; `libFuzzer -merge=1` adds the useful ones
# to tests/fuzz/corpus.
# Exit: 0 nothing failed, 1 a target failed.
set -u
build=$1
seconds=$2
status=0
for share in info:1 image:6 overlay:1 peer:4; do # in twelfths of the time
	target=${share%:*}
	mkdir -p "$build/found/$target"
	echo "== $target"
	"$build/$target" -max_total_time=$((seconds * ${share#*:} / 12)) -timeout=20 -rss_limit_mb=1024 \
		-max_len=1024 -print_final_stats=1 -artifact_prefix="$build/failed-$target-" "$build/found/$target" "tests/fuzz/corpus/$target" \
		>"$build/$target.log" 2>&1 || status=1
	grep -E 'does not hold|^==[0-9]*==ERROR|runtime error|Test unit written|^stat::(number|peak)' "$build/$target.log"
done
exit $status
