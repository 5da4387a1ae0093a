#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# verify=stamp: the damage it notices, the damage it can't see, and the state of a namespace after a kill.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
ns=$T/ns
state=$T/state

# run BINARY ARG...: runs a job with verify=stamp; $result has its result. The claims are about data, which a busy machine
# does not change.
run() {
	binary=$1
	shift
	"$binary" run --format=json --set verify=stamp --set threads=2 --set oversubscribe=1 "$@" >"$result" 2>"$T/err"
	status=$?
	! is_done $status "$result" || status=0
	reads_back $status
}

# few blocks, two lanes: both use the same block all the time
narrow='--set flavour=pmdk --set nfree=2 --set precondition=fill'

# block sizes, odd ones too
for bs in 512 513 520 4096 4224; do
	ok "bs=$bs: a load of all kinds verifies" run "$BTTBENCH" dram:16M --set flavour=pmdk --set bs=$bs --set runtime=400ms
	ok '... and every block was checked' holds '.runs[0].verify | .swept > 3000 and .unknown == 0 and .read >= 100
		and ([.counts[]] | add) == 0 and .first == [] and .layout_consistent and .layout_errors == 0'
done
ok '... with a result that fits the schema' jsonschema -i "$result" "$SRC/results/bttbench.result-1.schema.json"
# shellcheck disable=SC2086 # words
ok 'two lanes in a dozen large blocks: no false alarm' run "$BTTBENCH" dram:16M $narrow --set bs=1M --set runtime=3s
# shellcheck disable=SC2086
ok '... in small ones' run "$BTTBENCH" dram:16M $narrow --set bs=4096 --set runtime=3s --set rwmix=read:40,write:40,zero:20
ok 'three repeats' run "$BTTBENCH" dram:16M --set rw=randread --set ops=1000 --set repeat=3
is '... each counts its own reads and sweeps' \
	"$(jq -c '[.runs[].verify | [.read, .swept == $n]] | unique' --argjson n "$(jq .runs[0].layout.nlba "$result")" "$result")" '[[2000,true]]'
cat >"$T/two.job" <<-END
	[global]
	engine=raw
	rw=randrw
	rwmix=read:50,write:50
	ops=1000
	precondition=none
	[first]
	[second]
	stonewall=1
	namespace=dram:16M
END
run "$BTTBENCH" "$T/two.job" dram:32M
is 'plain memory of a later job: its zeros are known, too' \
	"$(jq -c '[.runs[].verify | [.unchecked, .unknown, .swept >= 4096]] | unique' "$result")" '[[0,0,true]]'
ok 'verify=none works' "$BTTBENCH" run dram:16M --set ops=10 --format=json --output="$T/none.json"
is '... and the result has no verification' "$(jq .runs[0].verify "$T/none.json")" null
not_ok 'verify=stamp refuses engine=null' run "$BTTBENCH" dram:16M --set engine=null --set ops=10
like '... with the reason' "$(cat "$T/err")" 'engine=null keeps nothing'
not_ok '... and engine=floor' run "$BTTBENCH" dram:16M --set engine=floor --set ops=10
like '... with the reason' "$(cat "$T/err")" 'engine=floor keeps the data of zeroed blocks'

# bug NAME BS: verify=stamp notices the bug within a minute
bug() {
	[ "$VARIANT" = release ] || return 0
	for seed in 1 2 3 4 5 6 7 8 9 10; do
		# shellcheck disable=SC2086
		run "${BTTBENCH%/*}/bugs/$1/bttbench" dram:16M $narrow --set bs="$2" --set runtime=2s --set seed=$seed
		status=$?
		[ $status -eq 0 ] || break
	done
	is "bug $1: noticed, exit 4" "$status" 4
	ok '... the verdict names findings' holds '.verdict.status == "invalid" and (.verdict.reasons | any(test("findings")))'
	ok '... with block, expected and found' holds '.runs[0].verify | (.layout_errors > 0)
		or (.first[0] | .lba >= 0 and (.expected | length) > 5 and (.found | length) > 5)'
	ok '... with a result that fits the schema' jsonschema -i "$result" "$SRC/results/bttbench.result-1.schema.json"
}
bug no-publish 1M
[ "$VARIANT" != release ] || ok '... as torn or misdirected blocks' holds '.runs[0].verify.counts | .torn + .misdirected + .stale > 0'
bug no-lock 4096
[ "$VARIANT" != release ] || ok '... as a block that is mapped twice or lost' holds '.runs[0].verify.layout_consistent == false'

# kills at any moment, again and again, with one namespace and one state
"$BTTBENCH" format "$ns" --size=16M --lbasize=520 --flavour=pmdk >"$T/said" || bail 'no namespace'
ok 'a run keeps its state in a file' run "$BTTBENCH" "$ns" --verify-state="$state" --set runtime=300ms
ok '... and verify reads it' "$BTTBENCH" verify "$ns" --state "$state"
for after in 0.05 0.2 0.4; do
	"$BTTBENCH" run "$ns" --verify-state="$state" --set verify=stamp --set precondition=none --set threads=2 \
		--set oversubscribe=1 --set runtime=60s >"$T/killed" 2>&1 &
	sleep $after
	kill -9 $!
	wait $! 2>"$T/err"
	ok "killed after $after s: no acknowledged write is lost" "$BTTBENCH" verify "$ns" --state "$state"
done
ok 'the next run continues from that state' run "$BTTBENCH" "$ns" --verify-state="$state" --set precondition=none --set runtime=300ms
ok '... and without the state the stamps are whole and in place' "$BTTBENCH" verify "$ns"
not_ok 'the state of another namespace is refused' run "$BTTBENCH" dram:17M --verify-state="$state" --set ops=10
like '... with the reason' "$(cat "$T/err")" 'is of [0-9]+ blocks of 520 bytes, and the namespace has'

# damage by hand: each kind with its name, and the verdict
"$BTTBENCH" run "$ns" --verify-state="$state" --set verify=stamp --set rw=write --set precondition=fill --set ops=1 >"$T/said"
cp "$ns" "$T/good"
cp "$state" "$T/good.state"
"$BTTBENCH" read "$ns" --lba 5 >"$T/5"
"$BTTBENCH" read "$ns" --lba 6 >"$T/6"

# damaged KIND LBA FILE: writes the block in FILE to LBA; verify reports KIND
damaged() {
	"$BTTBENCH" write "$ns" --lba "$2" --count 1 <"$3" || bail "no write to $ns"
	"$BTTBENCH" verify "$ns" --state "$state" >"$T/said"
	is "$1: verify exits 1" $? 1
	like '... with kind and block' "$(cat "$T/said")" "^$1: block $2: expected lba $2 seq .*; found "
	like '... and counts only this block' "$(cat "$T/said")" "^$1: 1 block\$"
	cp "$T/good" "$ns"
	cp "$T/good.state" "$state"
}
damaged misdirected 6 "$T/5"
{ head -c 264 "$T/6" && tail -c 256 "$T/5"; } >"$T/torn"
damaged torn 6 "$T/torn"
{ head -c 512 "$T/6" && tail -c 8 "$T/5"; } >"$T/torn" # the smallest tear: only the last 8 bytes
damaged torn 6 "$T/torn"
head -c 520 /dev/urandom >"$T/foreign"
damaged foreign 7 "$T/foreign"
head -c 520 /dev/zero >"$T/zeros"
damaged stale 8 "$T/zeros"
run "$BTTBENCH" "$ns" --verify-state="$state" --set rw=write --set precondition=fill --set ops=1
damaged stale 6 "$T/6"
# a pass that only reads, without a record of the blocks
ns=$T/pass state=$T/pass.state
"$BTTBENCH" format "$ns" --size=32M >"$T/out"
n=$("$BTTBENCH" info "$ns" --format=json | jq '[.. | .nlba? // empty] | first')
pass() {
	"$BTTBENCH" run "$ns" --set rw=read --set ops="$n" --set runtime=0 --set verify=stamp --set precondition=none \
		--format=json "$@" >"$result" 2>"$T/err"
}
ok 'every block is written and stamped' "$BTTBENCH" run "$ns" --set rw=write --set ops="$n" --set runtime=0 --set verify=stamp
ok 'a pass that only reads finds nothing' pass
is '... and checked each block by its stamp alone' "$(jq -c '.runs[0].verify | [.read, .by_stamp, .unchecked, .unknown]' "$result")" \
	"[$n,$((2 * n)),0,0]"
head -c 40960 /dev/urandom | "$BTTBENCH" write "$ns" --lba=30
pass
is '10 blocks of random bytes: exit 4' $? 4
is '... each is a finding, in the read and in the sweep' "$(jq -c '.runs[0].verify.counts' "$result")" \
	'{"torn":0,"misdirected":0,"stale":0,"future":0,"foreign":20,"unreadable":0}'
ok '... verify_unknown=accept accepts them' pass --set verify_unknown=accept
is '... and counts each block as not checked' "$(jq -c '.runs[0].verify | [.by_stamp, .unchecked, .unknown]' "$result")" "[0,$n,$n]"
"$BTTBENCH" zero "$ns" --lba=30 --count=10
"$BTTBENCH" read "$ns" --lba=100 >"$T/block"
"$BTTBENCH" write "$ns" --lba=30 <"$T/block"
pass
is 'a whole block in the wrong place: exit 4' $? 4
is '... is misdirected' "$(jq '.runs[0].verify.counts.misdirected' "$result")" 2
"$BTTBENCH" zero "$ns" --lba=30 --count=10
ok 'blocks of zeros are no findings' pass
ok '... also with a new state file' pass --verify-state="$state"
rm "$state"

# a later round overwrites the block that the first one found wrong, and no round is steady: 4 rounds
"$BTTBENCH" run "$ns" --set verify=stamp --set rw=write --set ops="$n" --set runtime=0 --verify-state="$state" >"$T/out"
head -c 4096 /dev/urandom | "$BTTBENCH" write "$ns" --lba=30
"$BTTBENCH" run "$ns" --set verify=stamp --set rw=write --set ops="$n" --set runtime=0 --verify-state="$state" \
	--set steady_state=rounds:2,range:0,slope:0,max:4 --format=json >"$result" 2>"$T/err"
is 'a wrong block that only the first of four rounds sees: exit 4' $? 4
is '... the result is invalid, not only without a steady state' "$(jq -r .verdict.status "$result")" invalid
is '... for this one block' "$(jq -c '[.verdict.reasons[] | select(test("verify=stamp: 1 findings"))] | length' "$result")" 1
is '... and the rounds of the result have it once' "$(jq -c '[.runs[].verify.counts[]] | add' "$result")" 1
rm "$state"

# the sweep: blocks 0 to 149 (b goes on where a ends, c is in both), 300 to 319 (e begins where d ends)
cat >"$T/regions.job" <<J
[global]
verify=stamp
rw=read
ops=1
oversubscribe=1
[a]
region=offset:0,size:400k
[b]
region=offset:200k,size:400k
[c]
region=offset:240k,size:40k
[d]
region=offset:1240k,size:40k
[e]
region=offset:1200k,size:40k
J
ok 'jobs with regions that overlap and meet' "$BTTBENCH" run "$T/regions.job" dram:16M --output="$result"
is '... the sweep checks each block of them once and no other' "$(jq -c '[.runs[].verify.swept]' "$result")" '[170,null,null,null,null]'
sed -i 's/^ops=1$/ops=1\nprecondition=none/' "$T/regions.job"
for lba in 70 310 200; do # the reads are of blocks 0, 50, 60, 310 and 300
	head -c 4096 /dev/urandom | "$BTTBENCH" write "$ns" --lba=$lba
done
exits 'two wrong blocks in the regions, one outside' 4 "$BTTBENCH" run "$T/regions.job" "$ns" --output="$result"
is '... the sweep finds the two, each once' "$(jq -c '[.runs[0].verify.first[] | select(.in_sweep).lba] | sort' "$result")" '[70,310]'

# a state file belongs to one layout
ok 'a state file is made' run "$BTTBENCH" "$ns" --set verify=stamp --set runtime=200ms --verify-state="$state"
ok '... and taken up' "$BTTBENCH" verify "$ns" --state="$state"
cp "$ns" "$T/copy"
ok '... also for a copy of the layout' "$BTTBENCH" verify "$T/copy" --state="$state"
# a load on the kernel's block device knows no layout: bytes 40 to 55 of its state are zeros
cp "$state" "$T/unknown"
dd if=/dev/zero of="$T/unknown" bs=1 seek=40 count=16 conv=notrunc status=none
ok '... also with a state of an unknown layout' "$BTTBENCH" verify "$ns" --state="$T/unknown"
"$BTTBENCH" format "$ns" --force >"$T/out" 2>&1
for command in "verify $ns --state=$state" "run $ns --set verify=stamp --set ops=10 --verify-state=$state"; do
	# shellcheck disable=SC2086 # a list of words
	"$BTTBENCH" $command >"$T/out" 2>"$T/err"
	is "${command%% *} after a new format: exit 1" $? 1
	like '... with one line that names both layouts' "$(cat "$T/err")" \
		"^bttbench: $ns: --(verify-)?state=$state: is of another layout, [0-9a-f-]{36}; the namespace has [0-9a-f-]{36}"
done

# data of others as a state file
truncate -s 64M "$T/other"
printf data | dd of="$T/other" bs=1 seek=1080 conv=notrunc status=none
cp "$T/other" "$T/before"
for command in "verify $ns --state=$T/other" "run $ns --set verify=stamp --set ops=10 --verify-state=$T/other"; do
	# shellcheck disable=SC2086 # a list of words
	not_ok "${command%% *} with a file that has no state" "$BTTBENCH" $command
	ok '... which keeps its data' cmp "$T/before" "$T/other"
done

plan_done
