#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every job file in workloads/ says what it models, runs as it is, and gives a result.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

result=$T/r.json
schema=$SRC/results/bttbench.result-1.schema.json

# header FILE: the comment it starts with
header() {
	sed '/^#/!q; s/^# *//' "$1" | tr '\n' ' '
}

# kinds FILE: the kinds of operation that were done, by job
kinds() {
	jq -r '[.runs[] | .job + ":" + ([.ops | to_entries[] | select(.value.count > 0) | .key] | sort | join("+"))] | join(" ")' \
		"$result"
}

# what each job must have done
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
is 'every shipped job is known here' "$(for job in "$SRC"/workloads/*; do basename "$job" .job; done)" "$(cut -d' ' -f1 "$T/kinds")"

while read -r name want; do
	job=$SRC/workloads/$name.job
	like "$name: its header says what it models" "$(header "$job")" 'Models [a-z]'
	ok '... it is valid as it is' "$BTTBENCH" run --dry-run "$job" dram:64M
	"$BTTBENCH" run "$job" dram:64M --set runtime=200ms --set ramp_time=0 --format=json >"$result" 2>"$T/err"
	is '... exit, complaints' "$? $(cat "$T/err")" '0 '
	ok '... the schema takes the result' jsonschema -i "$result" "$schema"
	is '... verdict' "$(jq -r .verdict.status "$result")" valid
	is '... no operation failed' "$(jq '[.runs[].ops[].errors] | add' "$result")" 0
	is '... the operations that it is to do' "$(kinds)" "$want"
done <"$T/kinds"

plan_done
