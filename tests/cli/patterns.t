#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every pattern with everything that combines with it, and its blocks checked; region and blocks in the namespace and in
# the result.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
ns=$T/ns
bs=4096

fresh() {
	rm -f "$ns"
	"$BTTBENCH" format "$ns" --size=16M >"$T/said" 2>&1 || return 1
	nlba=$("$BTTBENCH" info --format=json "$ns" | jq .btt.nlba)
}

# written: the numbers of the nonzero blocks, one per line
written() {
	"$BTTBENCH" read "$ns" --count="$nlba" | perl -e '$/ = \4096; while (<>) { print $. - 1, "\n" if /[^\0]/ }'
}

# blocks are whole and in place when two workers change the blocks that the other reads
for pattern in uniform seq zipf:0.99 zipf:1 hotspot:80/20 stride:7; do
	for partition in shared thread; do
		ok "$pattern, $partition, four blocks an operation" run dram:16M --set rw=randrw \
			--set rwmix=read:50,write:40,zero:10 --set pattern=$pattern --set partition=$partition \
			--set blocks=4 --set threads=2 --set oversubscribe=1 --set ops=5k --set verify=stamp
		ok '... and every block verifies' holds '.runs[0] | (.ops | [.[].count] | add) == 10000
			and .verify.read > 18000 and .verify.read == 4 * .ops.read.count and ([.ops[].errors] | add) == 0
		and ([.verify.counts[]] | add) == 0 and .verify.layout_consistent'
		done
done
for engine in raw null; do
	ok "engine=$engine supports blocks= too" run dram:16M --set engine=$engine --set pattern=zipf:1.2 --set blocks=8 \
		--set ops=5k
	ok '... and counts their bytes' holds '.runs[0].ops[] | select(.count > 0)
		| (.bytes_per_s / .iops / 32768 - 1) * 1e6 | fabs < 1'
done

# the bytes of an op are the bytes of all its blocks
fresh || bail 'no namespace'
ok 'an operation of three blocks' run "$ns" --set rw=write --set blocks=3 --set ops=10 --set precondition=none
is '... writes three blocks, ten of them write thirty in a row' "$(written | tr '\n' ' ')" "$(seq -s ' ' 0 29) "
ok '... and counts the bytes of all three' holds '.runs[0].ops.write | .count == 10 and (.bytes_per_s / .iops - 12288 | fabs) < 0.01'
ok '... and the bytes stored by the BTT are relative to them' holds '.runs[0].btt.per_op.bytes_stored_per_user_byte | . > 1 and . < 1.2'
is '... in CSV too' "$("$BTTBENCH" run "$ns" --set rw=write --set blocks=3 --set ops=10 --format=csv |
	perl -F, -ane 'if ($. == 1) { for (0..$#F) { $at = $_ if $F[$_] eq "op_bytes" } } else { print $F[$at]; exit }')" 12288

# seq: disjoint parts
fresh
half=$((nlba / 2))
ok 'two threads in sequence, as many operations as each has blocks' run "$ns" --set rw=write --set threads=2 \
	--set oversubscribe=1 --set ops=$((nlba - half)) --set precondition=none
is '... write every block' "$(written | wc -l)" "$nlba"
fresh
ok 'a sequence that goes around a region twenty times' run "$ns" --set rw=write --set threads=2 --set oversubscribe=1 \
	--set ops=200 --set region=offset:40k,size:80k --set precondition=none
is '... stays in it' "$(written | tr '\n' ' ')" "$(seq -s ' ' 10 29) "
is '... each block has one writer, and each writer half of the blocks' "$("$BTTBENCH" read "$ns" --lba=10 --count=20 |
	perl -e '$/ = \4096; while (<>) { $seen{unpack "Q", $_}++ } print join " ", sort values %seen')" '10 10'

# region
for pattern in uniform zipf:0.5 hotspot:90/10 stride:3; do
	fresh
	ok "$pattern in a region" run "$ns" --set rw=randwrite --set pattern=$pattern --set region=offset:25%,size:25% \
		--set blocks=2 --set ops=4k --set precondition=none
	is '... stays in it' "$(written | awk -v from=$((nlba / 4)) -v to=$((nlba / 2)) \
		'{ if ($1 < from || $1 >= to) out++ } END { print out + 0, (NR > 500) }')" '0 1'
done
fresh
ok 'precondition=fill with a region' run "$ns" --set rw=randread --set region=offset:4k,size:400k --set threads=3 \
	--set oversubscribe=1 --set ops=1 --set precondition=fill
is '... fills exactly the region' "$(written | tr '\n' ' ')" "$(seq -s ' ' 1 100) "
fresh
cat >"$T/two.job" <<END
[global]
rw=randread
ops=10
oversubscribe=1
[a]
region=size:40k
precondition=fill
threads=2
[b]
region=offset:80k,size:40k
precondition=none
[c]
region=size:40k
precondition=none
END
ok 'jobs that run together, one with precondition=fill' run "$T/two.job" "$ns"
is '... fill the region of that job' "$(written | tr '\n' ' ')" "$(seq -s ' ' 0 9) "

# refused REASON ARG...: exit 1, one line that matches REASON, nothing on standard output
refused() {
	reason=$1
	shift
	! "$BTTBENCH" run "$ns" "$@" >"$T/out" 2>"$T/err" || return 1
	cat "$T/err"
	[ ! -s "$T/out" ] && [ "$(wc -l <"$T/err")" -eq 1 ] && grep -Eq -- "$reason" "$T/err"
}
fresh
ok 'a region of no whole blocks' refused 'region=offset:1000: not whole blocks \(allowed: multiples of 4096' \
	--set region=offset:1000
ok 'a region beyond the end' refused "region=size:1G.*: beyond the end \\(allowed: up to $((nlba * bs)) bytes" \
	--set region=size:1G
ok 'more blocks than the region has' refused 'blocks=8: the region has 2 blocks of 4096 bytes \(allowed: ' \
	--set region=size:8k --set blocks=8
ok 'more threads than parts' refused 'partition=thread: 3 threads.*\(allowed: .*partition=shared' --set rw=write \
	--set region=size:8k --set threads=3 --set oversubscribe=1
is '... and nothing was written' "$(written | wc -l)" 0

plan_done
