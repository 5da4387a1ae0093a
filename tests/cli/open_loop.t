#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench run with rate_iops: the schedule, and the effect of a stall on response and service times.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"

result=$T/r.json
schema=$SRC/results/bttbench.result-1.schema.json

# run ARG...: runs a job; $result has its result, valid or not
run() {
	"$BTTBENCH" run --format=json "$@" >"$result" 2>"$T/err"
	[ -s "$result" ] || { cat "$T/err"; return 1; }
}

# holds FILTER: the filter is true for the result
holds() {
	jq -e "$1" "$result" || { jq -c '.runs[0].pace, .verdict' "$result"; return 1; }
}

ok 'a closed loop' run dram:16M --set ops=1000
ok '... has no schedule and no response times' holds '.runs[0] | .pace == null and all(.ops[]; .response_ns == null)'

for arrival in linear poisson; do
	ok "1000 ops at 10000 a second, $arrival" run dram:16M --set ops=1000 --set rate_iops=10k --set arrival=$arrival
	ok '... all of them are done' holds '[.runs[0].ops[].count] | add == 1000'
	# 1000 gaps take 0.1 s; the sum of exponential gaps varies by 1 / sqrt(1000) of it, here 5 deviations
	ok '... and take no less time than their schedule' holds '.runs[0].elapsed_s > 0.084'
	ok '... each in both histograms' holds '.runs[0].ops | all(.[] | select(.count > 0);
		[.service_ns, .response_ns] | all(.[]; ([.histogram.buckets[][2]] | add) + .histogram.over > 0)
			and ([.[] | [.histogram.buckets[][2]] | add] | unique | length == 1))'
	ok '... a response is never shorter than its service' holds '.runs[0].ops | all(.[] | select(.count > 0);
		.response_ns.mean >= .service_ns.mean and .response_ns.max >= .service_ns.max)'
	ok '... the schema describes it' jsonschema -i "$result" "$schema"
done
ok '1000 ops at a rate that is too high' run dram:16M --set rw=randwrite --set rate_iops=1G --set ops=1000
ok '... is invalid, although all ops are done' holds '.verdict.status == "invalid"
	and (.runs[0] | .ops.write.count == 1000 and .pace.unstarted == 0)'
ok 'arrival= does not change the ops' run dram:16M --set ops=5000 --set rate_iops=1M --set arrival=poisson
counts=$(jq -c '[.runs[0].ops[].count]' "$result")
ok '... nor does rate_iops=' run dram:16M --set ops=5000
is '... the same number of each kind' "$(jq -c '[.runs[0].ops[].count]' "$result")" "$counts"

# Two threads with 10 ops a second each: together one op every 50 ms, so no step of 10 ms has two. A busy machine may
# delay some.
ok 'two threads, 10 ops a second each' run dram:16M --set rw=randread --set threads=2 --set oversubscribe=1 --set rate_iops=10 \
	--set runtime=2s --set interval=10ms
ok '... take turns' holds '[.runs[0].intervals[] | [.ops[]] | add | select(. > 0)]
	| length > 30 and ([.[] | select(. > 1)] | length) < length / 5'

# a worker that sleeps before each of 100 ops has 100 voluntary switches; fewer if the machine is busy
switches='.runs[0].workers | map(.voluntary_switches)'
ok '200 ops a second' run dram:16M --set rw=randread --set rate_iops=200 --set runtime=500ms
ok '... the thread spins' holds "$switches | max < 5"
ok '20 ops a second' run dram:16M --set rw=randread --set rate_iops=20 --set runtime=500ms
ok '... the thread sleeps, and spins for 10 ms before each' holds "($switches | min > 5) and (.runs[0].workers[0]
	| .user_s + .system_s > 0.02)"
ok '200 ops a second by each of two threads on one CPU' run dram:16M --set rw=randread --set rate_iops=200 --set runtime=500ms \
	--set threads=2 --set oversubscribe=1 --set placement=cpus:"$(first_cpu)"
ok '... they sleep' holds "$switches | min > 20"

# 4 KiB can't be copied and made durable within the nanosecond per op of this rate
ok 'a rate that cannot be met' run dram:16M --set rw=randwrite --set rate_iops=1G --set runtime=200ms
ok '... makes the result invalid' holds '.verdict | .status == "invalid" and (.reasons | tostring | test("rate_iops"))'
ok '... and reports the due and unstarted ops' holds '.runs[0] | .pace.unstarted as $left |
	(($left + .ops.write.count) / ([.elapsed_s, 0.2] | min) / 1e9 - 1 | fabs) < 1e-3'
ok '... and response times grow up to the length of the phase' holds '.runs[0] |
	.ops.write.response_ns.max > .elapsed_s * 0.9e9'
"$BTTBENCH" run dram:16M --set rw=randwrite --set rate_iops=1G --set runtime=100ms >"$T/out" 2>&1
is '... and the exit code is 4' $? 4

# The process is stopped for half a second at 10000 ops per second. Of the 30000 ops of 3 s, 5000 become due during the
# stop; their waits are evenly spread from the whole stop down to nothing. The longest 0.1 % of all ops are 30: so
# the response p99.9 is the stop less 30 / 10000 s. At most one op is in service when the process stops, far fewer
# than 30: the service p99.9 does not show the stop.
until_phase run "$BTTBENCH" run dram:16M --set rw=randread --set rate_iops=10k --set runtime=3s --status-interval=100ms --format=json \
	>"$result"
from=$(date +%s%N)
kill -STOP $pid
sleep 0.5
kill -CONT $pid
stopped_ms=$((($(date +%s%N) - from) / 1000000))
wait $pid
diag "stopped for up to $stopped_ms ms: $(jq -c '.runs[0].ops.read | [.service_ns, .response_ns]
	| map(.percentiles["99.9"])' "$result") ns p99.9 of service and response"
ok "stopped for 0.5 s: response p99.9 is at least the stop less 3 ms and the time to stop" \
	holds '.runs[0].ops.read.response_ns.percentiles["99.9"] > 480e6'
ok '... and at most the stop and the 5000 ops after it' \
	holds ".runs[0].ops.read.response_ns.percentiles[\"99.9\"] < ($stopped_ms + 60) * 1e6"
ok '... service p99.9 does not show the stop' holds '.runs[0].ops.read.service_ns.percentiles["99.9"] < 20e6'
ok '... and no op was skipped' holds '.runs[0] | .ops.read.count + .pace.unstarted - ([.elapsed_s, 3] | min) * 1e4 | fabs < 2'

plan_done
