#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Calls of libbtt cost no more than those of results/baseline/instructions.json. `make instructions` writes that file again.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

[ "${VARIANT:-release}" = release ] || skip_all 'a sanitizer adds instructions'
command -v valgrind >/dev/null || skip_all 'no valgrind'
grep -qw avx2 /proc/cpuinfo || skip_all 'a processor without AVX2 copies with other instructions'
kept=$SRC/results/baseline/instructions.json
"$SRC/tests/instructions/measure.sh" "$TEST_BIN/instructions/ops" >"$T/now" 2>"$T/err" || bail "$(cat "$T/err")"

# value FILE OP BS LANES MEMBER
value() {
	jq -r --arg op "$2" --argjson bs "$3" --argjson lanes "$4" '.calls[] | select(.op == $op and .bs == $bs and .lanes == $lanes) | .'"$5" "$1"
}
fences_of() {
	case $1 in
	strict) echo 4 ;;
	write | batch-write) echo 2 ;;
	zero) echo 1 ;;
	read | batch-read) echo 0 ;;
	esac
}
compiler=$(jq -r .compiler "$T/now")
jq -r '.calls[] | "\(.op) \(.bs) \(.lanes)"' "$T/now" >"$T/calls"
is 'the same calls are kept' "$(jq -r '.calls[] | "\(.op) \(.bs) \(.lanes)"' "$kept")" "$(cat "$T/calls")"
while read -r op bs lanes; do
	name="$op, $bs bytes, $lanes lanes"
	is "$name: fences" "$(value "$T/now" "$op" "$bs" "$lanes" fences)" "$(fences_of "$op")"
	for member in lines bytes; do
		is "... $member as kept" "$(value "$T/now" "$op" "$bs" "$lanes" $member)" "$(value "$kept" "$op" "$bs" "$lanes" $member)"
	done
	now=$(value "$T/now" "$op" "$bs" "$lanes" instructions) before=$(value "$kept" "$op" "$bs" "$lanes" instructions)
	if [ "$compiler" != "$(jq -r .compiler "$kept")" ]; then
		ok "... instructions # SKIP kept for another compiler than $compiler" true
		continue
	fi
	is "... at most 3 % more instructions: $now, $before are kept" \
		"$(echo "$now $before" | awk '{ print ($1 <= 1.03 * $2) ? "few" : "many" }')" few
	echo "$now $before" | awk '$1 < 0.97 * $2 { print "# fewer than kept: run make instructions" }'
done <"$T/calls"
plan_done
