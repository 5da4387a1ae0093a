#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# clock.t -- the clock of a run: what it is and how fine it is, which times it can attribute, the cost of the harness.
. "$SRC/tests/cli/tap.sh"

# run CLOCK RWMIX: the result is in $T/json
run() {
	BTTBENCH_CLOCK=$1 "$BTTBENCH" run dram:16M --set rw=randrw --set "rwmix=$2" --set ops=20k --format=json \
		>"$T/json" 2>"$T/err"
}

run '' read:50,write:50
ok 'the default clock is ordered' jq -e '.clock.source | IN("tsc-ordered", "monotonic_raw")' "$T/json"
ok '... its instructions and its step are known' \
	jq -e '.clock | .step_ns > 0 and (.instructions | length) > 0' "$T/json"
ok '... reads and writes have their own times' jq -e '[.runs[0].ops.read, .runs[0].ops.write]
	| all(.service_ns.percentiles["50"] > 0)' "$T/json"
ok 'no time has more digits than the clock' jq -e '(if .clock.step_ns < 10 then 1 elif .clock.step_ns < 100 then 10 else 100 end) as $unit
	| [.runs[0].ops[].service_ns | values | .min, .max, .percentiles[], (.histogram.buckets[] | .[0], .[1])]
	| length > 10 and all(. % $unit == 0)' "$T/json"
if [ "$(jq -r .clock.source "$T/json")" != tsc-ordered ]; then
	skip_all 'no TSC'
fi

run tsc-unordered read:50,write:50
ok 'an unordered clock in a mix: exit 0' is_done $? "$T/json"
ok '... counts and IOPS are there' jq -e '[.runs[0].ops.read, .runs[0].ops.write] | all(.count > 0 and .iops > 0)' "$T/json"
ok '... no kind has times' jq -e '[.runs[0].ops[].service_ns] | all(. == null)' "$T/json"
ok '... and the verdict says why' jq -e '.verdict.reasons | any(test("^clock: tsc-unordered .*not attributable"))' "$T/json"
for format in csv fio-json bmf openmetrics hgrm-read text; do
	BTTBENCH_CLOCK=tsc-unordered "$BTTBENCH" run dram:16M --set rw=randrw --set rwmix=read:50,write:50 --set ops=20k \
		--format=$format --output="$T/json" >"$T/$format" 2>"$T/err"
	ok "... $format is written" is_done $? "$T/json"
done
unlike '... text has no latency' "$(grep '^ *latency' "$T/text")" .
is '... csv has empty fields' "$(perl -MText::ParseWords -ne 'chomp; @f = quotewords(",", 0, $_); @n = @f if $. == 1;
	for (0 .. $#n) { print "$n[$_] " if $. > 1 && $n[$_] =~ /^service_/ && length $f[$_] }' "$T/csv")" ''
ok '... fio-json has no percentile' jq -e '.jobs[0] | [.read, .write] | all(.clat_ns | .N == 0 and .percentile == null)' "$T/fio-json"
ok '... bmf has throughput and no latency' jq -e '[.[] | keys] == [["throughput"], ["throughput"]]' "$T/bmf"
unlike '... openmetrics has no quantile' "$(cat "$T/openmetrics")" 'quantile='
unlike '... hgrm has no percentile' "$(cat "$T/hgrm-read")" '0\.9'

BTTBENCH_CLOCK=tsc-unordered "$BTTBENCH" run dram:16M --set rw=randrw --set rwmix=read:50,write:50 --set runtime=1h \
	--set limit.read.p99='<=1s' >"$T/out" 2>"$T/err"
is '... a limit on a latency is refused before the load' $? 1
one_line '... in one line' "$T/err"
like '... that says what is allowed' "$(cat "$T/err")" 'limit.read.p99: not with BTTBENCH_CLOCK=tsc-unordered .*\(allowed: '

run tsc-unordered read:100,write:0
ok 'with one kind of op an unordered clock has times' jq -e '.runs[0].ops.read.service_ns.percentiles["50"] > 0
	and (.verdict.reasons | any(test("unordered")) | not)' "$T/json"

cat >"$T/job" <<'J'
[global]
engine=null
ops=1000
stonewall
[seq]
rw=rw
latency_every=1000
[zipf]
rw=randrw
pattern=zipf:0.99
J
"$BTTBENCH" run "$T/job" dram:16M --format=json >"$T/json" 2>"$T/err"
ok 'each job has the cost of its own harness' jq -e '.runs[0].harness_ns_per_op < .runs[1].harness_ns_per_op
	and .harness_ns_per_op == .runs[0].harness_ns_per_op' "$T/json"
plan_done
