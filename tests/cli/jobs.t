#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench run: several jobs, stonewall, repeats, steady state, limits.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

schema=$SRC/results/bttbench.result-1.schema.json

# run STATUS ARG...: exits with STATUS and writes a result that fits the schema
run() {
	want=$1
	shift
	undisturbed run_once "$@"
	status=$?
	[ $status -eq "$want" ] || { echo "exit $status" && cat "$T/err" && return 1; }
	jsonschema -i "$result" "$schema" && reads_back 0
}

mkdir "$T/named" || bail 'no folder'
cat >"$T/x.job" <<-END
	[global]
	runtime=200ms
	oversubscribe=1
	[a]
	rw=randwrite
	[b]
	rw=randread
	threads=2
	[c]
	stonewall=1
	engine=raw
	rw=randzero
END
ok 'three jobs in two groups' run 0 "$T/x.job" dram:32M
is '... each has its run' "$(result '[.runs[].job] | join(" ")')" 'a b c'
is '... the jobs of a group share out the lanes' "$(result '[.runs[] | [.workers[].lane] | tostring] | join(" ")')" \
	'[0] [1,2] [0]'
is '... all did ops of their own kind' \
	"$(result '[.runs[0].ops.write, .runs[1].ops.read, .runs[2].ops.zero | .count > 0] | all')" true
is '... jobs of one group share the BTT, the next has another engine' "$(result '[.runs[].btt != null] | tostring')" \
	'[true,true,false]'
ok 'a group ends when its jobs have done their ops' run 0 "$T/x.job" dram:32M --set ops=5000 --set runtime=30s
is '... each job with all its ops' "$(result '[.runs[] | [.ops[].count] | add] | tostring')" '[5000,10000,5000]'
ok '... long before its runtime' test "$(result '[.runs[].elapsed_s < 10] | all')" = true
printf '[global]\nops=10\noversubscribe\n[a]\n[b]\nstonewall ; one word\nlimit.read.p99 <= 1h\n' >"$T/flag.job"
ok 'a bare word is a key that is 1' run 0 "$T/flag.job" dram:32M
is '... stonewall' "$("$BTTBENCH" run --dry-run "$T/flag.job" dram:32M | grep -E '^(stonewall|oversubscribe)=' | xargs)" \
	'oversubscribe=1 stonewall=0 oversubscribe=1 stonewall=1'

# job files by name and by content, before and behind the namespace
"$BTTBENCH" format "$T/ns" --size=16M >"$T/said" || bail 'no namespace'
for name in x.job x.fio x; do
	printf '# a job of any name\n\n  [mine]\nops=10 # few\n' >"$T/named/$name"
	for order in "$T/named/$name $T/ns" "$T/ns $T/named/$name" "$T/named/$name dram:16M" "dram:16M $T/named/$name"; do
		# shellcheck disable=SC2086 # two words
		PMEM_IS_PMEM_FORCE=1 "$BTTBENCH" run --format=json $order >"$result" 2>"$T/err"
		is "run ${order##*/}, $name: the job of the file" "$? $(result '.runs[].job')" '0 mine'
		case $name in
		*.job) is '... without a word' "$(cat "$T/err")" '' ;;
		*) like '... and says that it took it for a job file' "$(cat "$T/err")" "^bttbench: $T/named/$name: taken as a job file" ;;
		esac
	done
done
ok 'a job file alone' run 0 "$T/named/x"
is '... runs its job on the default namespace' "$(result '.runs[0].job + " " + .namespace.spec')" 'mine dram:1G'
printf '\357\273\277[mine]\r\nops=10\r\n' >"$T/named/bom"
ok '... also with a byte order mark and lines of Windows' run 0 "$T/named/bom" dram:16M
# a text of the size of a namespace is a namespace, and bytes that are no text are none
cp "$T/named/x" "$T/named/large" && truncate -s 16M "$T/named/large"
printf '[mine]\n\001\n' >"$T/named/binary"
printf 'mine\na [b]\n' >"$T/named/plain"
for name in large binary plain; do
	exits "$name is no job file" 1 "$BTTBENCH" run "$T/named/$name"
done
rm "$T/ns"

printf '[global]\nlimit.zero.p99 <= 1s\n[a]\nrw=read\n[b]\nrw=write\n' >"$T/idle.job"
exits 'a limit on an op that no job has' 2 "$BTTBENCH" run "$T/idle.job" dram:32M
like '... is named' "$("$BTTBENCH" run "$T/idle.job" dram:32M 2>&1)" 'line 2: limit.zero.p99: no job has such operations'
like '... with --set too' "$("$BTTBENCH" run "$T/x.job" dram:32M --set 'limit.randread.iops>=1' --set rw=write 2>&1)" \
	'--set limit.randread.iops: no job has such operations'
exits 'more plain memory than the machine has' 1 "$BTTBENCH" run --dry-run dram:1000T
printf '[global]\ninterval=10ms\noversubscribe=1\n[short]\nops=100\n[long]\nops=1M\n' >"$T/ends.job"
ok 'a job that ends long before the other' run 0 "$T/ends.job" dram:32M
is '... has no steps after its end' "$(result '.runs[1].elapsed_s as $long | .runs[0]
	| .elapsed_s < $long / 10 and ([.intervals[].length_s] | add) < $long / 4')" true
# two jobs of one worker each on one CPU: each gets half of its time, and this is no disturbance
cpu=$(result '.runs[0].workers[0].cpu')
printf '[global]\nruntime=1s\noversubscribe=1\nplacement=cpus:%s\n[one]\n[other]\n' "$cpu" >"$T/shared.job"
"$BTTBENCH" run "$T/shared.job" dram:32M --format=json >"$result" 2>"$T/err"
is 'two jobs on one CPU' "$(result '[.runs[].workers[].cpu] | tostring')" "[$cpu,$cpu]"
ok '... each with a part of its time' test "$(result '[.runs[].workers[].cpu_share] | all(. < 0.85)')" = true
like '... as the verdict says' "$(result '.verdict.reasons[]')" '^2 of 2 workers share CPUs'
unlike '... nobody kept them off their CPU' "$(result '.verdict.reasons[]')" 'kept off'
printf '[a]\n[b]\nengine=raw\n' >"$T/y.job"
exits 'another engine in a group is refused' 2 "$BTTBENCH" run "$T/y.job" dram:32M
like '... with both jobs' "$("$BTTBENCH" run "$T/y.job" dram:32M 2>&1)" \
	"y.job: job 'b', line 3: engine=raw: job 'a', which runs together with it, has engine=btt \(allowed: "

# plain memory keeps its layout from group to group, unless a job needs another one
cat >"$T/rooms.job" <<-END
	[global]
	ops=500
	stonewall=1
	verify=stamp
	[fill]
	rw=write
	[same]
	rw=randread
	precondition=none
	[other]
	bs=512
	[again]
	rw=randrw
	rwmix=read:50,write:50
	precondition=none
	[bare]
	engine=raw
	rw=randrw
END
ok 'jobs in turn on plain memory' run 0 "$T/rooms.job" dram:16M
is '... each gets the blocks of the job before, or blank ones' \
	"$(result '[.runs[] | [.verify.counts[]] | add] | tostring')" '[0,0,0,0,0]'
ok '... one of 512 bytes a block, with its own layout' \
	test "$(result '.runs[2].ops.read | .bytes_per_s / .iops | round')" = 512
printf '[a]\nops=100\n[b]\nstonewall=1\nops=100\nregion=offset:1G\n' >"$T/late.job"
ok 'an error in a later job: exit 1' run 1 "$T/late.job" dram:32M
is '... the runs before it are kept' "$(result '[.runs[].job] | join(" ")')" a
is '... in a result that is invalid' "$(result '.verdict.status + (.verdict.reasons | tostring | test("1G: beyond the end") | tostring)')" \
	invalidtrue
"$BTTBENCH" format "$T/ns" --size=32M >"$T/said" 2>&1
exits 'if a later job cannot run at all, no job runs' 1 env PMEM_IS_PMEM_FORCE=1 "$BTTBENCH" run "$T/late.job" "$T/ns"
rm "$T/ns"
ok 'repeat=3' run 0 dram:32M --set repeat=3 --set ops=1000
is '... three runs of a thousand' "$(result '[.runs[] | [.repeat, ([.ops[].count] | add)] | tostring] | join(" ")')" \
	'[1,1000] [2,1000] [3,1000]'

ok 'a limit that holds' run 0 dram:32M --set ops=1000 --set 'limit.write.p99 <= 1h' --set 'limit.total.errors<=0'
is '... is in the job' "$(result '.job.sections[0].keys["limit.write.p99"]')" '<=1h'
ok 'a limit that is missed: exit 3' run 3 dram:32M --set ops=1000 --set repeat=2 --set 'limit.total.iops >= 1T'
is '... verdict' "$(result .verdict.status)" missed
like '... with the reason' "$(result '.verdict.reasons[]')" "limit.total.iops >= 1T: missed in 2 of 2 runs, "
for bad in 'limit.write.p99<=700' 'limit.write.p99<=4m' 'limit.total.p99<=1s' 'limit.write.p0<=1s' 'limit.trim.p99<=1s' 'limit.write.p99<=fast' 'limit.write.p99=1s'; do
	exits "$bad is refused" 2 "$BTTBENCH" run dram:32M --set ops=10 --set "$bad"
done
exits 'a limit on random writes of a sequential job is refused' 2 \
	"$BTTBENCH" run dram:32M --set rw=write --set ops=10 --set 'limit.randwrite.p99<=1s'

ok 'a steady state that any series has' run 0 dram:32M --set ops=2000 \
	--set steady_state=rounds:3,range:100,slope:100,max:50
is '... every round is a run' "$(result '[.runs[].repeat] == [range(1; 1 + (.steady_state[0].rounds_iops | length))]')" true
is '... all but the last three are marked' "$(result '[.runs[].settling | select(not)] | length')" 3
is '... and reached' "$(result '.steady_state[0].reached')" true
ok 'a steady state that no series has: exit 4' run 4 dram:32M --set ops=2000 \
	--set steady_state=rounds:3,range:0,slope:0,max:5
is '... verdict, rounds, runs' "$(result '[.verdict.status, (.steady_state[0].rounds_iops | length), [.runs[].settling]] | tostring')" \
	'["inconclusive",5,[true,true,false,false,false]]'
like '... with the reason' "$(result '.verdict.reasons[]')" 'no steady state after 5 rounds'
exits 'repeat beside steady_state is refused' 2 "$BTTBENCH" run dram:32M --set repeat=2 --set steady_state=rounds:3

plan_done
