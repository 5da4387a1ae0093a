#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench run: the figures behind the verdict, in text, JSON and CSV; rounds before the steady window; and runs that are
# disturbed.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

# measure FORMAT ARG...: one run, valid or not, with that format in $T/FORMAT and JSON in $result
measure() {
	format=$1
	shift
	"$BTTBENCH" run dram:16M --output="$result" --format="$format" "$@" >"$T/$format" 2>"$T/err"
	[ -s "$result" ] || { cat "$T/err" && return 1; }
}

# column NAME: the column of all rows of the CSV
column() {
	python3 -c 'import csv, sys
for row in csv.DictReader(open(sys.argv[2], newline="")): print(row[sys.argv[1]])' "$1" "$T/csv"
}

# rounds before the steady window: no series of three has a range of 0, so there are five rounds, and the last three are the window
steady='steady_state=rounds:3,range:0,slope:0,max:5'
ok 'five repeats' measure json --set rw=randrw --set ops=3000 --set seed=7 --set repeat=5
counts=$(result '[.runs[] | [.repeat, .ops.read.count]] | tojson')
ok 'five rounds' measure csv --set rw=randrw --set ops=3000 --set seed=7 --set $steady
is '... are all in the result, each with the ops of its own seed' "$(result '[.runs[] | [.repeat, .ops.read.count]] | tojson')" "$counts"
is '... the first two are marked' "$(result '[.runs[].settling] | tojson')" '[true,true,false,false,false]'
ok '... the schema describes it' jsonschema -i "$result" "$SRC/results/bttbench.result-1.schema.json"
is '... also in CSV' "$(column settling | uniq -c | xargs)" '6 1 9 0'
is '... where the repeats have their numbers' "$(column repeat | uniq | xargs)" '1 2 3 4 5'
measure text --set rw=randrw --set ops=3000 --set seed=7 --set $steady
like '... the text has medians of the last three' "$(cat "$T/text")" "medians of the last 3 rounds"
like '... and one line about the others' "$(cat "$T/text")" '^settling +rounds 1 to 2 came before'
unlike '... no reason is about them' "$(result '.verdict.reasons[]')" 'round [12]:'
measure fio-json --set rw=randread --set ops=3000 --set $steady
is '... fio-json has three jobs' "$(jq '.jobs | length' "$T/fio-json")" 3
measure openmetrics --set rw=randread --set ops=3000 --set $steady
is '... openmetrics has three repeats' "$(grep -o 'repeat="[0-9]*"' "$T/openmetrics" | sort -u | xargs)" 'repeat=3 repeat=4 repeat=5'
measure hgrm --set rw=randread --set ops=3000 --set $steady
like '... hgrm has the ops of three rounds' "$(cat "$T/hgrm")" 'Total count += +9000'
measure bmf --set rw=randread --set ops=3000 --set $steady
like '... bmf leaves out the three of the window, which are inconclusive' "$(cat "$T/err")" 'leaves out 3 of 3 runs'
measure json --set rw=randread --set ops=3000 --set $steady --set 'limit.read.iops >= 900M'
like '... a limit is checked in three of them' "$(result '.verdict.reasons[]')" 'missed in 3 of 3 runs'

# the figures: text, JSON and CSV of one run
ok 'a run with two workers' measure csv --set threads=2 --set oversubscribe=1 --set runtime=200ms
for figure in tracking:.layout.tracking settling:.settling; do
	is "CSV: ${figure%%:*} equals the JSON" "$(column "${figure%%:*}" | sort -u)" "$(result ".runs[0] | ${figure#*:} | if . then 1 else 0 end")"
done
for figure in asked_s:.asked_s elapsed_s:.elapsed_s cpu_share:'[.workers[].cpu_share]|min' \
	voluntary_switches:'[.workers[].voluntary_switches]|add' involuntary_switches:'[.workers[].involuntary_switches]|add' \
	strays:'[.workers[].strays]|add' steal_s:.disturbance.steal_s throttled_s:.disturbance.throttled_s \
	idle_zeroes:.btt.idle_zeroes zero_reads:.btt.zero_reads; do
	ok "CSV: ${figure%%:*} equals the JSON" jq -e --arg cell "$(column "${figure%%:*}" | sort -u)" \
		".runs[0] | ${figure#*:} | if . == null then \$cell == \"\" else . - (\$cell | tonumber) | fabs < 1e-12 end" "$result"
done
is 'JSON: the length that was asked for' "$(result '.runs[0].asked_s')" 0.2
measure text --set runtime=200ms
like 'text: the length of the phase and the share of its workers' "$(cat "$T/text")" \
	'^phase +[0-9.]+ms of 200ms asked, CPU share at least [0-9.]+%'
phase=$(sed -n '/^phase /,/^[^ ]/p' "$T/text" | xargs)
like '... context switches, strays, steal and throttled time' "$phase" \
	'context switches [0-9]+ voluntary [0-9]+ involuntary, strays [0-9]+, steal [^ ]+, throttled [^ ]+'
measure text --set ops=100 --set runtime=0
like '... a run without a length' "$(cat "$T/text")" '^phase +[0-9.]+[mun]*s until the ops were done'
is '... has none in the JSON' "$(result '.runs[0].asked_s')" null

# one lane and several
for case in '1 1 false' '2 2 true' '1 2 true'; do
	# shellcheck disable=SC2086 # three words
	set -- $case
	measure csv --set ops=100 --set threads="$1" --set lanes="$2" --set oversubscribe=1
	is "threads=$1 lanes=$2: tracking" "$(result '.runs[0].layout.tracking')" "$3"
done
measure text --set ops=100
like 'text: the tracking of one lane' "$(xargs <"$T/text")" 'tracking: off \(one lane\)'
measure csv --set ops=100 --set engine=raw
is 'an engine without a BTT: no tracking' "$(column tracking | sort -u)" ''

# fences: the workaround of libpmem changes the report and not the counter
if [ "$(uname -m)" = x86_64 ]; then
	for on in 0 1; do
		PMEM_AVX512F=0 PMEM_NO_FLUSH=0 PMEM_WC_WORKAROUND=$on measure text --set rw=randwrite --set ops=100
		like "PMEM_WC_WORKAROUND=$on: the result says so" "$(result .host.libpmem.wc_workaround)" \
			"^$([ $on = 1 ] && echo on || echo off) \\(PMEM_WC_WORKAROUND=$on\\)\$"
		like '... the text too' "$(xargs <"$T/text")" "write-combining workaround o(n|ff) \\(PMEM_WC_WORKAROUND=$on\\)"
		is '... and the protocol has two fences a write' "$(result '.runs[0].btt.per_op.fences')" 2
		like '... which the text calls its own' "$(cat "$T/text")" '^  protocol fences +200 +2 '
	done
fi

# too few ops for a percentile
measure json --set rw=randread --set ops=50 --set percentiles=50,99
like '50 ops: p99 is the slowest one' "$(result '.verdict.reasons[]')" \
	'^from p99 on, each percentile of read is the slowest op: 50 ops were timed, p99 needs 1000$'
is '... which does not make the run invalid' "$(result .verdict.status)" valid
measure json --set rw=randread --set ops=500 --set percentiles=50,99
like '500 ops: fewer than 10 slower ones' "$(result '.verdict.reasons[]')" '^p99 of read rests on fewer than 10 slower ops: 500 '

# response times of a rate that cannot be met
ok 'a rate that cannot be met' measure csv --set rw=randwrite --set rate_iops=1G --set runtime=100ms --set percentiles=50,99
is '... response times are lower bounds from the lowest percentile on' \
	"$(result '.runs[0].pace.lower_bound_from') $(column response_lower_bound_from)" '50 50'
is '... ops that were due and not started' "$(column unstarted)" "$(result '.runs[0].pace.unstarted')"
measure text --set rw=randwrite --set rate_iops=1G --set runtime=100ms --set percentiles=50,99
like '... marked in the text' "$(cat "$T/text")" '^ +response +[^ ]+ +>=[^ ]+ +>=[^ ]+ +>=[^ ]+$'
measure csv --set rw=randread --set ops=1000 --set rate_iops=10k
is 'all ops done: no lower bound' "$(result '.runs[0].pace | [.unstarted, .lower_bound_from] | tojson')" '[0,null]'

# another task on the CPU of the worker takes it several times a second; the worker of this open loop does not sleep
measure json --set ops=10
cpu=$(result '.runs[0].workers[0].cpu')
taskset -c "$cpu" sh -c 'while :; do :; done' &
disturber=$!
measure json --set rate_iops=200k --set runtime=1s --set placement=cpus:"$cpu"
kill $disturber
wait $disturber 2>"$T/err"
diag "switches of a disturbed worker: $(result '.runs[0].workers[0].involuntary_switches')"
like 'a disturbed open loop: the switches are noted' "$(result '.verdict.reasons[]')" \
	'^other tasks took the CPU of worker 0 [0-9]+ times, [0-9]+ times a second \(noted beyond 10\)$'

plan_done
