#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# memory.t -- check takes no more memory of its own on an arena of 512 GiB than the 64 MiB that the README says,
# however many findings there are: 32 MiB for blocks counted, the rest for the program. The limit is the
# system's, on all private memory that can be written; pages of the namespace are the system's to drop.
#
# In memory files are sparse, but what a map is read from is not: half a GiB for 4096 bytes a sector. LARGE=1 has
# 512 bytes a sector, the most blocks that an arena can have, which takes 4 GiB and half a minute.
# shellcheck source=tests/cli/tap.sh disable=SC3045 # dash and bash both have ulimit -d
. "$SRC/tests/cli/tap.sh"

[ "${VARIANT:-release}" = release ] || skip_all 'a sanitizer takes memory of its own'
most=65536
lbasize=4096 map_mib=512 blocks=134086520
if [ -n "${LARGE:-}" ]; then
	lbasize=512 map_mib=4096 blocks=1065417932
fi
free_mib=$(df -Pm "$T" | awk 'NR == 2 { print $4 }')
[ "$free_mib" -gt $((map_mib * 3 / 2)) ] || skip_all "less than $((map_mib * 3 / 2)) MiB for files in $T"
export PMEM_IS_PMEM_FORCE=1
ns=$T/ns

# within KIB COMMAND...: with so much memory of its own at most
within() {
	(
		ulimit -d "$1"
		shift
		exec "$@"
	)
}

"$BTTBENCH" format "$ns" --size=512G --lbasize=$lbasize >"$T/said" 2>"$T/err" || skip_all "no file of 512 GiB: $(cat "$T/err")"
like "512 GiB of sectors of $lbasize bytes" "$(cat "$T/said")" " $blocks blocks of .*, 1 arena\$"
within $most "$BTTBENCH" check "$ns" >"$T/out" 2>"$T/err"
is "... are checked within $((most / 1024)) MiB" "$? $(cat "$T/err")" '0 '
like '... and consistent' "$(cat "$T/out")" ': consistent: .* 0 findings$'

exits '... not within 24 MiB: the limit is one' 1 within 24576 "$BTTBENCH" check "$ns"
like '... which is said' "$tap_output" 'no memory for the check$'

# every entry a finding, and every block that it had another
mapoff=$("$BTTBENCH" info "$ns" --format=json | jq '.btt.arenas[0].mapoff')
head -c 400000 /dev/zero | tr '\0' '\377' | dd of="$ns" bs=64k seek="$mapoff" oflag=seek_bytes conv=notrunc status=none
for format in text json; do
	within $most "$BTTBENCH" check "$ns" --format=$format >"$T/out" 2>"$T/err"
	is "100000 entries out of range within it, as $format" "$? $(cat "$T/err")" '1 '
	is '... each with a finding of its own' "$(grep -c 'post-\?map[ "]*\(block\)\?[ :]*1073741823' "$T/out")" 100000
done

plan_done
