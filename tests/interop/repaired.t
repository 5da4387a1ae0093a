#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench repair on PMEMBLK pools: a repaired pool is clean for pmempool, and libpmemblk reads every block.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/interop/pool.sh
. "$SRC/tests/interop/pool.sh"

POOL_BYTES=$((17 << 20))
bsize=512
good=$T/good
hurt=$T/hurt

# poke BYTE FORMAT: sets bytes of the BTT in $hurt, in the notation of printf
poke() {
	# shellcheck disable=SC2059 # it is a format
	printf "$2" | dd of="$hurt" bs=1 seek=$((BTT_START + $1)) conv=notrunc status=none
}

# copy4 FROM TO: copies four bytes of the BTT in $hurt
copy4() {
	dd if="$hurt" of="$T/four" bs=4 skip=$(((BTT_START + $1) / 4)) count=1 status=none
	dd if="$T/four" of="$hurt" bs=4 seek=$(((BTT_START + $2) / 4)) conv=notrunc status=none
}

# is_repaired NAME MESSAGE ARG...: $hurt is not consistent; repair with ARGs prints MESSAGE and leaves a consistent pool
is_repaired() {
	what=$1 says=$2
	shift 2
	not_ok "$what: pmempool or bttbench finds the damage" sh -c '"$BTTBENCH" check "$0" && pmempool check "$0"' "$hurt"
	before=$(cksum <"$hurt")
	"$BTTBENCH" repair "$hurt" --dry-run "$@" >"$T/would"
	is '... a dry run exits 0' $? 0
	is '... and changes nothing' "$(cksum <"$hurt")" "$before"
	"$BTTBENCH" repair "$hurt" "$@" >"$T/did"
	is '... repair exits 0' $? 0
	like '... and reports the repair' "$(cat "$T/did")" "$says"
	is '... with the same text as the dry run' "$(sed 's/would repair/repaired/' "$T/would")" "$(cat "$T/did")"
	ok_clean "$what" "$hurt"
	ok_pmemblk_reads "$what" "$hurt" "$bsize"
	exits '... a second repair finds nothing to do' 0 "$BTTBENCH" repair "$hurt"
}

pool_create "$good" "$bsize"
do_write pmemblk "$good" "$bsize" 0 300 1 || bail 'libpmemblk does not write'
geometry=$(pmempool_geometry "$good")
mapoff=$(echo "$geometry" | awk '$1 == "mapoff" { print $2 }')
flogoff=$(echo "$geometry" | awk '$1 == "flogoff" { print $2 }')
infooff=$(echo "$geometry" | awk '$1 == "infooff" { print $2 }')

pool_copy "$good" "$hurt"
dd if=/dev/zero of="$hurt" bs=4096 seek=$((BTT_START / 4096)) count=1 conv=notrunc status=none
is_repaired 'a lost info block' '^repaired: arena 0, info: restored'

pool_copy "$good" "$hurt"
poke $((infooff + 100)) '\377'
is_repaired 'a wrong byte in the backup' '^repaired: arena 0, backup: restored'

pool_copy "$good" "$hurt"
dd if="$hurt" of="$T/group" bs=64 skip=$(((BTT_START + flogoff) / 64 + 200)) count=1 status=none
dd if="$T/group" of="$hurt" bs=64 seek=$(((BTT_START + flogoff) / 64 + 201)) conv=notrunc status=none
is_repaired 'two lanes with the same free block' '^repaired: arena 0, flog, lane 20[01], post-map block [0-9]+: got this free block'

# map block 7 to the place of block 8
pool_copy "$good" "$hurt"
copy4 $((mapoff + 32)) $((mapoff + 28))
"$BTTBENCH" repair "$hurt" >"$T/did"
is 'two blocks in one place without --keep: exit 1' $? 1
like '... and both are named' "$(cat "$T/did")" '^left: error: arena 0, map, lba 8, .* also belongs to lba 7$'
model_error "$hurt" "$bsize" 7 1
is_repaired 'two blocks in one place, --keep chooses one' '^repaired: arena 0, map, lba 7, .* marked bad' --keep=8

# map block 299 to the free block of lane 200
pool_copy "$good" "$hurt"
copy4 $((flogoff + 200 * 64 + 4)) $((mapoff + 4 * 299))
poke $((mapoff + 4 * 299 + 3)) '\300'
free=$("$BTTBENCH" check "$hurt" | sed -n 's/.*lba 299, .*post-map block \([0-9]*\): .*/\1/p')
tool - "$bsize" pattern 299 1 1 | dd of="$hurt" bs=1 seek=$((BTT_START + 4096 + free * bsize)) conv=notrunc status=none
is_repaired 'a block that is mapped and free' '^repaired: arena 0, flog, lane 200, ' --keep=299

plan_done
