#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kill.t -- the machine is killed at random moments, by turns while bttbench and while the kernel's BTT writes. The
# other one recovers: its check is clean, and no block is torn, misplaced or older than its last acknowledged write.
#
# KILLS: number of kills, an even number; kill_again.t adds the same number. The image contains the processor's caches
# at once. So this tests the order of stores and the recovery; the crash explorer tests flushes and fences.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"
export PMEM_IS_PMEM_FORCE=1
KILLS=${KILLS:-10}
MIB=32

# kill_under SCENARIO [NVDIMM]
kill_under() {
	vm_kill_load "kill $round: $1" "$1" mem-ctrl "$T/nv0" "$T/nv1" ${2:+"$2"}
}

# cut_dax IMAGE FILE: copies the bytes of the image's DAX device; the copy is a namespace without labels
cut_dax() {
	# shellcheck disable=SC2046 # three words
	set -- "$1" "$2" $(sed -n "s/^guest: dax $1 //p" "$T/console.txt")
	tail -c "+$(($3 + 1))" "$T/nv$1" | head -c "$4" >"$2"
	truncate -s "${MIB}M" "$2"
}

# check_blocks NS: after recovery. The check can fail: with the state of each block's neighbour, many are lost.
check_blocks() {
	ok "kill $round: check is clean" "$BTTBENCH" check "$1"
	ok "kill $round: no block is torn, misplaced or lost" "$BTTBENCH" verify "$1" --state="$T/state"
	diag "$tap_output"
	{ head -c 4096 "$T/state" && tail -c +4105 "$T/state" && head -c 8 /dev/zero; } >"$T/shifted"
	like "kill $round: with the state of each block's neighbour, blocks are lost" \
		"$("$BTTBENCH" verify "$1" --state="$T/shifted")" '^stale: [1-9][0-9]* blocks$'
	like "kill $round: the load had written" "$("$BTTBENCH" info "$1" | grep map_normal)" ': [1-9]'
}

kill_ours() {
	kill_under kill_ours
	cut_dax 0 "$T/ours"
	cut_dax 1 "$T/ours.state"
}

# sum NS: the checksum of all blocks
sum() {
	"$BTTBENCH" read "$1" --count="$("$BTTBENCH" info "$1" --format=json | jq .btt.nlba)" | md5sum
}

# recover NS: opens for writing, which recovers
recover() {
	"$BTTBENCH" read "$1" >"$T/block" && "$BTTBENCH" write "$1" <"$T/block"
}

kill_kernel() {
	"$BTTBENCH" format "$T/nv0" --flavour=kernel --lbasize=4096 >/dev/null
	kill_under kill_kernel "$T/ours"
	mv "$T/ours.state" "$T/state"
	is "kill $round: after bttbench the kernel recovers the same blocks" \
		"$(sed -n 's/^guest: recovered //p' "$T/console.txt")" "$(sum "$T/ours")"
	check_blocks "$T/ours"
	rm "$T/state"
	cut_dax 1 "$T/state"
	ok "kill $round: after the kernel bttbench recovers" recover "$T/nv0"
	check_blocks "$T/nv0"
}

for round in $(seq "$KILLS"); do
	rm -f "$T/nv0" "$T/nv1"
	vm_nvdimm "$T/nv0" $MIB && vm_nvdimm "$T/nv1" $MIB
	if [ $((round % 2)) -eq 1 ]; then kill_ours; else kill_kernel; fi
done
plan_done
