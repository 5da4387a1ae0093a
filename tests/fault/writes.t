#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# writes.t -- the N-th write of a result fails, N = 1, 2, 3 ... until the result is complete: the file may only grow
# to N buffers. The command reports it in one line and exits with 1, and its other effects stay.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

export PMEM_IS_PMEM_FORCE=1
ns=$T/ns
out=$T/out
buffer=8 # 4096 bytes in units of 512, as ulimit counts

# limited BLOCKS COMMAND...: no file grows beyond BLOCKS times 512 bytes; standard error is a pipe and has no limit
limited() {
	{
		(
			trap '' XFSZ
			ulimit -f "$1"
			shift
			exec "$@"
		) 2>&1 >"$out"
		echo $? >"$T/status"
	} | cat >"$T/err"
	status=$(cat "$T/status")
}

# each NAME LEAST COMMAND...: one test: N writes fail in turn, at least LEAST; then a run completes
each() {
	name=$1 least=$2
	shift 2
	room=0 bad=0
	while [ "$room" -lt 4096 ]; do
		limited "$room" "$@"
		[ "$status" -ne 0 ] || break
		if [ "$status" -ne 1 ] || [ "$(wc -l <"$T/err")" -ne 1 ] || ! grep -q '^bttbench: .*: File too large$' "$T/err" ||
			! "$BTTBENCH" check "$ns" >"$T/checked" 2>&1 || ! $left; then
			bad=$((bad + 1))
			diag "with room for $room: exit $status: $(cat "$T/err")"
		fi
		room=$((room + buffer))
	done
	[ "$bad" -eq 0 ] && [ "$status" -eq 0 ] && [ $((room / buffer)) -ge "$least" ]
	tap_result $? "$name reports each failed write: $((room / buffer)) tried"
}

nothing() { :; }
no_half_result() {
	[ ! -s "$T/result.json" ]
}
no_half_row() {
	if [ -e "$T/before.csv" ]; then
		cmp "$T/before.csv" "$T/rows.csv"
	else
		[ ! -e "$T/rows.csv" ]
	fi
}

"$BTTBENCH" format "$ns" --size=16M --lbasize=4096 >/dev/null || bail 'no namespace'
left=nothing
for format in text json; do
	each "check --format=$format" 1 "$BTTBENCH" check "$ns" --format=$format
	each "info --format=$format" 1 "$BTTBENCH" info "$ns" --format=$format
	each "repair --format=$format" 1 "$BTTBENCH" repair "$ns" --format=$format
done
each 'read' 4 "$BTTBENCH" read "$ns" --count=4
set -- "$BTTBENCH" run "$ns" --set rw=randwrite --set ops=300 --set runtime=5s --set precondition=none
for format in text json csv fio-json fio-json+ bmf openmetrics openmetrics-timestamps hgrm; do
	each "run --format=$format" 1 "$@" --format=$format
done
left=no_half_result out=/dev/null
each 'run --output' 2 "$@" --format=csv --output="$T/result.json"
ok 'the result without a fault is complete' jq -e .verdict "$T/result.json"
for i in 1 2 3; do
	left=no_half_row
	rm -f "$T/before.csv"
	[ $i = 1 ] || cp "$T/rows.csv" "$T/before.csv"
	each "run --append, time $i" 1 "$@" --append="$T/rows.csv"
	is '... and the file has a row more' "$(wc -l <"$T/rows.csv")" $((i + 1))
done

plan_done
