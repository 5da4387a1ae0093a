# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# pool.sh -- for the interop tests; source it after tap.sh.
#
# A pool here consists of three files: POOL, which libpmemblk and bttbench both use; POOL.model, the expected
# blocks in order (zeros for those in error), made only with dd; POOL.errors, the numbers of the blocks in error, one per
# line, ascending.

PMEM_IS_PMEM_FORCE=1 # /dev/shm acts as persistent memory; a test unsets this to use msync
export PMEM_IS_PMEM_FORCE

POOL_BYTES=$((32 << 20))
# shellcheck disable=SC2034 # for cut.t
BTT_START=8192 # offset of the BTT in a pool

tool() {
	"$TEST_BIN/interop/pmemblk_tool" "$@"
}

command -v pmempool >/dev/null || skip_all "no pmempool (apt install pmdk-tools)"
command -v jq >/dev/null || skip_all "no jq (apt install jq)"
[ -x "$TEST_BIN/interop/pmemblk_tool" ] || bail "no $TEST_BIN/interop/pmemblk_tool"

# pool_create POOL BSIZE
pool_create() {
	tool "$1" "$2" create "$POOL_BYTES" || bail "libpmemblk makes no pool of $2-byte blocks"
	nblock=$(tool "$1" "$2" nblock) || bail "libpmemblk does not open its own pool"
	truncate -s $((nblock * $2)) "$1.model"
	: >"$1.errors"
}

# pool_copy POOL COPY
pool_copy() {
	cp "$1" "$2" && cp --sparse=always "$1.model" "$2.model" && cp "$1.errors" "$2.errors"
}

# model_data POOL BSIZE LBA COUNT <BLOCKS
model_data() {
	dd of="$1.model" bs="$2" seek="$3" count="$4" conv=notrunc iflag=fullblock status=none
	model_no_error "$@"
}

# model_no_error POOL BSIZE LBA COUNT
model_no_error() {
	awk -v from="$3" -v to="$(($3 + $4))" '$1 < from || $1 >= to' "$1.errors" >"$1.errors.new"
	mv "$1.errors.new" "$1.errors"
}

# model_error POOL BSIZE LBA COUNT
model_error() {
	model_data "$@" </dev/zero
	seq "$3" $(($3 + $4 - 1)) | sort -n - "$1.errors" -o "$1.errors"
}

# do_write pmemblk|bttbench POOL BSIZE LBA COUNT TAG: writes to the pool and to the model
do_write() {
	tool - "$3" pattern "$4" "$5" "$6" >"$T/data" || return 1
	case $1 in
	pmemblk) tool "$2" "$3" write "$4" "$5" <"$T/data" ;;
	bttbench) "$BTTBENCH" write "$2" --lba="$4" --count="$5" <"$T/data" ;;
	esac || return 1
	model_data "$2" "$3" "$4" "$5" <"$T/data"
}

# do_zero pmemblk|bttbench POOL BSIZE LBA COUNT
do_zero() {
	case $1 in
	pmemblk) tool "$2" "$3" zero "$4" "$5" ;;
	bttbench) "$BTTBENCH" zero "$2" --lba="$4" --count="$5" ;;
	esac || return 1
	model_data "$2" "$3" "$4" "$5" </dev/zero
}

# do_error POOL BSIZE LBA COUNT: bttbench has no command for it
do_error() {
	tool "$1" "$2" error "$3" "$4" && model_error "$@"
}

# bttbench_dump POOL BSIZE ERRORS: reads every block with `bttbench read`. Blocks listed in the file ERRORS must fail
# with a message that names them; they are written as zeros.
bttbench_dump() {
	dump_pool=$1 dump_next=0
	dump_nlba=$("$BTTBENCH" info "$1" --format=json | jq .btt.nlba) || return 1
	while read -r dump_lba; do
		bttbench_dump_range "$dump_lba" || return 1
		if "$BTTBENCH" read "$1" --lba="$dump_lba" >"$T/dump.block" 2>"$T/dump.said" || [ -s "$T/dump.block" ] ||
			! grep -q "block $dump_lba:" "$T/dump.said"; then
			echo "block $dump_lba is in error, and bttbench read said: $(cat "$T/dump.said")" >&2
			return 1
		fi
		head -c "$2" /dev/zero
		dump_next=$((dump_lba + 1))
	done <"$3"
	bttbench_dump_range "$dump_nlba"
}

# dumps the blocks from $dump_next up to LBA
bttbench_dump_range() {
	[ "$1" -eq "$dump_next" ] || "$BTTBENCH" read "$dump_pool" --lba="$dump_next" --count=$(($1 - dump_next))
}

# ok_bttbench_reads DESCRIPTION POOL BSIZE: the blocks equal the model, and reading does not change the file
ok_bttbench_reads() {
	cksum <"$2" >"$T/sum.before"
	if ! bttbench_dump "$2" "$3" "$2.errors" >"$2.ours" 2>"$T/dump.failed"; then
		tap_result 1 "bttbench reads $1"
		diag "$(cat "$T/dump.failed")"
		return 1
	fi
	same "bttbench reads $1" "$2.ours" "$2.model"
	cksum <"$2" >"$T/sum.after"
	same "... without a change to $1" "$T/sum.before" "$T/sum.after"
}

# ok_pmemblk_reads DESCRIPTION POOL BSIZE: the blocks equal the model
ok_pmemblk_reads() {
	tool "$2" "$3" dump >"$2.theirs"
	same "libpmemblk reads $1" "$2.theirs" "$2.model"
	tool "$2" "$3" errors >"$2.theirs.errors"
	same "... and finds the same blocks in error in $1" "$2.theirs.errors" "$2.errors"
}

# ok_clean DESCRIPTION POOL: both checkers find nothing
ok_clean() {
	clean_said=$("$BTTBENCH" check "$2" 2>&1 && echo exit 0)
	like "bttbench check is clean: $1" "$(echo "$clean_said" | tr '\n' ' ')" "^$2: consistent: .* 0 findings exit 0 $"
	clean_said=$(pmempool check -v "$2" 2>&1 && echo exit 0)
	like "pmempool check is clean: $1" "$(echo "$clean_said" | tr '\n' ' ')" "arena 0: checking BTT Map and Flog $2: consistent exit 0 $"
}

# pmempool prints the first three fields of a uuid as little-endian numbers; bttbench, libuuid and ndctl print the bytes
# in order.
# shellcheck disable=SC2016 # the dollars are awk's
AWK_SWAP='function two(u, at) { return substr(u, at, 2) }
	function swap(u) {
		return two(u, 7) two(u, 5) two(u, 3) two(u, 1) "-" two(u, 12) two(u, 10) "-" two(u, 17) two(u, 15) substr(u, 19)
	}'

# pmempool_geometry POOL [-B]: the info block as pmempool prints it, one "name number" per line
pmempool_geometry() {
	pmempool info "$@" | sed -n '/^\[ARENA/,$p' | awk -F ' *: ' "$AWK_SWAP"'
		$1 == "UUID of container"        { print "parent_uuid", swap($2) }
		$1 == "Flags"                    { print "flags", $2 }
		$1 == "Major"                    { print "major", $2 }
		$1 == "Minor"                    { print "minor", $2 }
		$1 == "External LBA size"        { print "external_lbasize", $2 }
		$1 == "External LBA count"       { print "external_nlba", $2 }
		$1 == "Internal LBA size"        { print "internal_lbasize", $2 }
		$1 == "Internal LBA count"       { print "internal_nlba", $2 }
		$1 == "Free blocks"              { print "nfree", $2 }
		$1 == "Info block size"          { print "infosize", $2 }
		$1 == "Next arena offset"        { print "nextoff", $2 }
		$1 == "Arena data offset"        { print "dataoff", $2 }
		$1 == "Area map offset"          { print "mapoff", $2 }
		$1 == "Area flog offset"         { print "flogoff", $2 }
		$1 == "Info block backup offset" { print "infooff", $2 }' | while read -r geometry_key geometry_value; do
		case $geometry_value in
		0x*) echo "$geometry_key $((geometry_value))" ;;
		*) echo "$geometry_key $geometry_value" ;;
		esac
	done
}

# bttbench_geometry POOL: the same from bttbench
bttbench_geometry() {
	"$BTTBENCH" info "$1" --format=json | jq -r '.btt.arenas[0] |
		("parent_uuid", "flags", "major", "minor", "external_lbasize", "external_nlba", "internal_lbasize",
		"internal_nlba", "nfree", "infosize", "nextoff", "dataoff", "mapoff", "flogoff", "infooff") as $key |
		"\($key) \(.[$key])"'
}

# pool_uuid POOL: the uuid of its pool set, at byte 24 of the pool header, in byte order
pool_uuid() {
	od -An -v -tx1 -j24 -N16 "$1" | tr -d ' \n' | sed 's/^\(.\{8\}\)\(....\)\(....\)\(....\)/\1-\2-\3-\4-/'
}
