#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench show: each kind of result is read back and printed as the run printed it; damaged files are one line.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
r=$T/r.json

# survives DESCRIPTION [RUN-ARG...]: text and JSON of `show` are those of the run, byte for byte
survives() {
	description=$1
	shift
	rm -f "$r"
	"$BTTBENCH" run --set ops=500 --set oversubscribe=1 --output="$r" --verbose "$@" >"$T/text" 2>"$T/err"
	ok "$description: there is a result" test -s "$r" || diag "$(cat "$T/err")"
	same_again '...'
}

# same_again DESCRIPTION: $r is read and printed as JSON like itself and as text like $T/text
same_again() {
	"$BTTBENCH" show --format=json "$r" >"$T/shown" 2>"$T/err" || diag "$(cat "$T/err")"
	same "$1 JSON" "$T/shown" "$r"
	"$BTTBENCH" show --verbose "$r" >"$T/shown"
	same "$1 text" "$T/shown" "$T/text"
}

for engine in btt raw null; do
	survives "engine=$engine" dram:16M --set engine=$engine --set threads=2
done
if command -v pmempool >/dev/null; then
	pmempool create blk 4096 --size=32M "$T/pool" >/dev/null || bail 'no pool'
	survives 'engine=pmemblk' "$T/pool" --set engine=pmemblk
fi
D=$(mktemp -d "$SRC/build/show.XXXXXX") || bail 'no folder on a disk'
truncate -s 16M "$D/file" || bail 'no file on a disk'
tap_cleanup() {
	rm -rf "$T" "$D"
}
survives 'engine=block' "$D/file" --set engine=block --set rw=randread --set ops=20
survives 'no job file' dram:16M
survives 'an open loop' dram:16M --set rate_iops=100k
survives 'an open loop that falls behind' dram:16M --set rw=randwrite --set rate_iops=1G
survives 'verify=stamp' dram:16M --set verify=stamp
survives 'repeats' dram:16M --set repeat=3
survives 'steady state' dram:16M --set steady_state=rounds:2,range:100,slope:100,max:4
survives 'no steady state' dram:16M --set steady_state=rounds:2,range:0,slope:0,max:3
survives 'a missed limit' dram:16M --set 'limit.read.p99<=1ns' --set 'limit.write.bw>=1k' --set percentiles=1,99
survives 'time series' dram:16M --set ops=0 --set runtime=100ms --set interval=10ms
for BTTBENCH_CLOCK in tsc-unordered monotonic; do
	export BTTBENCH_CLOCK
	survives "BTTBENCH_CLOCK=$BTTBENCH_CLOCK" dram:16M
done
unset BTTBENCH_CLOCK
for name in one 'two, "é"'; do
	"$BTTBENCH" format "$T/$name" --size=16M >/dev/null || bail 'no namespaces'
done
cat >"$T/two.job" <<END
[global]
ops=300
[a job, "quoted"]
namespace=$T/one
rw=randread
percentiles=50
[beside it]
namespace=$T/one
rw=write
placement=cpus:0
[third]
stonewall=1
namespace=$T/two, "é"
lanes=3
region=offset:25%,size:1M
precondition=age:2
buffer_compress_percentage=30
END
survives 'jobs and namespaces' "$T/two.job"
is '... both' "$(jq '[.namespaces, .job.sections, .runs | length] | tostring' -r "$r")" '[2,3,3]'

# ops that fail: the file is truncated under the job
if [ "${VARIANT:-}" != tsan ]; then
	"$BTTBENCH" format "$T/cut" --size=64M >/dev/null || bail 'no namespace'
	rm -f "$r"
	until_phase run "$BTTBENCH" run "$T/cut" --set runtime=1 --output="$r" --verbose --status-interval=20ms >"$T/text"
	truncate -s 32M "$T/cut"
	wait $pid
	ok 'ops that fail: there are some' jq -e '[.runs[].ops[].errnos[] | .count] | add > 0' "$r"
	same_again '...'
fi

# a signal
rm -f "$r"
until_phase run "$BTTBENCH" run dram:16M --set runtime=60 --output="$r" --verbose --status-interval=20ms >"$T/text"
kill -INT $pid
wait $pid
ok 'a run that was interrupted' is_interrupted
same_again '...'

# findings: a block that no verified run wrote
{ "$BTTBENCH" format "$T/stamps" --size=16M && "$BTTBENCH" run "$T/stamps" --set rw=write --set ops=500 --set verify=stamp &&
	yes | head -c 4096 | "$BTTBENCH" write "$T/stamps" --lba=3; } >/dev/null || bail 'no stamps'
survives 'findings' "$T/stamps" --set rw=read --set verify=stamp --set precondition=none
ok '... there are some' jq -e '.runs[0].verify.first | length > 0' "$r"

# several files, and standard input
cp "$r" "$T/bad.json"
"$BTTBENCH" run dram:16M --set ops=100 --set percentiles=50,99.5 --output="$T/a.json" >"$T/a" 2>/dev/null
"$BTTBENCH" run dram:16M --set ops=100 --set percentiles=10,50 --output="$T/b.json" >"$T/b" 2>/dev/null
{ cat "$T/a" && echo && cat "$T/b"; } >"$T/want"
"$BTTBENCH" show -v "$T/a.json" "$T/b.json" >"$T/shown"
same 'several files as text with -v: one after the other' "$T/want" "$T/shown"
"$BTTBENCH" show "$T/a.json" "$T/b.json" >"$T/shown"
is '... without -v: one table, a row for each job of each result' "$(grep -cE '^  [12] default .* +1 ' "$T/shown")" 2
is '... with a column for the key that differs' "$(awk '$1 == "result" && $2 == "percentiles" {print $3}' "$T/shown")" runs
"$BTTBENCH" show "$T/a.json" "$T/b.json" --format=csv >"$T/csv"
is '... as CSV: one header, the percentiles of all' \
	"$(sed -n 1p "$T/csv" | tr , '\n' | grep -E '^service_p[0-9]' | xargs)" 'service_p10_ns service_p50_ns service_p99.5_ns'
is '... and the rows of all, in columns' "$(python3 -c 'import csv, sys
for row in csv.DictReader(sys.stdin): print(row["run"], row["op"], row["service_p50_ns"], row["throttled_s"] is not None)' <"$T/csv")" \
	"$(jq -r '.id as $id | .runs[0].ops | to_entries[] | "\($id) \(.key) \(.value.service_ns.percentiles."50") True"' \
		"$T/a.json" "$T/b.json")"
"$BTTBENCH" show -v - "$T/b.json" <"$T/a.json" >"$T/shown"
same '- is standard input' "$T/want" "$T/shown"
for format in json fio-json bmf openmetrics hgrm; do
	"$BTTBENCH" show "$T/a.json" "$T/b.json" --format=$format >"$T/out" 2>"$T/err"
	is "two files as $format: exit 2, no output" "$?$(cat "$T/out")" 2
	like '... one line' "$(cat "$T/err")" "^bttbench: --format=$format: 2 results \\(allowed: one, or --format=text or csv\\)\$"
done
is 'the verdict does not change the exit code' "$("$BTTBENCH" show "$T/bad.json" >/dev/null; echo $?)" 0
"$BTTBENCH" show "$T/a.json" --format=hgrm >"$T/out" 2>"$T/err"
is 'a result with several distributions as hgrm: exit 1' "$?$(cat "$T/out")" 1
like '... one line that names the file' "$(cat "$T/err")" "^bttbench: $T/a.json: --format=hgrm: "
like 'runs that bmf leaves out are said' "$("$BTTBENCH" show "$T/bad.json" --format=bmf 2>&1 >/dev/null)" \
	"^bttbench: $T/bad.json: --format=bmf leaves out 1 of 1 runs\$"
jq -c . "$T/a.json" | "$BTTBENCH" show - --format=json >"$T/shown"
same 'a file that jq has rewritten is the same result' "$T/shown" "$T/a.json"

# refuses DESCRIPTION PATTERN ARG...: exit 1, no output, one line
refuses() {
	description=$1 pattern=$2
	shift 2
	"$BTTBENCH" show "$@" >"$T/out" 2>"$T/err"
	is "$description: exit 1, no output" "$?$(cat "$T/out")" 1
	one_line '... one line' "$T/err"
	like '... that names file and member' "$(cat "$T/err")" "$pattern"
}

x=$T/x.json
refuses 'no such file' "^bttbench: $x: No such file or directory\$" "$T/a.json" "$x"
refuses 'a directory' "^bttbench: $T: Is a directory\$" "$T"
: >"$x"
refuses 'an empty file' "^bttbench: $x: no JSON, or not all of it: line 1: " "$x"
head -c 3000 "$T/a.json" >"$x"
refuses 'a truncated file' "^bttbench: $x: no JSON, or not all of it: line [0-9]+: " "$x"
refuses 'a file that is no JSON' "^bttbench: $SRC/README.md: no JSON" "$SRC/README.md"
refuses 'foreign JSON' "^bttbench: .*: no result of bttbench \\(allowed: JSON with schema bttbench.result/1\\)\$" \
	"$SRC/results/bttbench.result-1.schema.json"
refuses 'binary data' "^bttbench: $BTTBENCH: no JSON" "$BTTBENCH"
head -c 100000 /dev/zero | tr '\0' '[' >"$x"
refuses 'deep nesting' "^bttbench: $x: no JSON.* depth" "$x"
# edit JQ: $x becomes the result with that change
edit() {
	jq "$1" "$T/a.json" >"$x"
}
edit '.schema = "bttbench.result/2"'
refuses 'a newer schema' "^bttbench: $x: schema: is bttbench.result/2 \\(allowed: bttbench.result/1\\)\$" "$x"
edit 'del(.runs[0].ops.read.count)'
refuses 'a missing member' "^bttbench: $x: runs\\[0\\].ops.read.count: missing\$" "$x"
edit '.runs[0].ops.read.iops = "fast"'
refuses 'a wrong type' "^bttbench: $x: runs\\[0\\].ops.read.iops: is \"fast\" \\(allowed: a number from 0, or null\\)\$" "$x"
edit '.runs[0].ops.read.service_ns.percentiles."50" += 1'
refuses 'a figure that does not follow' "^bttbench: $x: runs\\[0\\].ops.read.service_ns.percentiles.50: is [0-9]+ \\(allowed: " "$x"
edit '.job.sections[0].keys.rw = "sideways"'
refuses 'a bad value of a key' "^bttbench: $x: job.sections\\[0\\].keys.rw: " "$x"
edit '.job.sections[0].keys.size = "1"'
refuses 'an unknown key' "^bttbench: $x: job.sections\\[0\\].keys.size: " "$x"
edit '.runs = []'
refuses 'no runs' "^bttbench: $x: runs: is an array of 0 \\(allowed: an array of 1 or more\\)\$" "$x"
edit '.runs[0].new = 1'
refuses 'an unknown member' "^bttbench: $x: runs\\[0\\].new: unknown member " "$x"
sed 's/"id": .*/&\n"id": "again",/' "$T/a.json" >"$x"
refuses 'a member twice' "^bttbench: $x: no JSON.*: line [0-9]+: duplicate object key" "$x"

exits 'no file: exit 2' 2 "$BTTBENCH" show
like '... one line' "$("$BTTBENCH" show 2>&1)" '^bttbench: show: no FILE '
exits 'standard input twice: exit 2' 2 "$BTTBENCH" show - -
like 'an unknown format' "$("$BTTBENCH" show --format=xml "$T/a.json" 2>&1)" \
	'^bttbench: --format=xml: no such format \(allowed: text, json, csv, '
"$BTTBENCH" show "$T/a.json" >/dev/full 2>"$T/err"
is 'a full disk: exit 1' $? 1
like '... one line' "$(cat "$T/err")" '^bttbench: standard output: No space left on device$'

# size: a file with 2000 runs
jq '.runs = [range(2000) as $i | .runs[0] | .repeat = $i + 1]' "$T/a.json" >"$x"
is "2000 runs ($(($(wc -c <"$x") >> 20)) MB) are read" "$(timeout 60 "$BTTBENCH" show "$x" --format=csv | wc -l)" 6001

plan_done
