#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The data that jobs write are their own: a block never gets the data of a block that was read before.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

export PMEM_IS_PMEM_FORCE=1
ns=$T/ns
blocks=64

# marks: worker and sequence of each block of the region, a line each; a block of zeros gives "0 0"
marks() {
	dd if="$T/data" bs=4096 skip="$1" count=$blocks status=none | od -An -v -t u8 -w4096 | awk '{print $1, $2}'
}

for engine in btt raw; do
	rm -f "$ns"
	"$BTTBENCH" format "$ns" --size=32M >/dev/null
	ok "engine=$engine: a mix of reads, writes and zeroes" "$BTTBENCH" run "$ns" --force --set engine=$engine --set bs=4k \
		--set rw=randrw --set rwmix=read:40,write:40,zero:20 --set threads=2 --set oversubscribe=1 --set partition=thread --set ops=20k \
		--set precondition=none --set region=size:$((blocks * 4096)) --set runtime=60
	if [ $engine = btt ]; then
		"$BTTBENCH" read "$ns" --count=$blocks >"$T/data"
	else
		cp "$ns" "$T/data"
	fi
	marks 0 >"$T/marks"
	written=$(awk '$1 + $2 > 0' "$T/marks" | wc -l)
	ok '... leaves written blocks and zeroes, by their shares' [ "$written" -gt 20 ] && [ "$written" -lt $blocks ]
	is '... each write has data of its own' "$(awk '$1 + $2 > 0' "$T/marks" | sort | uniq -d | wc -l)" 0
	is '... and names its worker' "$(awk -v half=$((blocks / 2)) '$1 + $2 > 0 && $1 != (NR > half)' "$T/marks")" ''
done

plan_done
