#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# cut.t -- power cuts off a write of libpmemblk or bttbench. Whichever of the two opens the pool next, the blocks
# are the same, and both can continue.
#
# The cut is made from copies of a pool before and after one write: bytes that were not stored yet are restored in
# the later copy. One write changes only the data, one slot of 16 bytes in the flog and one map entry.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/interop/pool.sh"

case ${VARIANT:-release} in
release) sizes="512 4096" ;;
*) sizes=512 ;;
esac

POOL_BYTES=$((17 << 20))
lba=1000   # the cut write changes this block
other=2000 # this block is written after the cut

# u32_at FILE BYTE
u32_at() {
	od -An -v -tu4 -j"$2" -N4 "$1" | tr -d ' \n'
}

# put_back BYTE COUNT: restores bytes of $cut from $before
put_back() {
	dd if="$before" of="$cut" bs=4 skip=$(($1 / 4)) seek=$(($1 / 4)) count=$(($2 / 4)) conv=notrunc status=none
}

# sets $map_entry and $slot, offsets in the pool, for the write between $before and $after
find_write() {
	mapoff=$(pmempool_geometry "$after" | awk '$1 == "mapoff" { print $2 }')
	flogoff=$(pmempool_geometry "$after" | awk '$1 == "flogoff" { print $2 }')
	map_entry=$((BTT_START + mapoff + 4 * lba))
	changed=$(cmp -l -i $((BTT_START + flogoff)) -n 16384 "$before" "$after" | awk '{ print int(($1 - 1) / 16) }' | uniq)
	is "$name: the write changed one slot of the flog" "$(echo "$changed" | wc -w)" 1 || return 1
	slot=$((BTT_START + flogoff + 16 * changed))
}

# the committed flog entry contains the old and the new map entry
test_flog_entry() {
	post=$(((1 << 30) - 1)) old=$(u32_at "$before" $map_entry)
	[ "$((old >> 30))" -ne 0 ] || old=$lba # initial: the block itself
	new=$(u32_at "$after" $map_entry)
	slot_old=$(u32_at "$after" $((slot + 4)))
	slot_new=$(u32_at "$after" $((slot + 8)))
	is "$name: the flog entry contains block, old and new of the write" \
		"$(u32_at "$after" "$slot") $((slot_old & post)) $((slot_new & post))" "$lba $((old & post)) $((new & post))"
	is "$name: ... and carries the flags of a map entry" "$((slot_old >> 30 > 0)) $((slot_new >> 30))" "1 3"
}

# make_before STATE: a pool in which block $lba has this state, and each lane has written before
make_before() {
	rm -f "$before" "$before".*
	pool_create "$before" "$bsize"
	do_write pmemblk "$before" "$bsize" 0 600 1 || bail "libpmemblk does not write"
	do_error "$before" "$bsize" 700 2 || bail "libpmemblk sets no error"
	[ "$1" = initial ] || do_write pmemblk "$before" "$bsize" $lba 1 2 || bail "libpmemblk does not write"
	case $1 in
	zero) do_zero pmemblk "$before" "$bsize" $lba 1 ;;
	error) do_error "$before" "$bsize" $lba 1 ;;
	esac || bail "libpmemblk sets no flag"
}

# make_cut PLACE: makes $cut, and the model of its blocks
make_cut() {
	cp "$after" "$cut"
	put_back $map_entry 4
	case $1 in
	"before the map") model_of=$after ;;
	"before the commit")
		put_back $((slot + 8)) 8
		model_of=$before
		;;
	esac
	cp "$model_of.model" "$cut.model"
	cp "$model_of.errors" "$cut.errors"
	is "$name: the map entry is still the old one" "$(u32_at "$cut" $map_entry)" "$(u32_at "$before" $map_entry)"
}

# recover POOL PROGRAM: opens the pool for writing, by a write of another block
recover() {
	do_write "$2" "$1" "$bsize" $other 1 5
	is "$name: $2 opens the cut pool and writes" "$?" 0
}

# both programs read the same model
test_recovered() {
	ok_pmemblk_reads "$name: the pool after recovery by $2" "$1" "$bsize"
	ok_bttbench_reads "$name: the pool after recovery by $2" "$1" "$bsize"
}

# a free block used twice would show in blocks that were not written
test_going_on() {
	ok_clean "$name: the pool before more writes by $2" "$1"
	do_write "$2" "$1" "$bsize" 900 300 6
	is "$name: $2 can continue to write" "$?" 0
	ok_pmemblk_reads "$name: the pool after more writes by $2" "$1" "$bsize"
	ok_clean "$name: the pool after more writes by $2" "$1"
}

test_cut() {
	name="$bsize, $writer writes over $state, cut $1"
	make_cut "$1"
	ok_bttbench_reads "$name: the cut pool" "$cut" "$bsize"
	exits "$name: bttbench check finds the cut pool consistent" 0 "$BTTBENCH" check "$cut"
	pool_copy "$cut" "$T/by-pmemblk"
	pool_copy "$cut" "$T/by-bttbench"
	recover "$T/by-pmemblk" pmemblk
	recover "$T/by-bttbench" bttbench
	is "$name: both leave the same map entry" \
		"$(u32_at "$T/by-bttbench" $map_entry)" "$(u32_at "$T/by-pmemblk" $map_entry)"
	test_recovered "$T/by-pmemblk" pmemblk
	test_recovered "$T/by-bttbench" bttbench
	same "$name: recovery by both gives the same blocks" "$T/by-pmemblk.theirs" "$T/by-bttbench.ours"
	test_going_on "$T/by-pmemblk" bttbench
	test_going_on "$T/by-bttbench" pmemblk
}

test_write() {
	writer=$1 state=$2 name="$bsize, $1 writes over $2"
	make_before "$state"
	pool_copy "$before" "$after"
	do_write "$writer" "$after" "$bsize" $lba 1 3
	is "$name" "$?" 0
	find_write || return
	test_flog_entry
	test_cut "before the map"
	test_cut "before the commit"
}

before=$T/before after=$T/after cut=$T/cut
for bsize in $sizes; do
	for state in initial normal zero error; do
		test_write pmemblk "$state"
		test_write bttbench "$state"
	done
done
plan_done
