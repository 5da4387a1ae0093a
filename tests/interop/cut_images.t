#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# cut_images.t -- libpmemblk opens images that a power cut may leave, from the crash explorer. It recovers each one,
# every block then holds a value that the explorer's oracle allows, and both checkers find nothing.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/interop/pool.sh
. "$SRC/tests/interop/pool.sh"

crash=$SRC/build/crash/crash
[ "${VARIANT:-release}" = release ] || skip_all "only the release build has the explorer"
[ -x "$crash" ] || bail "no $crash"

bsize=64 nlba=20 # from the explorer's layout
images=200
POOL_BYTES=$(((16 << 20) + BTT_START))

# A cut after the first half of a log entry, in a slot never used before: seq is still 0. libpmemblk ignores the slot, as
# it must. pmempool reports it, also after libpmemblk's own writes.
has_first_half() {
	od -An -v -tx4 -w16 -j$((BTT_START + 12288)) -N$((4 * 64)) "$1" |
		awk '$4 == "00000000" && $1 $2 $3 !~ /^0*$/ { found = 1 } END { exit !found }'
}

# read_all: $failed gets the images that libpmemblk can't read, $dirty those in which a checker finds a fault
read_all() {
	failed='' dirty=''
	for pool in "$T"/kept/*.pool; do
		tool "$pool" $bsize read 0 $nlba >"${pool%.pool}.read" || failed="$failed $pool"
		pmempool check "$pool" >/dev/null || has_first_half "$pool" || dirty="$dirty $pool"
		"$BTTBENCH" check "$pool" >/dev/null || dirty="$dirty $pool"
	done
}

tool "$T/pool" $bsize create $POOL_BYTES || bail "libpmemblk makes no pool of $bsize-byte blocks"
mkdir "$T/kept"
ok "the explorer passes on a layout of flavour pmdk and keeps images" \
	"$crash" --only=ops --ops=2 --random=0 --model=word --pool="$T/pool" --keep="$T/kept"
is "... exactly as many as requested" "$(find "$T/kept" -name '*.pool' | wc -l)" $images
read_all
is "libpmemblk opens and reads every image" "$failed" ""
is "pmempool check and bttbench check then find every image consistent" "$dirty" ""
said=$("$crash" --check="$T/kept" 2>&1)
is "every block holds an allowed value" "$?" 0
is "... in all images" "$said" "# $images images read by another program hold allowed values"

# the check can fail
cp "$T/kept/7.read" "$T/seven"
dd if=/dev/urandom of="$T/kept/7.read" bs=8 seek=3 count=1 conv=notrunc status=none
not_ok "a torn block is noticed" "$crash" --check="$T/kept"
cp "$T/seven" "$T/kept/7.read"
dd if="$T/seven" of="$T/kept/7.read" bs=$bsize skip=2 seek=5 count=1 conv=notrunc status=none
dd if=/dev/zero of="$T/kept/7.read" bs=$bsize count=2 conv=notrunc status=none
printf '7%20s\n' | sed 's/ / fffe/g' >"$T/kept/allowed"
not_ok "an old block in place of a new one is noticed" "$crash" --check="$T/kept"
plan_done
