#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# The data that jobs write are their own: a block never gets the data of a block that was read before. They can't be
# compressed, and no two blocks are equal, except by the keys for both.
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
	ok "engine=$engine: a mix of reads, writes and zeroes" may_lose_time "$BTTBENCH" run "$ns" --force --set engine=$engine --set bs=4k \
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

# write_all ENGINE BS ARG...: writes 2048 blocks of 4096 bytes, or as many bytes, into a new namespace, each once; $T/data has them
write_all() {
	engine=$1 bs=$2
	shift 2
	rm -f "$ns"
	count=$((2048 * 4096 / bs))
	"$BTTBENCH" format "$ns" --size=32M --lbasize="$bs" >"$T/said" 2>&1 || return 1
	may_lose_time "$BTTBENCH" run "$ns" --force --set engine="$engine" --set bs="$bs" --set rw=write --set precondition=none \
		--set region=size:$((count * bs)) --set runtime=60 "$@" || return 1
	if [ "$engine" = btt ]; then
		"$BTTBENCH" read "$ns" --count=$count >"$T/data"
	else
		head -c $((count * bs)) "$ns" >"$T/data"
	fi
}

# share COMMAND...: percent of the bytes of the data that COMMAND leaves of them
share() {
	echo "$(($("$@" <"$T/data" | wc -c) * 100 / $(wc -c <"$T/data")))"
}

# different SKIP BS: percent of the blocks that are the first with their bytes after the first SKIP
different() {
	perl -e '($skip, $bs) = @ARGV; $/ = \$bs; while (<STDIN>) { $n++; $seen{substr $_, $skip}++ }
		print int(100 * keys(%seen) / $n + 0.5)' "$1" "$2" <"$T/data"
}

# between DESCRIPTION NUMBER LEAST MOST
between() {
	[ "$2" -ge "$3" ] && [ "$2" -le "$4" ]
	tap_result $? "$1: $2 %, from $3 to $4"
}

for case in 'btt 4096 1' 'raw 4096 1' 'btt 512 1' 'btt 520 1' 'btt 4096 8' 'btt 4160 4' 'raw 4096 64'; do
	# shellcheck disable=SC2086 # three words
	set -- $case
	ok "engine=$1, bs=$2, blocks=$3: all blocks written once" write_all "$1" "$2" --set blocks="$3" --set ops=$((2048 * 4096 / $2 / $3))
	between '... they do not compress' "$(share gzip -c)" 95 101
	is '... no two are equal' "$(different 0 "$2")" 100
	[ "$2" != 4096 ] || is '... not even after their marks' "$(different 16 4096)" 100
done
ok 'the blocks of precondition=fill, for ops of 64 blocks' write_all btt 4096 --set rw=read --set blocks=64 --set ops=1 --set precondition=fill
between '... do not compress' "$(share gzip -c)" 95 101
is '... no two are equal' "$(different 0 4096)" 100

for percent in 25 50 90; do
	ok "buffer_compress_percentage=$percent" write_all btt 4096 --set ops=2048 --set buffer_compress_percentage=$percent
	between '... leaves the rest when compressed' "$(share gzip -c)" $((98 - percent)) $((107 - percent))
	between '... is the share of zeros' "$((100 - $(share tr -d '\0')))" $((percent - 1)) $((percent + 4))
	is '... in every 512 bytes' "$(perl -e '$share = 512 * $ARGV[0] / 100; $/ = \512;
		while (<STDIN>) { $zeros = tr/\0//; $n++ if $zeros < $share - 17 or $zeros > $share + 24 } print $n + 0' $percent <"$T/data")" 0
	is '... and no two blocks are equal' "$(different 0 4096)" 100
done
ok 'buffer_compress_percentage=100' write_all btt 4096 --set ops=2048 --set buffer_compress_percentage=100
between '... leaves the marks' "$(share tr -d '\0')" 0 2
is '... and no two blocks are equal' "$(different 0 4096)" 100
for percent in 30 75 100; do
	ok "dedupe_percentage=$percent" write_all btt 4096 --set ops=2048 --set dedupe_percentage=$percent
	is '... is the share of blocks that are copies' "$(different 0 4096)" $((100 - percent))
	ok "... with ops of eight blocks by two threads" write_all btt 4096 --set ops=128 --set dedupe_percentage=$percent --set blocks=8 \
		--set threads=2 --set oversubscribe=1
	between '... too' "$(different 0 4096)" $((100 - percent)) $((101 - percent))
done
ok 'both' write_all raw 4096 --set ops=2048 --set dedupe_percentage=50 --set buffer_compress_percentage=50
is '... copies' "$(different 0 4096)" 50
between '... and zeros' "$((100 - $(share tr -d '\0')))" 49 54
# each worker has 263 times 512 bytes of its own; marks overwrite the first 16 of them
ok 'two threads' write_all raw 4096 --set ops=1024 --set threads=2 --set oversubscribe=1
is '... write different data' "$(perl -e '$/ = \512; while (<STDIN>) { $seen{substr $_, 16}++ } print keys(%seen) > 500' <"$T/data")" 1
write_all raw 4096 --set ops=2048 --set seed=7 >"$T/out" && cp "$T/data" "$T/one"
write_all raw 4096 --set ops=2048 --set seed=7 >"$T/out"
same 'the same seed writes the same data' "$T/one" "$T/data"
write_all raw 4096 --set ops=2048 --set seed=8 >"$T/out"
not_ok '... another one does not' cmp -s "$T/one" "$T/data"
ok 'verify=stamp' write_all btt 4096 --set verify=stamp --set ops=2048
ok '... with a share of zeros for all jobs of a file' sh -c 'printf "[global]\nbuffer_compress_percentage=50\n[a]\nverify=stamp\nops=10\n" \
	>"$1/j.job" && "$2" run "$1/j.job" dram:16M' sh "$T" "$BTTBENCH"
for key in buffer_compress_percentage dedupe_percentage; do
	"$BTTBENCH" run dram:16M --set ops=1 --set verify=stamp --set $key=50 >"$T/out" 2>"$T/err"
	is "... $key is refused" "$? $(cat "$T/err")" "2 bttbench: --set $key=50: not with verify=stamp (the stamps are the data)"
	"$BTTBENCH" run dram:16M --set ops=1 --set $key=101 >"$T/out" 2>"$T/err"
	like '... as is more than 100 %' "$(cat "$T/err")" "$key=101: too large \\(allowed: .*from 0 to 100"
done

plan_done
