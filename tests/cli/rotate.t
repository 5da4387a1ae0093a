#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# rotate=N: each lane writes N free blocks in turn. Results say so, their counts fit, data stays right, and other values are
# refused.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

export PMEM_IS_PMEM_FORCE=1
ns=$T/ns
"$BTTBENCH" format "$ns" --size=32M --nfree=40 >"$T/out" 2>&1
run() {
	run_once "$ns" --set lanes=4 --set rw=randwrite --set precondition=none --set runtime=0 "$@"
}
get() {
	jq -c "$1" "$result"
}

for commit in two-fence strict; do
	for rotate in 1 2 7 10; do
		name="$commit, rotate=$rotate"
		ok "$name: runs" run --set commit=$commit --set rotate=$rotate --set ops=1000
		is '... the result says so' "$(get '[.job.sections[0].keys.rotate, .runs[0].layout.rotate]')" "[\"$rotate\",$rotate]"
		# the first round needs no scan with rotate above 1
		is '... one scan serves so many writes' "$(get .runs[0].btt.scans)" $((rotate == 1 ? 1000 : (999 - rotate) / rotate + 1))
		is '... the fences stay' "$(get '.runs[0].btt.fences / 1000')" "$([ $commit = strict ] && echo 4 || echo 2)"
		ok '... the layout is consistent' "$BTTBENCH" check "$ns"
	done
done
ok 'the result fits the schema' jsonschema -i "$result" "$SRC/results/bttbench.result-1.schema.json"
ok '... and reads back as it was written' [ "$("$BTTBENCH" show --format=json "$result" | jq -cS .)" = "$(jq -cS . "$result")" ]
"$BTTBENCH" show "$result" >"$T/text"
like '... the text names it' "$(xargs <"$T/text")" 'tracking: on; rotate: 10 free blocks for each lane'
like '... and counts scans' "$(xargs <"$T/text")" 'scans 99 0.099'
ok 'one lane: no scans' run --set lanes=1 --set rotate=8 --set ops=100
is '... none' "$(get .runs[0].btt.scans)" 0

for rotate in 3 10; do
	ok "verified blocks, workers that share lanes, rotate=$rotate" run --set rw=randrw --set rwmix=read:50,write:45,zero:5 --set rotate=$rotate \
		--set threads=8 --set oversubscribe=1 --set ops=2000 --set verify=stamp --set region=size:64K
	is '... every block was right' "$(get '[.verdict.status, .runs[0].verify.layout_consistent, ([.runs[0].verify.counts[]] | add)]')" '["valid",true,0]'
done

run --set rotate=11 --set ops=1
is 'more than the share of a lane: exit 1' $? 1
is '... one line' "$(cat "$T/err")" "bttbench: $ns: --set rotate=11: 4 lanes share the 40 free blocks of an arena (allowed: at most 10)"
printf '[a]\nrotate=2\n[b]\n' >"$T/two.job"
"$BTTBENCH" run "$T/two.job" dram:16M >"$T/out" 2>"$T/err"
is 'jobs that run together have one rotate: exit 2' $? 2
like '... the message names it' "$(cat "$T/err")" "job 'b'.*: job 'a', which runs together with it, has rotate=2"

"$BTTBENCH" sweep dram:64M --vary=rotate=1,2,4 --vary=lanes=2,64 --set rw=randwrite --set ops=200 --set runtime=0 --repeat=1 --output="$result" \
	>"$T/out" 2>&1
is 'rotate can be swept' "$(get '[.runs[] | select(.layout.lanes == 2)] | sort_by(.layout.rotate) | [.[] | [.point.rotate, .btt.scans]]')" \
	'[["1",200],["2",99],["4",49]]'

for rotate in 1 4; do
	"$BTTBENCH" run dram:16M --set rw=randwrite --set ops=300 --set repeat=2 --set rotate=$rotate --output="$T/$rotate.json" >/dev/null 2>&1
done
"$BTTBENCH" compare "$T/1.json" -- "$T/4.json" >"$T/out" 2>"$T/err"
like 'compare: runs with another rotate are another job' "$(cat "$T/err")" "job 'default': rotate=4, not rotate=1"

plan_done
