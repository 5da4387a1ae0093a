#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# precondition=age shuffles the map by the library's own writes; the result says how far neighbours lie apart.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
ns=$T/ns
# not in memory: tmpfs takes O_DIRECT only from Linux 6.6 on
D=$(mktemp -d "$SRC/build/age.XXXXXX") || bail 'no folder'
tap_cleanup() {
	rm -rf "$T" "$D"
}

fresh() {
	rm -f "$ns"
	"$BTTBENCH" format "$ns" --size=16M >"$T/said" 2>&1 || bail 'no namespace'
	nlba=$("$BTTBENCH" info --format=json "$ns" | jq .btt.nlba)
}

# written: the number of blocks with data
written() {
	"$BTTBENCH" read "$ns" --count="$nlba" | perl -e '$/ = \4096; while (<>) { $n++ if /[^\0]/ } print $n + 0'
}

read='--set rw=read --set ops=100'
two='--set threads=2 --set oversubscribe=1'

# one job on new layouts of plain memory
# shellcheck disable=SC2086 # several words
for threads in 1 2 5; do
	more="$read --set threads=$threads --set oversubscribe=1"
	ok "fill, $threads threads" run dram:64M $more --set precondition=fill
	ok '... leaves more than 99 % of the neighbours adjacent: fresh' holds '.runs[0].layout | .age == "fresh" and .adjacent > 0.99'
	for age in age age:3; do
		ok "$age, $threads threads" run dram:64M $more --set precondition=$age
		ok '... leaves less than 1 % of them: aged' holds '.runs[0].layout | .age == "aged" and .adjacent < 0.01'
		ok '... and every read finds data' holds '.runs[0].btt.zero_reads == 0'
	done
done
for bs in 512 520; do
	# shellcheck disable=SC2086
	ok "age, bs=$bs" run dram:16M $read --set bs=$bs --set precondition=age
	ok '... aged' holds '.runs[0].layout.adjacent < 0.01'
	# shellcheck disable=SC2086
	ok "fill, bs=$bs" run dram:16M $read --set bs=$bs --set precondition=fill
	ok '... fresh' holds '.runs[0].layout.adjacent > 0.99'
done
# shellcheck disable=SC2086
ok 'a new layout without a fill' run dram:16M $read --set precondition=fault
ok '... has no blocks with data to look at' holds '.runs[0].layout | .age == null and .adjacent == null'
ok 'random writes, between fresh and aged' run dram:16M --set rw=randwrite --set precondition=fill --set ops=1700 --set repeat=2
ok '... each repeat has the age before it' holds '[.runs[].layout.age] == ["fresh", "partly aged"]'
"$BTTBENCH" run dram:16M --set rw=randwrite --set precondition=fill --set ops=1700 --set repeat=2 >"$T/text"
like '... in the text' "$(tr -s '\n ' ' ' <"$T/text")" ' age fresh: 99[0-9.]+% of neighbouring blocks are adjacent; before the last repeat partly aged: '

# a file: its blocks, its layout, and what a later run finds
# shellcheck disable=SC2086
for start in 'a new layout' 'a layout with data'; do
	fresh
	[ "$start" = 'a new layout' ] || "$BTTBENCH" run "$ns" --set rw=write --set ops="$nlba" --set precondition=none >"$T/said"
	ok "$start: age" run "$ns" $read $two --set precondition=age
	is '... writes every block' "$(written)" "$nlba"
	ok '... leaves a consistent layout' "$BTTBENCH" check "$ns"
	ok '... a later run finds it aged' run "$ns" $read --set precondition=none
	ok '... that is' holds '.runs[0].layout | .age == "aged" and .adjacent < 0.01'
	ok '... and fill does not make it fresh' run "$ns" $read --set precondition=fill
	ok '... that is' holds '.runs[0].layout.age == "aged"'
done
fresh
# shellcheck disable=SC2086
ok 'age:3' run "$ns" $read --set precondition=age:3
is '... writes every block three times: the last write of each is one of the last third' "$("$BTTBENCH" read "$ns" --count="$nlba" |
	perl -e '$/ = \4096; while (<>) { $seen{(unpack "Q2", $_)[1]}++ } @s = sort { $a <=> $b } keys %seen; print "$s[0] $s[-1] " . @s')" \
	"$((2 * nlba)) $((3 * nlba - 1)) $nlba"
fresh
# shellcheck disable=SC2086
ok 'age with a region' run "$ns" $read $two --set precondition=age --set region=offset:4M,size:4M
is '... writes exactly the region' "$("$BTTBENCH" read "$ns" --count="$nlba" |
	perl -e '$/ = \4096; while (<>) { push @w, $. - 1 if /[^\0]/ } print "$w[0] $w[-1] " . @w')" '1024 2047 1024'
ok '... and scatters it' holds '.runs[0].layout.adjacent < 0.01'
for passes in 1 3; do
	# shellcheck disable=SC2086
	ok "verify=stamp, age:$passes" run dram:16M $two --set ops=2000 --set verify=stamp --set precondition=age:$passes
	ok '... no finding, every block swept' holds '.runs[0].verify | ([.counts[]] | add) == 0 and .layout_consistent
		and .unknown == 0 and .swept > 3500'
done
cat >"$T/two.job" <<-END
	[global]
	rw=randread
	ops=10
	oversubscribe=1
	[a]
	precondition=fill
	[b]
	precondition=age
	[c]
	precondition=none
	threads=2
END
fresh
ok 'jobs that run together, one of them with age' run "$T/two.job" "$ns"
is '... write every block of their region' "$(written)" "$nlba"
ok '... and age it' holds 'all(.runs[]; .layout.age == "aged")'

# the other engines: age fills, and they have no map
truncate -s 16M "$D/plain"
pmempool create blk 4096 --size=32M "$T/pool" >"$T/said" || bail 'no pool'
for engine in raw null block pmemblk; do
	target=dram:16M
	[ $engine != block ] || target=$D/plain
	[ $engine != pmemblk ] || target=$T/pool
	# shellcheck disable=SC2086
	ok "engine=$engine, age:2" run "$target" $read --set engine=$engine --set precondition=age:2
	ok '... no layout' holds '.runs[0].layout == null'
done
is 'engine=block: every block was written' "$(perl -e '$/ = \4096; while (<>) { $n++ if /[^\0]/ } print $n + 0' "$D/plain")" 4096
ok 'engine=pmemblk: the pool is consistent' "$BTTBENCH" check "$T/pool"
# shellcheck disable=SC2086
ok '... and engine=btt finds it aged' run "$T/pool" $read --set precondition=none
ok '... that is' holds '.runs[0].layout.adjacent < 0.01'

# only reads, and the precondition writes all the same
fresh
"$BTTBENCH" run "$ns" --set engine=raw --set rw=read --set ops=1 --set precondition=age >"$T/out" 2>"$T/err"
is 'engine=raw does not age a BTT away: exit 1' $? 1
one_line '... one line' "$T/err"

ok '--dry-run' "$BTTBENCH" run --dry-run "$ns" --set precondition=age:3
is '... shows it' "$("$BTTBENCH" run --dry-run "$ns" --set precondition=age:3 | grep ^precondition)" precondition=age:3
is '... age:1 is age' "$("$BTTBENCH" run --dry-run "$ns" --set precondition=age:1 | grep ^precondition)" precondition=age

# progress, and its end by a signal
# shellcheck disable=SC2086
ok 'age:20 with a status line' "$BTTBENCH" run dram:64M $read --set precondition=age:20 --status-interval=20ms
printf '%s\n' "$tap_output" >"$T/err"
is '... counts the blocks of all passes' "$(sed -n 's/^precondition .*; \([0-9]*\)\.[0-9]*% of the blocks written$/\1/p' "$T/err" |
	awk '{ n++; if ($1 > 100) above++ } END { print (n > 1), above + 0 }')" '1 0'
until_phase 'precondition .*% of the blocks written$' "$BTTBENCH" run dram:64M --set rw=read --set ops=1 --set precondition=age:100 \
	--status-interval=20ms --format=json >"$result"
kill -INT $pid
wait $pid
is 'SIGINT while it ages: exit 130' $? 130
is '... the result is invalid' "$(result .verdict.status)" invalid
percent=$(sed -n 's/^precondition .*; \([0-9]*\)\.[0-9]*% of the blocks written$/\1/p' "$T/status" | tail -n 1)
ok '... long before the end of the passes' test "${percent:-100}" -lt 90

plan_done
