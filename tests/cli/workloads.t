#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every job file in workloads/ names its model, runs unchanged, and gives a result.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

result=$T/r.json
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
is 'this test knows every shipped job' "$(for job in "$SRC"/workloads/*; do basename "$job" .job; done)" "$(cut -d' ' -f1 "$T/kinds")"

while read -r name want; do
	job=$SRC/workloads/$name.job
	like "$name: the header names the modelled load" "$(header "$job")" 'Models [a-z]'
	ok '... it is valid unchanged' "$BTTBENCH" run --dry-run "$job" dram:64M
	"$BTTBENCH" run "$job" dram:64M --set runtime=200ms --set ramp_time=0 --format=json >"$result" 2>"$T/err"
	is '... it exits with 0 and prints no message' "$? $(cat "$T/err")" '0 '
	ok '... the result fits the schema' jsonschema -i "$result" "$schema"
	is '... the result is valid' "$(jq -r .verdict.status "$result")" valid
	is '... no operation failed' "$(jq '[.runs[].ops[].errors] | add' "$result")" 0
	is '... it has the expected kinds of ops' "$(kinds)" "$want"
done <"$T/kinds"

plan_done
