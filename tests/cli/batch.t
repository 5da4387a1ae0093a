#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# batch=N: blocks share the fences of a call, are counted one by one and verified one by one; jobs that cannot have batches
# are refused.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
schema=$SRC/results/bttbench.result-1.schema.json

# fences and batches of 803 writes or reads per worker
for threads in 1 2; do
	for batch in 2 8 64; do
		calls=$((threads * ((803 + batch - 1) / batch)))
		for commit in two-fence strict; do
			fences=2
			[ $commit = two-fence ] || fences=4
			ok "batch=$batch, $commit, threads=$threads: writes" run dram:32M --set rw=randwrite --set batch=$batch --set commit=$commit \
				--set threads=$threads --set oversubscribe=1 --set ops=803
			is '... each call has the fences of one write' "$(result .runs[0].btt.fences)" $((fences * calls))
			is '... ops are blocks' "$(result '[.runs[0].ops.write.count, ([.runs[0].workers[].ops] | add)] | unique[]')" $((threads * 803))
			is '... each call has a time' "$(result '.runs[0].ops.write.batch_ns.histogram | ([.buckets[][2]] | add) + .over')" $calls
			is '... and no block has one' "$(result .runs[0].ops.write.service_ns)" null
		done
		is '... each worker owns as many lanes as a batch has blocks' "$(result '[.runs[0].workers[].lane] | tojson')" \
			"[$(seq -s , 0 $batch $((batch * (threads - 1))))]"
		ok "batch=$batch, threads=$threads: reads" run dram:32M --set rw=randread --set batch=$batch --set threads=$threads \
			--set oversubscribe=1 --set ops=803
		is '... have no fences' "$(result '.runs[0].btt.fences')" 0
		is '... ops are blocks' "$(result .runs[0].ops.read.count)" $((threads * 803))
	done
done
ok 'the result fits the schema' jsonschema -i "$result" "$schema"
ok 'IOPS and bandwidth are those of blocks' holds '.runs[0] | .elapsed_s as $s | .ops.read |
	(.iops * $s - .count | fabs) < 1e-6 * .count and (.bytes_per_s / .iops - 4096 | fabs) < 0.01'
ok 'a mix of batches' run dram:32M --set rw=randrw --set batch=16 --set ops=32000
is '... zeroes have one fence each, writes two for a batch' \
	"$(result '.runs[0] | .btt.fences + .btt.idle_zeroes - .ops.zero.count - .ops.write.count / 8')" 0
ok '... in the shares of the job' holds '.runs[0].ops | [.read, .write, .zero | .count / 32000 * 100] |
	.[0] > 62 and .[0] < 78 and .[1] > 18 and .[1] < 32 and .[2] > 2 and .[2] < 9'
"$BTTBENCH" show --width=100 "$result" >"$T/text" 2>&1 || "$BTTBENCH" show "$result" >"$T/text" 2>&1
like '... text has rows for batches' "$(cat "$T/text")" '^ +write batch +[0-9.]+[nu]s '
like '... for reads, too' "$(cat "$T/text")" '^ +read batch +[0-9.]+[nu]s '
unlike '... and no time of an operation' "$(sed -n '/latency/,/counter/p' "$T/text")" '^ +(read|write|zero) +[0-9.]+[nu]s '
ok 'repeats' run dram:32M --set rw=randwrite --set batch=8 --set ops=8000 --set repeat=2
like '... have medians of the times of batches' "$("$BTTBENCH" show "$result")" '^ +latency of batches'
export BTTBENCH_CLOCK=tsc-unordered
ok 'an unordered clock and a mix of batches' run dram:32M --set rw=randrw --set batch=8 --set ops=8000
unset BTTBENCH_CLOCK
if [ "$(result .clock.source)" = tsc-unordered ]; then
	is '... whose times nobody knows' "$(result '[.runs[0].ops[].batch_ns] | tojson')" '[null,null,null]'
else
	skip '... whose times nobody knows' 'no TSC'
fi

# a run that other tasks delay (exit 4) still has to be right
verified() {
	run "$@" --set threads=2 --set oversubscribe=1 --set verify=stamp || [ $? -eq 4 ]
}
# a region smaller than a batch: blocks occur several times in most batches
for commit in two-fence strict; do
	ok "verify=stamp, $commit, two workers, batches of 8 in 5 blocks" verified dram:32M --set rw=randrw \
		--set rwmix=read:40,write:50,zero:10 --set region=size:20k --set batch=8 --set ops=40000 --set commit=$commit
	ok '... every block that is read is right, and the layout too' holds '.runs[0] | .verify | .read > 20000 and
		([.counts[]] | add) == 0 and .layout_consistent'
	ok '... batches of 64 in 3000 blocks' verified dram:32M --set rw=randrw --set rwmix=read:40,write:50,zero:10 \
		--set region=size:12000k --set batch=64 --set ops=40000 --set commit=$commit
	ok '... are right as well' holds '.runs[0].verify | ([.counts[]] | add) == 0 and .layout_consistent'
done

# blocks of an op are batches, too
# op_fences BLOCKS [ARG...]: fences of a write
op_fences() {
	blocks=$1
	shift
	run dram:32M --set rw=write --set blocks="$blocks" --set ops=50 --set precondition=fill "$@" && result '.runs[0].btt.per_op.fences'
}
is 'a write of eight blocks has two fences' "$(op_fences 8)" 2
is '... of 100 blocks four: 64 and 36 of them share two' "$(op_fences 100)" 4
is '... two for each block when the worker has one lane' "$(op_fences 8 --set lanes=1)" 16
is '... for three blocks with as many lanes' "$(op_fences 8 --set lanes=3)" 6
is '... and the op has one time' "$(result '.runs[0].ops.write | [.count, .batch_ns, (.service_ns.histogram | ([.buckets[][2]] | add) + .over)] | tojson')" '[50,null,50]'
ok 'verified ops of eight blocks' verified dram:32M --set rw=randrw --set blocks=8 --set ops=2000 --set region=size:256k
ok '... are right' holds '.runs[0].verify | .read > 8000 and ([.counts[]] | add) == 0 and .layout_consistent'

# one bad block fails alone
tool=$TEST_BIN/interop/pmemblk_tool
if [ -x "$tool" ]; then
	"$tool" "$T/pool" 512 create 33554432 && head -c 10240 /dev/urandom | "$tool" "$T/pool" 512 write 0 20 && "$tool" "$T/pool" 512 error 7 1
	"$BTTBENCH" run "$T/pool" --set rw=randread --set region=size:10k --set batch=8 --set ops=4000 --set precondition=none \
		--format=json >"$result" 2>"$T/err"
	is 'a bad block among 20 makes the run invalid' $? 4
	ok '... about one block in 20 failed' holds '.runs[0].ops.read | .errors > 120 and .errors < 300 and .errors + .count == 4000'
	is '... with its number and reason' "$(result '.runs[0].ops.read.errnos[] | "\(.errno) \(.first_lba)"')" 'EIO 7'
	ok '... and only batches without it have a time' holds '.runs[0].ops.read.batch_ns.histogram | [.buckets[][2]] | add < 430'
fi

# refused MESSAGE ARG...: exit 2 and one line
refused() {
	want=$1
	shift
	"$BTTBENCH" run dram:32M --set ops=1 "$@" >"$T/out" 2>"$T/err"
	is "$*: a usage error" $? 2
	is '... with one line' "$(cat "$T/err")" "$want"
}
for engine in raw null floor pmemblk block; do
	refused "bttbench: --set batch=8: engine=$engine has no batches (allowed: engine=btt)" --set engine=$engine --set batch=8
done
refused 'bttbench: --set batch=8: threads=2 needs 16 lanes, and lanes=15 (allowed: lanes=threads, or as many as needed)' \
	--set batch=8 --set threads=2 --set lanes=15
refused 'bttbench: --set batch=8: not with blocks (its operations are batches)' --set batch=8 --set blocks=2
refused 'bttbench: --set batch=8: not with rate_iops (blocks of a batch start together)' --set batch=8 --set rate_iops=1k
refused 'bttbench: --set batch=8: only with lookahead=none' --set batch=8 --set lookahead=next
refused 'bttbench: --set latency_every=8: not with batch (each batch is timed)' --set batch=8 --set latency_every=8
refused 'bttbench: --set batch=8: not with a limit on latencies (no block has a time of its own)' --set batch=8 --set 'limit.read.p99<=1ms'
"$BTTBENCH" run dram:32M --set ops=1 --set batch=64 --set threads=5 --set oversubscribe=1 >"$T/out" 2>"$T/err"
is 'a layout with too few lanes' "$? $(cat "$T/err")" "1 bttbench: dram:32M: --set batch=64: threads=5 needs 320 lanes, and the layout has \
256 (allowed: a smaller batch, fewer threads or a layout with a larger nfree)"

printf '[global]\nbatch=8\n[a]\nengine=raw\nops=10\n' >"$T/global.job"
ok 'a batch of [global] does not matter to another engine' run "$T/global.job" dram:32M
"$BTTBENCH" sweep dram:32M --vary batch=1,4,16 --set rw=randwrite --set ops=1600 --repeat=2 --format=json >"$T/sweep.json" 2>"$T/err"
is 'a sweep has a point for each batch' "$(jq -r '[.runs[] | "\(.point.batch) \(.btt.fences)"] | unique | join(", ")' "$T/sweep.json")" \
	'1 3200, 16 200, 4 800'
plan_done
