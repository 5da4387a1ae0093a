#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench merge: sums are exact, unlike results are refused, hosts that stand out are named with their figure.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
cd "$T" || bail 'no folder'

# measure FILE ARG...: a result
measure() {
	file=$1
	shift
	"$BTTBENCH" run --output="$file" --set oversubscribe=1 "$@" >/dev/null 2>"$T/err" || [ $? -ge 3 ] || bail "$(cat "$T/err")"
}

# host NAME FILE NEW [FILTER]: NEW is the result of FILE from another host, as if measured there; valid, without reasons
host() {
	jq --arg name "$1" ".verdict = {status: \"valid\", reasons: []} | .runs[].status = \"valid\" | .host.hostname = \$name | .id = \"20261126T000000Z-\" + \$name | ${4:-.}" "$2" >"$3"
}

# sums NAME MERGED PART...: a test
sums() {
	description=$1
	shift
	ok "$description" python3 "$SRC/tests/cli/sum.py" "$@"
}

# the sum of three hosts
for i in 1 2 3; do
	measure r$i.json dram:16M --set ops=3000 --set threads=2 --set repeat=2 --set rwmix=read:50,write:30,zero:20
	host n$i r$i.json h$i.json
done
"$BTTBENCH" merge h1.json h2.json h3.json -o m.json >text 2>err
is 'three hosts: exit 0, no message' "$?$(cat err)" 0
sums '... every counter, bucket and rate is the sum' m.json h1.json h2.json h3.json
"$BTTBENCH" show m.json --format=json >again
same '... it is read back and written again' again m.json
ok '... it follows the schema' python3 -W ignore -m jsonschema -i m.json "$SRC/results/bttbench.result-1.schema.json"
is '... the hosts are listed' "$(jq -r '[.hosts[].name] | join(" ")' m.json)" 'n1 n2 n3'
is '... each with its start' "$(jq -c '[.hosts[].started_at]' m.json)" "$(jq -sc '[.[].started_at]' h1.json h2.json h3.json)"
is '... and its environment' "$(jq -c '[.hosts[].host]' m.json)" "$(jq -sc '[.[].host]' h1.json h2.json h3.json)"
is '... the result starts with the first' "$(jq -r .started_at m.json)" "$(jq -rs 'map(.started_at) | min' h1.json h2.json h3.json)"
is '... workers name their host' "$(jq -c '[.runs[0].workers[] | .host]' m.json)" '[1,1,2,2,3,3]'
like '... text: a row for each host' "$(cat text)" '^  n3 +valid '
like '... and the verdict' "$(cat text)" '^verdict '
like 'show prints the hosts' "$("$BTTBENCH" show m.json)" '^  n2 +valid '
like '... and the host of each worker' "$("$BTTBENCH" show --verbose m.json)" '^  2 +n2 +0 '
ok 'report makes a page' "$BTTBENCH" report m.json --no-plots -o m.html
ok '... with a table of the hosts' grep -q '<th scope="row">n3</th><td>Valid</td>' m.html
for format in csv fio-json bmf openmetrics; do
	ok "show --format=$format" "$BTTBENCH" show --format=$format m.json
done
is 'fio-json: the bytes of all hosts' "$("$BTTBENCH" show --format=fio-json m.json | jq '[.jobs[].write.io_bytes] | add')" \
	"$("$BTTBENCH" show --format=json m.json | jq '[.runs[].ops.write.count] | add * 4096')"
"$BTTBENCH" merge h1.json h2.json h3.json -o - >stdout 2>err
is '-o - prints the document alone' "$(jq -r .schema stdout)" bttbench.result/1
ok 'one result alone' "$BTTBENCH" merge h1.json -o one.json
sums '... is its own sum' one.json h1.json

# merged results can be merged
"$BTTBENCH" merge h1.json h2.json -o m12.json >/dev/null
"$BTTBENCH" merge m12.json h3.json -o m123.json >/dev/null
sums 'a merged result and a third one: the sum of three' m123.json h1.json h2.json h3.json
close='del(.id) | walk(if type == "number" then . * 1e6 | round / 1e6 else . end)'
is '... the same document' "$(jq -S "$close" m123.json | md5sum)" "$(jq -S "$close" m.json | md5sum)"

# one process that does the ops of three
cat >three.job <<END
[global]
rw=randrw
rwmix=read:60,write:40
seed=7
ops=4000
stonewall=1
[a]
namespace=$T/n1
[b]
namespace=$T/n2
[c]
namespace=$T/n3
END
format() {
	for i in 1 2 3; do
		"$BTTBENCH" format "$T/n$i" --size=16M --force >/dev/null 2>&1 || bail 'no namespaces'
	done
}
format
measure three.json three.job
format
for i in 1 2 3; do
	measure s$i.json "$T/n$i" --set rw=randrw --set rwmix=read:60,write:40 --set seed=7 --set ops=4000
done
"$BTTBENCH" merge s1.json s2.json s3.json -o s.json >/dev/null
work='[.runs[] | [.ops.read.count, .ops.write.count, .btt.fences, .btt.lines_flushed, .btt.bytes_stored]] | transpose | map(add)'
is 'three processes did what one process did' "$(jq -c "$work" s.json)" "$(jq -c "$work" three.json)"
is '... on namespaces of other names, which are listed' "$(jq -r '.namespaces[0].spec' s.json)" "$T/n1,$T/n2,$T/n3"
is '... the sources of a node and the modules are facts of a host, and of no merged namespace' \
	"$(jq -c '.namespaces[0] | [.nodes.kernel, .nodes.cxl, .nodes.target, .modules]' s.json)" '[null,[],null,[]]'
is '... each with its host' "$(jq -r '[.hosts[].namespaces[0].spec] | join(",")' s.json)" "$T/n1,$T/n2,$T/n3"
is '... with the facts that all share, and none that the parts do not have' \
	"$(jq -c '.namespaces[0] | [.file_system, .map_sync, .nodes.kernel]' s.json)" "[\"$(findmnt -n -o FSTYPE -T "$T" | head -n 1)\",false,null]"
jq '.namespaces[0] |= (.file_system = "other" | .map_sync = true | .node = 7 | .page_bytes = 8192) | .namespace = .namespaces[0]
	| .clock.cost_ns = 1e6 | .clock.calibration_error_ppm = 0' s2.json >f2.json
"$BTTBENCH" merge s1.json f2.json s3.json --output=f.json >/dev/null 2>&1
is '... and null for a fact that differs' "$(jq -c '.namespaces[0] | [.file_system, .map_sync, .node, .node_source, .page_bytes]' f.json)" \
	'[null,null,null,null,null]'
is '... the clock has the largest cost and error' "$(jq -c '.clock | [.cost_ns, .calibration_error_ppm]' f.json)" \
	"$(jq -sc '[1e6, (map(.clock.calibration_error_ppm) | max)]' s1.json s3.json)"
is '... results of one host have numbers' "$(jq -r '[.hosts[].name | sub(".*/"; "/")] | join(" ")' s.json)" '/1 /2 /3'
jq ".job.sections[0].keys.namespace = \"$T/n1\" | .job.sections[0].given |= [\"namespace\"] + ." s1.json >k1.json
jq ".job.sections[0].keys.namespace = \"$T/n2\" | .job.sections[0].given |= [\"namespace\"] + ." s2.json >k2.json
"$BTTBENCH" merge k1.json k2.json -o k.json >/dev/null
is 'a key namespace that differs is left out' "$(jq -c '.job.sections[0] | [.keys.namespace, (.given | index("namespace"))]' k.json)" \
	'["default",null]'
"$BTTBENCH" show k.json --format=json >again
same '... it is read back' again k.json

# several jobs
cat >jobs.job <<END
[global]
namespace=dram:16M
rw=randread
ops=300
stonewall=1
[first]
[second]
END
for i in 1 2 3; do
	measure j.json jobs.job
	host n$i j.json j$i.json ".runs[0].ops.read.iops = 1000$i | .runs[1].ops.read.iops = 2000$i"
done
"$BTTBENCH" merge j1.json j2.json -o j12.json >/dev/null
"$BTTBENCH" merge j12.json j3.json -o j.json >/dev/null
is 'several jobs: each host has the figures of each job' \
	"$(jq -c '[.hosts[].figures[] | select(.metric == "iops") | [.job, .value]]' j.json)" \
	'[["first",10001],["second",20001],["first",10002],["second",20002],["first",10003],["second",20003]]'
is '... the sum of each' "$(jq -c '[.runs[] | [.job, .ops.read.iops]]' j.json)" '[["first",30006],["second",60006]]'

# open loop, time series, steady state, verification
for i in 1 2; do
	measure p$i.json dram:16M --set rate_iops=20k --set runtime=300ms --set interval=100ms --set verify=stamp
done
"$BTTBENCH" merge p1.json p2.json -o p.json >/dev/null
sums 'response times are sums' p.json p1.json p2.json
is '... the rate asked for is the sum' "$(jq '.runs[0].pace.target_iops | round' p.json)" 40000
is '... blocks that were verified' "$(jq .runs[0].verify.swept p.json)" "$(jq -s 'map(.runs[0].verify.swept) | add' p1.json p2.json)"
is '... memory of the states' "$(jq .runs[0].verify.state_bytes p.json)" "$(jq -s 'map(.runs[0].verify.state_bytes) | add' p1.json p2.json)"
# batches, errors, and all that a quiet machine does not have
for i in 1 2; do
	measure e$i.json dram:16M --set ops=400 --set batch=4
done
jq '.runs[0] |= (.interrupted = true | .disturbance = {steal_s: 0.25, throttled_s: 0.5} | .intervals[].errors = 3
	| .ops.read |= (.errors = 3 | .errnos = [{errno: "EIO", count: 2, first_lba: 5, first_ns: 700}, {errno: "ENOMEM", count: 1, first_lba: 6, first_ns: 800}]))' \
	e1.json >e3.json
jq '.id = "another" | .runs[0] |= (.disturbance = {steal_s: 0.125, throttled_s: 0.75} | .intervals[].errors = 4
	| .ops.read |= (.errors = 4 | .errnos = [{errno: "EIO", count: 4, first_lba: 7, first_ns: 600}]))' e2.json >e4.json
for order in 'e3.json e4.json' 'e4.json e3.json'; do
	# shellcheck disable=SC2086 # words
	"$BTTBENCH" merge $order -o e.json >/dev/null 2>err
	# shellcheck disable=SC2086 # words
	sums "batches and errors are sums: $order" e.json $order
	"$BTTBENCH" show e.json --format=json >again
	same '... it is read back' again e.json
done
jq '.runs[0] |= (.pace.behind_ns_max = 77 | .pace.error = 0.5
	| .verify |= (.counts.stale = 1 | .layout_errors = 2 | .layout_consistent = false | .layout_first = "arena 0: damaged"
	| .first = [{kind: "stale", in_sweep: true, lane: 0, lba: 9, expected: "a", found: "b", host: null}]))' p1.json >e5.json
jq '.runs[0] |= (.pace.behind_ns_max = 88 | .pace.error = 0.25
	| .verify |= (.counts.stale = 1 | .first = [{kind: "stale", in_sweep: false, lane: 0, lba: 4, expected: "c", found: "d", host: null}]))' p2.json >e6.json
"$BTTBENCH" merge e5.json e6.json -o e.json >/dev/null 2>err
sums 'findings and delays are sums' e.json e5.json e6.json
is '... a finding names its host' "$(jq -c '[.runs[0].verify.first[] | [.lba, .host]]' e.json)" '[[9,1],[4,2]]'
host n9 e5.json e7.json
"$BTTBENCH" merge e.json e7.json -o e8.json >/dev/null 2>err
is '... also within a merged one' "$(jq -c '[.runs[0].verify.first[] | [.lba, .host]]' e8.json)" '[[9,1],[4,2],[9,3]]'
jq '.runs[0].intervals |= map(.length_s = 0.1) | .runs[0].intervals |= (to_entries | map(.value.start_s = .key / 10 | .value))
	| .runs[0].intervals |= (.[:3] | map(.errors = 2))' p1.json >i1.json
jq '.id = "another" | .runs[0].intervals[2].length_s = 0.05' i1.json >i2.json
"$BTTBENCH" merge i1.json i2.json -o i.json >/dev/null
is 'intervals of one length add, others end the series' "$(jq -c '[.runs[0].intervals[] | [.ops.read, .errors]]' i.json)" \
	"$(jq -c '[.runs[0].intervals[:2][] | [.ops.read * 2, 4]]' i1.json)"
measure y1.json dram:16M --set ops=500 --set steady_state=rounds:3,range:0,slope:0,max:4
measure y2.json dram:16M --set ops=500 --set steady_state=rounds:3,range:0,slope:0,max:6
jq '.job.sections[0].keys.steady_state = "rounds:3,range:0,slope:0,max:4"' y2.json >y3.json
"$BTTBENCH" merge y1.json y3.json -o y.json >/dev/null 2>err
is 'steady state: exit 4, as on each host' "$?$(cat err)" 4
is '... settling rounds that one host has are left out' "$(jq -c '[.runs[].settling]' y.json)" '[true,false,false,false]'
is '... the last rounds add' "$(jq '[.runs[-1].ops[].count] | add' y.json)" 1000
is '... their IOPS too' "$(jq -c '.steady_state[0].rounds_iops | map(round)' y.json)" \
	"$(jq -sc '[.[0].steady_state[0].rounds_iops[-4:], .[1].steady_state[0].rounds_iops[-4:]] | transpose | map(add | round)' y1.json y3.json)"
"$BTTBENCH" show y.json --format=json >again
same '... it is read back' again y.json

# refused DESCRIPTION PATTERN FILE...: exit 1, one line, an old file stays
refused() {
	description=$1 pattern=$2
	shift 2
	echo old >kept
	"$BTTBENCH" merge "$@" -o kept >out 2>err
	is "$description: exit 1, nothing printed" "$?$(cat out)" 1
	one_line '... one line' err
	like '... with the difference' "$(cat err)" "$pattern"
	is '... the old file stays' "$(cat kept)" old
}
measure base.json dram:16M --set ops=500
measure x.json dram:16M --set ops=500 --set rwmix=read:100
refused 'another job' "^bttbench: x.json: not like base.json: job 'default': rwmix=read:100, not rwmix=read:70,write:25,zero:5 " base.json x.json
measure x.json dram:16M --set ops=500 --set 'limit.read.p99<=1s'
refused 'other limits' "^bttbench: x.json: not like base.json: job 'default': limit.read.p99<=1s, not without limits " base.json x.json
measure x.json dram:16M --set ops=500 --set repeat=2
refused 'another number of runs' '^bttbench: x.json: not like base.json: number of measured runs: 2, not 1 ' base.json x.json
measure x.json dram:32M --set ops=500
refused 'another size' '^bttbench: x.json: not like base.json: size of the namespace: 33554432, not 16777216 ' base.json x.json
"$BTTBENCH" format file --size=16M --nfree=64 >/dev/null 2>&1
measure x1.json file --set ops=500
"$BTTBENCH" format file --size=16M --nfree=32 --force >/dev/null 2>&1
measure x2.json file --set ops=500
refused 'another layout' '^bttbench: x2.json: not like x1.json: (blocks|nfree) of the layout: ' x1.json x2.json
jq '.tool.commit = "elsewhere" | .id = "x"' base.json >x.json
refused 'another build' '^bttbench: x.json: not like base.json: commit of bttbench: elsewhere, not ' base.json x.json
if [ "$(jq -r .clock.source base.json)" != monotonic_raw ]; then
	BTTBENCH_CLOCK=monotonic measure x.json dram:16M --set ops=500
	refused 'another clock' '^bttbench: x.json: not like base.json: clock: monotonic_raw, not ' base.json x.json
else
	skip 'another clock' 'this processor has only one'
fi
"$BTTBENCH" sweep dram:16M --set ops=100 --vary threads=1,2 --set oversubscribe=1 --output=x.json >/dev/null 2>&1
refused 'a sweep' "^bttbench: x.json: a sweep can't be merged " x.json
refused 'a result twice' '^bttbench: base.json: has result [^ ]*, which base.json has as well ' base.json base.json
refused '... also within a merged one' '^bttbench: h2.json: has result [^ ]*, which m.json has as well ' m.json h2.json
sed 's/"scans": [0-9]*/"scans": 9000000000000000000/' base.json >x.json
sed "s/$(jq -r .id base.json)/another/" x.json >x2.json
refused 'a sum that no file can hold' '^bttbench: x2.json: the sum with the results before it is too large for a file ' x.json x2.json
jq -c '.hosts[1].figures[0].deviation = 99' m.json >x.json
refused 'a deviation that does not follow' '^bttbench: x.json: hosts\[1\].figures\[0\].deviation: is 99 ' x.json
jq -c '.runs[0].workers[0].host = 9' m.json >x.json
refused 'a worker of a host that is not there' '^bttbench: x.json: hosts: have no host 9, which runs\[0\] names$' x.json
jq -c 'del(.hosts[2].figures[0])' m.json >x.json
refused 'a host without a figure' '^bttbench: x.json: hosts\[2\].figures' x.json

# hosts that stand out: the deviations by hand
# group OUT IOPS...: a merged result of hosts with these IOPS of reads; all else is equal
measure g.json dram:16M --set ops=500 --set rw=randread
group() {
	out=$1 number=0 files=
	shift
	for iops; do
		number=$((number + 1))
		host g$number g.json g$number.json ".runs[0].ops.read.iops = $iops"
		files="$files g$number.json"
	done
	# shellcheck disable=SC2086 # words
	"$BTTBENCH" merge $files -o "$out" >text 2>err || bail "$(cat err)"
}
# deviation HOST
deviation() {
	jq -r ".hosts[$1 - 1].figures[] | select(.metric == \"iops\") | .deviation * 1000 | round / 1000" g.out
}
named() {
	jq -r '[.verdict.reasons[] | capture("^host (?<name>[^ ]*) stands out").name] | join(" ")' g.out
}
group g.out 10000 10100 9900 10000 5000
is 'a host far from the others is named' "$(named)" g5
is '... its deviation is 5000 / (1.4826 * 100)' "$(deviation 5)" -33.725
like '... the reason has the figure' "$(jq -r '.verdict.reasons[]' g.out)" \
	'^host g5 stands out in 1 of 4 figures, most in iops: 5.00k, 33.7 scaled MADs from the median of the 5 hosts, 10.0k \(noted beyond 3.5; beyond 18.0 in 1 % of cases by chance\)$'
like '... the table marks it' "$(cat text)" '^  g5 +valid +!5.00k '
group g.out 10000 10100 9900 10000 10518
is '3.49 scaled MADs: not named' "$(deviation 5) $(named)" '3.494 '
group g.out 10000 10100 9900 10000 10520
is '3.51: named' "$(deviation 5) $(named)" '3.507 g5'
group g.out 10000 10000 10000 10000 9901
is 'less than 1 % from hosts that are all equal: not named' "$(deviation 5) $(named)" '-3.465 '
group g.out 10000 10000 10000 10000 9899
is '... more than 1 %: named' "$(deviation 5) $(named)" '-3.535 g5'
group g.out 10000 5000
is 'two hosts: none stands out' "$(named)" ''
is '... as the deviation is unknown' "$(jq -c '[.hosts[].figures[].deviation] | unique' g.out)" '[null]'
group g.out 10000 10100 9900 10000 10000 10100 9900 10000 10000 10100 9900 10000 10000 10100 9900 10000 10000 5000
is 'more than 16 hosts: those that stand out, and the spread' "$(grep -cE '^  (g[0-9]+|least|median|most) ' text)" 4
like '... of them' "$(cat text)" '^  least +5.00k '
is '... all with -v' "$("$BTTBENCH" show -v g.out | grep -cE '^  g[0-9]+ +valid ')" 18

# the verdict
host n2 h2.json bad.json '.verdict = {status: "invalid", reasons: ["worker 0 was put on CPU 1 and ran on CPU 0"]} | .runs[1].status = "invalid"'
"$BTTBENCH" merge h1.json bad.json h3.json -o v.json >/dev/null 2>err
is 'a host is invalid: so is the sum, exit 4' "$?$(jq -r .verdict.status v.json)" 4invalid
is '... the first reason names it' "$(jq -r '.verdict.reasons[0]' v.json)" 'invalid on n2'
is '... the run too' "$(jq -r '[.runs[].status] | join(" ")' v.json)" 'valid invalid'
like '... its reason has its name' "$(jq -r '.verdict.reasons[]' v.json)" '^n2: worker 0 was put on CPU 1 and ran on CPU 0$'
host n2 h2.json bad.json '.verdict = {status: "missed", reasons: ["a"]} | .runs[1].status = "missed"'
"$BTTBENCH" merge h1.json bad.json -o v.json >/dev/null
is 'a host missed a limit: exit 3' $? 3
host n2 h2.json x2.json '.verdict.reasons = ["from 3.5 on: 17 ops"]'
host n3 h3.json x3.json '.verdict.reasons = ["from 12 on: 4 ops"]'
host n1 h1.json x1.json '.verdict.reasons = []'
"$BTTBENCH" merge x1.json x2.json x3.json -o v.json >/dev/null
like 'reasons that differ in numbers are one' "$(jq -r '.verdict.reasons[]' v.json)" '^n2, n3, here n2: from 3.5 on: 17 ops$'
host n2 h2.json x2.json '.host.kernel = "6.1" | .verdict.reasons = []'
"$BTTBENCH" merge x1.json x2.json -o v.json >/dev/null
like 'kernels that differ are noted' "$(jq -r '.verdict.reasons[]' v.json)" '^the hosts differ: kernel: [^ ]* on n1, 6.1 on n2$'
is '... and stay out of the machine' "$(jq -c '[.host.kernel, .host.cpu_model, .host.hostname]' v.json)" \
	"$(jq -c '[null, .host.cpu_model, "n1,n2"]' h1.json)"
host n2 h2.json x2.json '.runs[].workers |= .[:1] | .verdict.reasons = []'
"$BTTBENCH" merge x1.json x2.json -o v.json >/dev/null
like 'numbers of workers that differ are noted' "$(jq -r '.verdict.reasons[]' v.json)" '^the hosts differ: number of workers, over all runs: 4 on n1, 2 on n2$'
host n2 h2.json x2.json '.runs[].started_at = "2020-01-01T00:00:00Z"'
"$BTTBENCH" merge x1.json x2.json -o v.json >/dev/null
like 'hosts that did not run together are noted' "$(jq -r '.verdict.reasons[]' v.json)" \
	'^the hosts did not run together: the last one started [0-9]* s after the first one; the sum of their IOPS is not a rate of one moment$'
host n2 h2.json x2.json '.runs[].elapsed_s *= 3'
"$BTTBENCH" merge x1.json x2.json -o v.json >/dev/null
like 'phases of other lengths are noted' "$(jq -r '.verdict.reasons[]' v.json)" '^measured phases took from [^ ]* s to [^ ]* s: IOPS is '
host n1 h1.json full1.json '.verdict.reasons = [range(16) | "x" * (. + 1)]'
host n2 h1.json full2.json '.verdict.reasons = [range(16) | "y" * (. + 1)]'
"$BTTBENCH" merge full1.json full2.json -o v.json >/dev/null
is 'too many reasons: the last one says how many' "$(jq -r '.verdict.reasons[15]' v.json)" \
	'17 more reasons have no room here: each host has its own'

# usage
exits 'no file: exit 2' 2 "$BTTBENCH" merge -o x.json
exits 'no output: exit 2' 2 "$BTTBENCH" merge h1.json
exits 'the output is a part: exit 2' 2 "$BTTBENCH" merge h1.json h2.json -o h1.json
is '... which stays' "$(jq -r .host.hostname h1.json)" n1
exits 'a full disk: exit 1' 1 "$BTTBENCH" merge h1.json h2.json -o /dev/full
exits 'no such file: exit 1' 1 "$BTTBENCH" merge h1.json nothing.json -o x.json

plan_done
