#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# half_made.t -- pools of libpmemblk whose first layout a power failure interrupted, and files of a pool set.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/interop/pool.sh"

POOL_BYTES=$((17 << 20))
bsize=512

# field NAME: from the info block at the start of the BTT
field() {
	pmempool_geometry "$pool" | awk -v name="$1" '$1 == name { print $2 }'
}

# put_zeros BYTE COUNT: in the BTT of $pool
put_zeros() {
	dd if=/dev/zero of="$pool" bs=1 seek=$((BTT_START + $1)) count="$2" conv=notrunc status=none
}

# new_pool NAME: the layout exists, and one block has been written
new_pool() {
	pool=$T/$1
	pool_create "$pool" $bsize
	do_write pmemblk "$pool" $bsize 9 1 1 || bail "libpmemblk does not write"
	infooff=$(field infooff) mapoff=$(field mapoff) flogoff=$(field flogoff)
}

# cut between the two info blocks: libpmemblk writes the backup last
new_pool between
put_zeros "$infooff" 4096
ok "no backup: libpmemblk opens the pool" tool "$pool" $bsize nblock
ok "no backup: check succeeds" "$BTTBENCH" check "$pool"
like "... and warns" "$tap_output" "the backup info block is missing; repair restores it"
ok_bttbench_reads "a pool without backup" "$pool" $bsize
ok "no backup: repair succeeds" "$BTTBENCH" repair "$pool"
like "... and restores it" "$tap_output" "restored from its copy"
ok_clean "a restored backup" "$pool"
ok_pmemblk_reads "a pool with a restored backup" "$pool" $bsize

# cut inside the first info block, before any block is written: the tables are as new
new_pool torn
put_zeros "$mapoff" $((4 * 16))
put_zeros $((flogoff + 16)) 16
put_zeros "$infooff" 4096
printf 'torn' | dd of="$pool" bs=1 seek=$((BTT_START + 2000)) conv=notrunc status=none
truncate -s 0 "$pool.model" && truncate -s $((nblock * bsize)) "$pool.model"
ok_pmemblk_reads "a torn layout as an empty pool" "$pool" $bsize
not_ok "torn: check fails" "$BTTBENCH" check "$pool"
like "... and names the state" "$tap_output" "first layout of this pool was interrupted before any block was written"
cp "$pool" "$T/copy"
ok "torn: a dry run of repair succeeds" "$BTTBENCH" repair --dry-run "$pool"
same "... and changes nothing" "$pool" "$T/copy"
ok "torn: repair succeeds" "$BTTBENCH" repair "$pool"
like "... and completes the layout" "$tap_output" "completed the layout of this pool"
ok_clean "a completed layout" "$pool"
ok_pmemblk_reads "a completed layout" "$pool" $bsize
ok_bttbench_reads "a completed layout" "$pool" $bsize
is "torn: the completed layout names the pool" "$("$BTTBENCH" info "$pool" --format=json | jq -r .btt.parent_uuid)" \
	"$(pool_uuid "$pool")"
do_write pmemblk "$pool" $bsize 9 20 2 && do_write bttbench "$pool" $bsize 20 20 3
is "torn: both can write then" $? 0
ok_clean "a completed layout after writes" "$pool"
ok_pmemblk_reads "a completed layout after writes" "$pool" $bsize

# the same damage in a pool with a written block is no interrupted layout
new_pool written
put_zeros "$infooff" 4096
printf 'torn' | dd of="$pool" bs=1 seek=$((BTT_START + 2000)) conv=notrunc status=none
cp "$pool" "$T/copy"
not_ok "written: repair fails" "$BTTBENCH" repair "$pool"
like "... with the real reason" "$tap_output" "no usable info block"
same "... and changes nothing" "$pool" "$T/copy"

# the files of a pool set
printf 'PMEMPOOLSET\n20M %s/part0\n20M %s/part1\n' "$T" "$T" >"$T/set"
pmempool create --layout=blk blk $bsize "$T/set" >/dev/null 2>&1 || pmempool create blk $bsize "$T/set" >/dev/null 2>&1 ||
	bail "pmempool makes no pool set"
for part in part0 part1; do
	not_ok "$part: info refuses it" "$BTTBENCH" info "$T/$part"
	like "... and names it" "$tap_output" "one of several files of a PMEMBLK pool set"
	not_ok "$part: repair refuses it" "$BTTBENCH" repair "$T/$part"
done
plan_done
