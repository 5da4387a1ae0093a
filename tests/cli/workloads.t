#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every job file in workloads/ names its model or its question, runs unchanged, and gives a result.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

schema=$SRC/results/bttbench.result-1.schema.json

# header FILE: the comment at its start
header() {
	sed '/^#/!q; s/^# *//' "$1" | tr '\n' ' '
}

# kinds FILE: the kinds of ops of each job in the result
kinds() {
	jq -r '[.runs[] | .job + ":" + ([.ops | to_entries[] | select(.value.count > 0) | .key] | sort | join("+"))] | join(" ")' \
		"$result"
}

# the kinds of ops that each job must have
cat >"$T/kinds" <<-END
	boot-volume boot-volume:read+write
	default default:read+write+zero
	kv kv:read+write
	log-writer log-writer:write
	oltp redo:write data:read+write
	read-only read-only:read
	write-saturation write-saturation:write
	zero-heavy zero-heavy:read+write+zero
END
# the studies: their points, and the plot that answers the question
cat >"$T/studies" <<-END
	commit-study 8 tax
	lane-study 4 scaling
	nfree-study 12 heatmap
	numa-study 6 nodes
	sector-study 8 percentiles
END
is 'this test knows every shipped job' "$(for job in "$SRC"/workloads/*; do basename "$job" .job; done)" \
	"$(cut -d' ' -f1 "$T/kinds" "$T/studies" | sort)"

while read -r name want; do
	job=$SRC/workloads/$name.job
	like "$name: the header names the modelled load" "$(header "$job")" 'Models [a-z]'
	ok '... it is valid unchanged' "$BTTBENCH" run --dry-run "$job" dram:64M
	undisturbed run_once "$job" dram:64M --set runtime=200ms --set ramp_time=0
	is '... it exits with 0 and prints no message' "$? $(cat "$T/err")" '0 '
	ok '... the result fits the schema' jsonschema -i "$result" "$schema"
	ok '... the result is valid' is_valid
	is '... no operation failed' "$(jq '[.runs[].ops[].errors] | add' "$result")" 0
	is '... it has the expected kinds of ops' "$(kinds)" "$want"
done <"$T/kinds"

while read -r name points plot; do
	job=$SRC/workloads/$name.job
	like "$name: the header begins with its question" "$(sed -n 1p "$job")" '^# [A-Z].*\?$'
	like '... and has the command of the sweep' "$(header "$job")" "bttbench sweep $name\\.job "
	like '... and of the plot' "$(header "$job")" "bttbench plot $plot "
	"$BTTBENCH" sweep "$job" dram:64M --repeat=2 --set runtime=10ms --set ramp_time=0 --skip-impossible \
		--output="$result" >"$T/out" 2>"$T/err"
	ok '... the result fits the schema' jsonschema -i "$result" "$schema"
	is '... it has the points that can run, in each round' \
		"$(jq '.study.points | length' "$result") $(jq '.runs | length' "$result")" \
		"$((points - $(wc -l <"$T/err"))) $((2 * (points - $(wc -l <"$T/err"))))"
	is '... only points that need more cores or nodes can not' "$(grep -cEv 'cores|node' "$T/err")" 0
	is '... no operation failed' "$(jq '[.runs[].ops[].errors] | add' "$result")" 0
	like '... the table ends in a matrix' "$(cat "$T/out")" '^matrix  *medians of IOPS '
done <"$T/studies"

plan_done
