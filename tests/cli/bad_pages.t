#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bad_pages.t -- a file is truncated under a running job. Access after the new end raises SIGBUS; the job counts it as EIO
# and continues.
. "$SRC/tests/cli/tap.sh"
[ "${VARIANT:-}" != tsan ] || skip_all "ThreadSanitizer can't follow a jump out of a signal handler"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
ns=$T/ns
field() {
	"$BTTBENCH" info "$ns" --format=json | jq ".btt.arenas[0].$1"
}

# cut AREA BYTES [ENGINE]: truncates at this offset, during a job of three seconds with two workers
cut() {
	area=$1
	until_phase run timeout 60 "$BTTBENCH" run "$ns" --set rw=randrw --set threads=2 --set runtime=3 \
		--set oversubscribe=1 --set interval=100ms --set engine="${3:-btt}" --output="$T/result.json" \
		--status-interval=20ms >/dev/null
	sleep 0.5
	truncate -s "$2" "$ns"
	wait $pid
	status=$?
	is "$area: the job ends by itself: no lock is held and no signal ends it" "$status" 4
	[ "$status" -eq 4 ] || diag "$(cat "$T/status")"
	ok "$area: ... with a result that is invalid because ops failed" jq -e \
		'.verdict.reasons | map(select(test("write ops failed: Input/output error, first at block [0-9]+"))) | length == 1' \
		"$T/result.json"
	ok "$area: ... after its full runtime" jq -e '.runs[0].elapsed_s >= 2.9' "$T/result.json"
	ok "$area: ... and both workers continue to the last second" jq -e \
		'(.runs[0].workers | length == 2 and all(.ops > 0)) and
		(.runs[0].intervals | map(select(.start_s >= 2) | .ops[], .errors) | add) > 0' "$T/result.json"
	ok "$area: failed writes are counted as EIO, with the first block and its time" jq -e \
		'.runs[0].ops.write.errnos | map(select(.errno == "EIO" and .count > 0 and .first_lba >= 0)) | length == 1' \
		"$T/result.json"
}

make() {
	rm -f "$ns"
	"$BTTBENCH" format "$ns" --size=64M --lbasize=4096 >/dev/null || bail "no namespace"
}
reads_that_failed() {
	jq '[.runs[0].ops.read.errnos[] | select(.errno == "EIO") | .count] | add // 0' "$T/result.json"
}

make
start=$(field start) dataoff=$(field dataoff) mapoff=$(field mapoff) flogoff=$(field flogoff)
cut flog $((start + flogoff))
is "flog: reads continue without an error" "$(reads_that_failed)" 0

make
cut map $((start + mapoff))
ok "map: reads fail too" test "$(reads_that_failed)" -gt 0

make
cut data $((start + dataoff + (mapoff - dataoff) / 8192 * 4096))
ok "data: reads fail too" test "$(reads_that_failed)" -gt 0

rm -f "$ns" && truncate -s 64M "$ns"
cut raw $((32 << 20)) raw
ok "raw: reads fail too" test "$(reads_that_failed)" -gt 0
ok "raw: blocks before the cut do not fail" jq -e --argjson cut $(((32 << 20) / 4096)) \
	'[.runs[0].ops[].errnos[].first_lba] | min >= $cut' "$T/result.json"

# during the fill, and with errors allowed by a limit
make
until_phase run timeout 300 "$BTTBENCH" run "$ns" --set rw=randrw --set rwmix=read:70,write:30 --set runtime=1 \
	--set interval=100ms --status-interval=20ms --set precondition=none --set 'limit.total.errors<=1G' --output="$T/result.json" >/dev/null
truncate -s $((start + mapoff)) "$ns"
wait $pid
ok 'errors within a limit do not fail the run' is_done $? "$T/result.json"
ok '... and there are some' jq -e '[.runs[0].ops[].errors] | add > 0' "$T/result.json"
rm -f "$ns"
"$BTTBENCH" format "$ns" --size=2G --lbasize=512 >/dev/null || bail "no namespace"
until_phase precondition timeout 300 "$BTTBENCH" run "$ns" --set rw=read --set runtime=1 --set precondition=fill \
	--output="$T/result.json" --status-interval=20ms >/dev/null
truncate -s 1G "$ns"
wait $pid
is 'a file truncated during the fill: the run continues' $? 4
ok '... and names the blocks that were not filled' jq -e '.verdict.reasons
	| map(select(test("precondition=fill: [0-9]+ blocks could not be written: Input/output error, first block [0-9]+"))) | length == 1' \
	"$T/result.json"
plan_done
