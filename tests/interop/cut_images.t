#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# cut_images.t -- images that a power cut may leave, taken from the crash explorer, opened by libpmemblk: it recovers
# each one, every block then holds what the explorer's oracle allows, and both checkers find nothing.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/interop/pool.sh
. "$SRC/tests/interop/pool.sh"

crash=$SRC/build/crash/crash
[ "${VARIANT:-release}" = release ] || skip_all "the explorer is built once, for the release"
[ -x "$crash" ] || bail "no $crash"

bsize=64 nlba=20 # of the explorer's layout
images=200
POOL_BYTES=$(((16 << 20) + BTT_START))

# A cut behind the first half of a log entry, in a slot that was never used before: seq is 0 yet. libpmemblk ignores
# it, as it must; pmempool reports it, from its own writes too.
has_first_half() {
	od -An -v -tx4 -w16 -j$((BTT_START + 12288)) -N$((3 * 64)) "$1" |
		awk '$4 == "00000000" && $1 $2 $3 !~ /^0*$/ { found = 1 } END { exit !found }'
}

# read_all: sets $failed to the images that libpmemblk does not read, $dirty to those that pmempool complains of
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
ok "the explorer passes on a layout of flavour pmdk, and keeps images" \
	"$crash" --only=ops --ops=2 --random=0 --model=word --pool="$T/pool" --keep="$T/kept"
is "as many as were asked for" "$(find "$T/kept" -name '*.pool' | wc -l)" $images
read_all
is "libpmemblk opens and reads every one" "$failed" ""
is "pmempool check and bttbench check find every one consistent after it" "$dirty" ""
said=$("$crash" --check="$T/kept" 2>&1)
is "every block holds what a cut may leave" "$?" 0
is "... of all of them" "$said" "# $images images read by another hold what they may"

# the judgement can fail
cp "$T/kept/7.read" "$T/seven"
dd if=/dev/urandom of="$T/kept/7.read" bs=8 seek=3 count=1 conv=notrunc status=none
not_ok "a torn block is noticed" "$crash" --check="$T/kept"
cp "$T/seven" "$T/kept/7.read"
dd if="$T/seven" of="$T/kept/7.read" bs=$bsize skip=2 seek=5 count=1 conv=notrunc status=none
dd if=/dev/zero of="$T/kept/7.read" bs=$bsize count=2 conv=notrunc status=none
printf '7%20s\n' | sed 's/ / fffe/g' >"$T/kept/allowed"
not_ok "an old block in place of a new one is noticed" "$crash" --check="$T/kept"
plan_done
