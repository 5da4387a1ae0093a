# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh disable=SC2154 # tap.sh has T
#
# result.sh -- runs and what their results say, after tap.sh: `. "$SRC/tests/cli/result.sh"`.

result=$T/r.json

# run ARG...: a job whose result is in $result
run() {
	"$BTTBENCH" run --format=json "$@" >"$result" 2>"$T/err"
	status=$?
	[ $status -eq 0 ] || cat "$T/err"
	return $status
}

# result FILTER: what it says
result() {
	jq -r "$1" "$result"
}

# holds FILTER: it is true of the result
holds() {
	jq -e "$1" "$result"
}

# refuses DESCRIPTION PATTERN ARG...: a run of one op ends with 1 and one line, which says why
refuses() {
	description=$1 pattern=$2
	shift 2
	"$BTTBENCH" run --set ops=1 "$@" >"$T/out" 2>"$T/err"
	is "$description: exit 1" $? 1
	one_line '... one line' "$T/err"
	like '... that says why' "$(cat "$T/err")" "$pattern"
}
