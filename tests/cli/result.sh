# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh disable=SC2154 # T comes from tap.sh
#
# result.sh -- runs and their results; source it after tap.sh: `. "$SRC/tests/cli/result.sh"`.

result=$T/r.json

# reads_back STATUS: returns STATUS, or 99 when the result is not the same after it is read and written again
reads_back() {
	[ ! -s "$result" ] || "$BTTBENCH" show --format=json "$result" | cmp - "$result" || return 99
	return "$1"
}

# undisturbed COMMAND...: runs it; again, at most four times, while its $result is invalid because others took the CPU.
# After the last time that is no failure: a test of validity looks at the verdict.
undisturbed() {
	for attempt in 1 2 3 4 5; do
		"$@"
		status=$?
		[ $status -eq 4 ] && only_disturbed "$result" || return $status
	done
	return 0
}

run_once() {
	"$BTTBENCH" run --format=json "$@" >"$result" 2>"$T/err"
}

# run ARG...: runs a job; $result has its result
run() {
	undisturbed run_once "$@"
	status=$?
	[ $status -eq 0 ] || { cat "$T/err" && jq -c .verdict "$result"; }
	reads_back $status
}

# result FILTER: a value from the result
result() {
	jq -r "$1" "$result"
}

# holds FILTER: the filter is true for the result
holds() {
	jq -e "$1" "$result"
}

# is_valid: the result is valid, or `undisturbed` gave up after five disturbed runs
is_valid() {
	holds '.verdict.status == "valid"' || only_disturbed "$result"
}

# is_interrupted: a signal ended the run, which a busy machine can make invalid besides
is_interrupted() {
	holds '.runs[0].interrupted' && { holds '.verdict.status == "interrupted"' || only_disturbed "$result"; }
}

# refuses DESCRIPTION PATTERN ARG...: a run of one op exits with 1 and one line that matches PATTERN
refuses() {
	description=$1 pattern=$2
	shift 2
	"$BTTBENCH" run --set ops=1 "$@" >"$T/out" 2>"$T/err"
	is "$description: exit 1" $? 1
	one_line '... one line' "$T/err"
	like '... with the reason' "$(cat "$T/err")" "$pattern"
}
