#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# five.t -- a program for libpmemblk's btt layer runs on this library unchanged, with memory that only nswrite and nszero
# may change and an nsmap that fails. The same program on libpmemblk's own layer uses the same layouts.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

five=$TEST_BIN/interop/five
ns=$T/ns
odd=20971520

# five_is WHO CALL SEED: runs on $ns with $size and $bsize; WHO is ours or theirs
five_is() {
	ok "$bsize bytes, namespace of $size: $1 $2" "${five}_$1" "$ns" "$size" "$bsize" "$2" "$3"
}

# The sizes that are no multiple of 4096 are those that libpmemblk can use itself: multiples of 64. It does not round the
# last arena down.
for places in "1 $odd" "100 $odd" "511 $odd" "512 $odd" "4160 $odd" \
	"512 $((odd + 64))" "100 $((odd + 512))" "4096 $((odd + 3072))" "512 $((16 * 1048576 + 4032))"; do
	bsize=${places% *} size=${places#* }
	rm -f "$ns"
	five_is ours write 1
	five_is ours verify 1
	five_is ours check -
	five_is ours write 2
	five_is ours verify 2
	[ -x "${five}_theirs" ] || continue
	five_is theirs verify 2
	five_is theirs write 3
	five_is theirs check -
	five_is ours verify 3
	five_is ours check -

	rm -f "$ns"
	five_is theirs write 4
	five_is ours check -
	five_is ours verify 4
	five_is ours write 5
	five_is theirs verify 5
	five_is theirs check -
	# the first info block is lost: the backup is found, at its own place
	dd if=/dev/zero of="$ns" bs=4096 count=1 conv=notrunc 2>/dev/null
	five_is ours verify 5
	ok "$bsize bytes, namespace of $size: ... check finds nothing" "$BTTBENCH" check "$ns"
	five_is ours zero -
	five_is theirs check -
done
[ -x "${five}_theirs" ] || diag "without libpmemblk's static archive its own layer was not used"
plan_done
