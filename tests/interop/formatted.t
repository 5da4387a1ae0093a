#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# formatted.t -- libpmemblk opens, reads and writes a BTT that bttbench made in a pool.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/interop/pool.sh"

POOL_BYTES=$((17 << 20))

arena_uuid() {
	"$BTTBENCH" info "$pool" --format=json | jq -r '.btt.arenas[0].uuid'
}

format() {
	"$BTTBENCH" format "$pool" --flavour=pmdk --offset=8192 --lbasize="$bsize" "$@"
}

# the same numbers as in a pool of this size made by libpmemblk
test_geometry() {
	pool_create "$T/twin" "$bsize"
	do_write pmemblk "$T/twin" "$bsize" 0 1 1
	is "$name: the geometry equals libpmemblk's, nfree 256" \
		"$(pmempool_geometry "$pool" | grep -v uuid)" "$(pmempool_geometry "$T/twin" | grep -v uuid)"
	is "$name: ... in the backup of the info block too" "$(pmempool_geometry "$pool" -B)" \
		"$(pmempool_geometry "$pool" && pmempool_geometry "$pool")"
	is "$name: ... and the number of blocks" "$("$BTTBENCH" info "$pool" --format=json | jq .btt.nlba)" "$nblock"
	rm -f "$T/twin" "$T/twin".*
}

# map and flog equal those of a fresh layout by libpmemblk, except for the uuids
test_bytes() {
	pool_create "$T/twin" "$bsize"
	do_write pmemblk "$T/twin" "$bsize" 0 1 1
	rm -f "$pool" "$pool".*
	pool_create "$pool" "$bsize"
	format --parent-uuid="$(pool_uuid "$pool")" --force >/dev/null
	do_write pmemblk "$pool" "$bsize" 0 1 1
	mapoff=$(pmempool_geometry "$pool" | awk '$1 == "mapoff" { print $2 }')
	infooff=$(pmempool_geometry "$pool" | awk '$1 == "infooff" { print $2 }')
	ok "$name: map and flog equal libpmemblk's byte for byte" cmp -i $((BTT_START + mapoff)) \
		-n $((infooff - mapoff)) "$pool" "$T/twin"
}

test_empty() {
	truncate -s 0 "$pool.model"
	truncate -s $((nblock * bsize)) "$pool.model"
	: >"$pool.errors"
	ok_clean "$name: before any write" "$pool"
	ok_bttbench_reads "$name: zeros" "$pool" "$bsize"
	ok_pmemblk_reads "$name: zeros" "$pool" "$bsize"
}

test_use() {
	do_write pmemblk "$pool" "$bsize" 0 1500 31 && do_zero pmemblk "$pool" "$bsize" 10 100 &&
		do_error "$pool" "$bsize" 200 3 && do_error "$pool" "$bsize" 2000 3 &&
		do_write pmemblk "$pool" "$bsize" 201 1 32 && do_write pmemblk "$pool" "$bsize" $((nblock - 10)) 10 33
	is "$name: libpmemblk can write, zero and set errors" "$?" 0
	ok_bttbench_reads "$name: the writes of libpmemblk" "$pool" "$bsize"
	do_write bttbench "$pool" "$bsize" 700 1500 34 && do_zero bttbench "$pool" "$bsize" 1400 300
	is "$name: bttbench can write and zero" "$?" 0
	ok_pmemblk_reads "$name: the writes of both" "$pool" "$bsize"
	ok_clean "$name: after writes of both" "$pool"
}

test_all() {
	info=$("$BTTBENCH" info "$pool" --format=json)
	is "$name: bttbench finds the layout again" \
		"$(echo "$info" | jq -r '"\(.btt.start) \(.btt.flavour) \(.btt.nfree) \(.btt.parent_uuid)"')" \
		"8192 pmdk 256 $(pool_uuid "$pool")"
	test_geometry
	test_empty
	test_use
	is "$name: the BTT is still the one that bttbench made" "$(arena_uuid)" "$(echo "$info" | jq -r '.btt.arenas[0].uuid')"
}

# libpmemblk ignores a BTT with another parent, and its first write makes a new layout over it
test_foreign() {
	rm -f "$pool" "$pool".*
	pool_create "$pool" "$bsize"
	format --parent-uuid=00010203-0405-0607-0809-0a0b0c0d0e0f --force >/dev/null
	for command in check read zero "run --set ops=1"; do
		# shellcheck disable=SC2086 # a command and its options
		said=$("$BTTBENCH" $command "$pool" 2>&1)
		is "$name: bttbench $command refuses it" "$?" 1
		like "$name: ... and names the field" "$said" "parent_uuid"
	done
	was=$(od -An -v -tx1 -j$((BTT_START + 16)) -N16 "$pool")
	do_write pmemblk "$pool" "$bsize" 0 1 1
	unlike "$name: libpmemblk makes a new layout over it" "$(od -An -v -tx1 -j$((BTT_START + 16)) -N16 "$pool")" "$was"
}

for bsize in 512 520 4096; do
	pool=$T/pool.$bsize
	pool_create "$pool" "$bsize"
	name="$bsize, a pool without writes"
	ok "$name: gets the layout that libpmemblk would make, without --force" format --parent-uuid="$(pool_uuid "$pool")"
	test_all
	# now its data, map and flog are full of old bytes
	name="$bsize, a pool in use"
	exits "$name: needs --force" 1 format --parent-uuid="$(pool_uuid "$pool")"
	ok "$name: gets a new layout" format --parent-uuid="$(pool_uuid "$pool")" --force
	test_all
	name="$bsize, without --parent-uuid"
	ok "$name: gets a new layout" format --force
	test_all
	name="$bsize, compared with a layout by libpmemblk"
	test_bytes
	rm -f "$T"/pool.* "$T"/twin*
done
name="a BTT of another parent in a pool" bsize=512 pool=$T/pool.foreign
test_foreign
plan_done
