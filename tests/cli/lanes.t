#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# lanes below threads: workers share lanes; flavour, nfree and bs against a layout; each run has its own layout.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"

# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

export PMEM_IS_PMEM_FORCE=1
ns=$T/ns
"$BTTBENCH" format "$ns" --size=32M --nfree=300 >"$T/out" 2>&1
get() {
	jq -c "$1" "$result"
}

ok 'four workers on two lanes' run "$ns" --set threads=4 --set oversubscribe=1 --set lanes=2 --set verify=stamp \
	--set rw=randrw --set ops=3000 --set runtime=60
is '... with correct blocks and a consistent layout' "$(get '[.verdict.status, .runs[0].verify.layout_consistent]')" '["valid",true]'
is '... two lanes are open' "$(get '.runs[0].layout.lanes')" 2
is '... each has two workers' "$(get '[.runs[0].workers[].lane]')" '[0,1,0,1]'
is '... all ops are done' "$(get '[.runs[0].ops[].count] | add')" 12000
ok 'one lane for two workers is contended' run "$ns" --set threads=2 --set oversubscribe=1 --set lanes=1 --set rw=randwrite \
	--set runtime=500ms
ok '... and the waits are counted' [ "$(get '.runs[0].btt.lane_waits')" -gt 0 ]
is '... a write has two fences, whoever does it' "$(get '.runs[0] | (.btt.fences / .ops.write.count * 100 | round)')" 200

# per_write THREADS: fences, flushed lines and stored bytes of a write by workers on two lanes
per_write() {
	run "$ns" --set threads="$1" --set oversubscribe=1 --set lanes=2 --set rw=randwrite --set partition=thread --set ops=3000 \
		--set runtime=0 --set precondition=fill
	get '.runs[0] | .ops.write.count as $n | .btt | [.fences, .lines_flushed, .bytes_stored] | map(. / $n | round)'
}
alone=$(per_write 2)
like 'a write by one of two workers on two lanes has two fences' "$alone" '^\[2,[0-9.]+,[0-9.]+\]$'
is '... and no more with four workers on them' "$(per_write 4)" "$alone"
ok 'a lane for each worker' run "$ns" --set threads=2 --set oversubscribe=1 --set runtime=100ms
is '... nobody waits for a lane' "$(get '.runs[0].btt.lane_waits')" 0
ok 'more lanes than workers' run "$ns" --set threads=1 --set lanes=300 --set runtime=100ms
is '... all are open' "$(get '.runs[0].layout.lanes')" 300

# refused WORDS OPTION...
refused() {
	words=$1
	shift
	run "$ns" "$@" >"$T/out"
	is "$*: exit 1" $? 1
	like '... with the value of the layout' "$(cat "$T/err")" "^bttbench: $ns: --set $words"
}
refused "flavour=pmdk: not this layout's \(uefi\)" --set flavour=pmdk
refused "nfree=256: not this layout's \(300\)" --set nfree=256
refused "bs=512: not this layout's \(4096\)" --set bs=512
ok 'the flavour of the layout is accepted' run "$ns" --set flavour=uefi --set ops=1

cat >"$T/vary.job" <<'J'
[global]
ops=10
stonewall=1
[a]
nfree=300
bs=512
[b]
nfree=512
flavour=kernel
bs=4k
[c]
nfree=512
flavour=kernel
bs=4k
J
ok 'jobs on dram: with layouts of their own' run "$T/vary.job" dram:64M
is '... each run has its own' "$(get '[.runs[].layout | [.flavour, .nfree, .lbasize]]')" \
	'[["uefi",300,512],["kernel",512,4096],["kernel",512,4096]]'
ok '... the result fits the schema' jsonschema -i "$result" "$SRC/results/bttbench.result-1.schema.json"
"$BTTBENCH" run "$T/vary.job" dram:64M >"$T/out"
is '... the text has each layout where it changes' "$(grep '^layout' "$T/out" | grep -o 'nfree [0-9]*' | tr '\n' ' ')" 'nfree 300 nfree 512 '

plan_done
