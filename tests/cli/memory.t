#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# memory.t -- check of an arena of 512 GiB uses at most the 64 MiB of its own memory that the README states, with any
# number of findings: 32 MiB to count blocks, the rest for the program. The system enforces the limit on all private
# writable memory; it may drop pages of the namespace.
#
# Files in memory are sparse, but pages of a map become present when they are read: half a GiB with 4096 bytes per sector.
# LARGE=1 uses 512 bytes per sector, the most blocks that an arena can have; this takes 4 GiB and half a minute.
# shellcheck source=tests/cli/tap.sh disable=SC3045 # dash and bash both have ulimit -d
. "$SRC/tests/cli/tap.sh"

[ "${VARIANT:-release}" = release ] || skip_all 'a sanitizer needs its own memory'
most=65536
lbasize=4096 map_mib=512 blocks=134086520
if [ -n "${LARGE:-}" ]; then
	lbasize=512 map_mib=4096 blocks=1065417932
fi
free_mib=$(df -Pm "$T" | awk 'NR == 2 { print $4 }')
[ "$free_mib" -gt $((map_mib * 3 / 2)) ] || skip_all "less than $((map_mib * 3 / 2)) MiB for files in $T"
export PMEM_IS_PMEM_FORCE=1
ns=$T/ns

# within KIB COMMAND...: runs the command with at most this much memory of its own
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

exits '... not within 24 MiB: so the limit works' 1 within 24576 "$BTTBENCH" check "$ns"
like '... and the message says so' "$tap_output" 'no memory for the check$'

# each entry is a finding, and so is each block that an entry named before
mapoff=$("$BTTBENCH" info "$ns" --format=json | jq '.btt.arenas[0].mapoff')
head -c 400000 /dev/zero | tr '\0' '\377' | dd of="$ns" bs=64k seek="$mapoff" oflag=seek_bytes conv=notrunc status=none
for format in text json; do
	within $most "$BTTBENCH" check "$ns" --format=$format >"$T/out" 2>"$T/err"
	is "100000 entries out of range within the same memory, as $format" "$? $(cat "$T/err")" '1 '
	cp "$T/out" "$T/out.$format"
done
is '... each with its own finding in the JSON' "$(grep -c '"postmap": 1073741823' "$T/out.json")" 100000
like '... and one line in the text' "$(cat "$T/out.text")" ', 100000 blocks from lba 0, post-map block 1073741823: '

plan_done
