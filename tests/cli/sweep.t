#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench sweep: the points and rounds that it measures, its table, its file, and how it goes on with one.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
f=$T/f.json
x=$T/x.json

# sweep ARG...: a sweep of short runs on memory; $T/out, $T/err, $status. The machine may disturb runs: most tests look at
# the file, or at engine=null.
sweep() {
	"$BTTBENCH" sweep --set runtime=20ms "$@" >"$T/out" 2>"$T/err"
	status=$?
}

# null_sweep ARG...: 6 points without work
null_sweep() {
	sweep dram:64M --set engine=null --set rw=randread --vary nfree=16,64,256 --vary commit=two-fence,strict "$@"
}

# visits FILE: "POINT ROUND" of each run, in the order in which they ran
visits() {
	jq -r '.runs[] | "\(.point | to_entries | map(.value) | join(" ")) \(.round)"' "$1"
}

# order FILE ROUND: the points of a round in their order
order() {
	visits "$1" | grep " $2\$" | xargs
}

# each_once FILE POINTS ROUNDS: every point ran once in every round
each_once() {
	is "$4" "$(visits "$1" | wc -l) $(visits "$1" | sort -u | wc -l) $(visits "$1" | sed 's/.* //' | sort | uniq -c | awk '{ print $1 }' | sort -u)" \
		"$(($2 * $3)) $(($2 * $3)) $2"
}

# the points, the rounds and the table
null_sweep --repeat=3 --output="$f"
is 'a sweep without work: exit 0, no message' "$status$(cat "$T/err")" 0
each_once "$f" 6 3 'each round has every point once'
is '... the jobs have the values of their points' \
	"$(jq '[.job.sections[] | .point.nfree == .keys.nfree and .point.commit == .keys.commit] | all' "$f")" true
ok '... the file fits the schema' jsonschema -i "$f" "$SRC/results/bttbench.result-1.schema.json"
cat >"$T/table.py" <<'END'
# prints the points of the first table in $2 whose figures are not the medians of $1, and the points with the mark *
import json, re, statistics, sys
result = json.load(open(sys.argv[1]))
units = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
def number(text):
    value, unit = re.match(r"([0-9.]+)([kMGT]?)$", text).groups()
    return float(value) * units[unit]
def iops(run):
    return sum(op["iops"] or 0 for op in run["ops"].values())
medians, rows, stars = [], [], []
for point in result["study"]["points"]:
    medians.append(statistics.median(iops(r) for r in result["runs"]
        if r["point"] == point and r["status"] not in ("invalid", "inconclusive")))
for line in open(sys.argv[2]):
    cells = line.split()
    if len(rows) < len(medians) and cells and cells[0] == str(len(rows) + 1) and len(cells) >= 8:
        rows.append(cells)
for i, cells in enumerate(rows):
    point = list(result["study"]["points"][i].values())
    if cells[1:1 + len(point)] != point or abs(number(next(c for c in cells[2 + len(point):] if re.match("[0-9]", c))) / medians[i] - 1) > 0.006:
        print("row", cells, "point", point, "median", medians[i])
    if "*" in cells:
        stars.append(i)
print(len(rows), "rows", "best" if stars == [medians.index(max(medians))] else stars)
END
is 'the table has a row for each point with its median, and marks the best one' \
	"$(python3 "$T/table.py" "$f" "$T/out")" '6 rows best'
like '... the legend says it' "$(cat "$T/out")" '^best +\* best median of iops'
cp "$T/out" "$T/table"
"$BTTBENCH" show "$f" >"$T/shown"
same 'show prints the same table' "$T/shown" "$T/table"
"$BTTBENCH" show --format=json "$f" >"$T/shown"
same '... and the same JSON' "$T/shown" "$f"
"$BTTBENCH" show --format=csv "$f" >"$T/csv"
is 'CSV has a row for each point, round and op' \
	"$(python3 -c 'import csv, sys
for row in csv.DictReader(sys.stdin): print(row["nfree"], row["commit"], row["round"], row["op"], row["iops"])' <"$T/csv" | sort)" \
	"$(jq -r '.runs[] | "\(.point.nfree) \(.point.commit) \(.round) read \(.ops.read.iops)"' "$f" | sort)"
null_sweep --repeat=1 --format=csv
is '... also on standard output' "$(wc -l <"$T/out")" 7
null_sweep --repeat=1 --format=json
is 'JSON on standard output is the result' "$status $(jq '.runs | length' "$T/out")" '0 6'
is 'without --repeat there are 5 rounds' "$(null_sweep --output="$x"; jq '.study.rounds' "$x")" 5
each_once "$x" 6 5 '... all of them measured'

# the order
is 'the order differs between rounds' "$(for round in 1 2 3 4 5; do order "$x" $round; done | sort -u | wc -l)" 5
is 'the same seed gives the same order' "$(for round in 1 2 3; do order "$x" $round; done)" \
	"$(for round in 1 2 3; do order "$f" $round; done)"
null_sweep --repeat=1 --seed=2 --output="$x"
isnt_order=$(order "$f" 1)
unlike '... another seed another one' "$(order "$x" 1)" "^$isnt_order\$"
is '... which the file has' "$(jq .study.seed "$f" "$x" | xargs)" '1 2'

# --metric and --pivot
null_sweep --repeat=1 --metric=read.p99 --pivot=nfree,commit
like '--metric decides which point is best' "$(cat "$T/out")" '^best +\* best median of read.p99'
like '--pivot prints a matrix: columns' "$(cat "$T/out")" '^ +nfree \\ commit +two-fence +strict$'
is '... a row for each value' "$(sed -n '/nfree \\ commit/,/^$/p' "$T/out" | awk 'NF == 3 { print $1 }' | xargs)" '16 64 256'
like '... of the metric' "$(cat "$T/out")" '^matrix +medians of p99 latency \(ns\)'

# refuses DESCRIPTION STATUS PATTERN ARG...: no output, no file, one line
refuses() {
	description=$1 want=$2 pattern=$3
	shift 3
	rm -f "$x"
	sweep --output="$x" "$@"
	is "$description: exit $want, no output, no file" "$status$(cat "$T/out")$(test ! -e "$x" || echo file)" "$want"
	sed -i '/--format-namespace replaces/d' "$T/err"
	one_line '... one line' "$T/err"
	like '... that says it' "$(cat "$T/err")" "$pattern"
}

refuses 'an unknown key' 2 "^bttbench: --vary nfre=1: unknown key 'nfre' \\(did you mean 'nfree'" dram:64M --vary nfre=1
refuses 'an empty list' 2 '^bttbench: --vary nfree=: an empty list \(allowed: ' dram:64M --vary nfree=
refuses 'a bad value' 2 '^bttbench: --vary rw=read,sideways: sideways: ' dram:64M --vary rw=read,sideways
refuses 'a range without an end' 2 '^bttbench: --vary threads=1:: ' dram:64M --vary threads=1:
refuses 'repeat as a swept key' 2 "^bttbench: --vary repeat=1,2: can't be varied" dram:64M --vary repeat=1,2
refuses 'nothing to vary' 2 '^bttbench: no key to vary \(allowed: ' dram:64M
refuses 'a key twice' 2 '^bttbench: --vary nfree: given twice' dram:64M --vary nfree=16 --vary nfree=64
refuses 'too many points' 2 '^bttbench: too many points \(allowed: 10000\)' dram:64M --vary seed=1:1000 --vary nfree=16:32
refuses 'an unknown metric' 2 '^bttbench: --metric=speed: not a metric \(allowed: ' dram:64M --vary nfree=16 --metric=speed
refuses 'a pivot of a key that is not swept' 2 '^bttbench: --pivot=nfree,bs: not two swept keys ' \
	dram:64M --vary nfree=16 --vary threads=1 --pivot=nfree,bs
refuses 'a pivot of one key' 2 '^bttbench: --pivot=nfree,nfree: not two swept keys ' dram:64M --vary nfree=16 --pivot=nfree,nfree
refuses 'no rounds' 2 '^bttbench: --repeat=0: not a number from 1 to ' dram:64M --vary nfree=16 --repeat=0
refuses 'a format without sweeps' 2 "^bttbench: --format=bmf: can't hold a sweep" dram:64M --vary nfree=16 --format=bmf
refuses 'verify=stamp' 2 '^bttbench: verify=stamp: not in a sweep' dram:64M --vary nfree=16 --set verify=stamp
refuses '--yes alone' 2 '^bttbench: --yes: nothing to agree to ' dram:64M --vary nfree=16 --yes
refuses 'a directory as output' 1 "^bttbench: $T: Is a directory\$" dram:64M --vary nfree=16 --output="$T"
refuses 'an output in no folder' 1 "^bttbench: $T/none/x: No such file or directory\$" dram:64M --vary nfree=16 --output="$T/none/x"
refuses 'a namespace as output' 2 '^bttbench: --output=.*: it is a namespace of the jobs' \
	"$(truncate -s 16M "$T/small" && echo "$T/small")" --vary lanes=1 --output="$T/small"

# points that can't run
refuses 'an impossible point' 1 "^bttbench: nfree=2 threads=3: .*fewer than the 3 lanes .*; --skip-impossible leaves the point out\$" \
	dram:64M --vary nfree=2,64 --vary threads=1,3 --set oversubscribe=1
rm -f "$x"
sweep dram:64M --vary nfree=2,3 --vary threads=1,4 --set oversubscribe=1 --output="$x"
is 'several impossible points: exit 1, no output, no file' "$status$(cat "$T/out")$(test ! -e "$x" || echo file)" 1
is '... all are listed before the error' "$(sed 's/: .*: /: /; s/\(can.t run\): .* nfree=/\1 /; s/ (.*//' "$T/err" | wc -l)" 3
like '... with their reasons' "$(cat "$T/err")" "^bttbench: can't run: nfree=3 threads=4: .*fewer than the 4 lanes"
like '... the error counts them' "$(tail -n 1 "$T/err")" "^bttbench: 2 of 4 points can't run \\(allowed: --skip-impossible "
sweep dram:64M --vary nfree=2,3 --vary threads=1,4 --set oversubscribe=1 --skip-impossible --output="$x" --repeat=1
is '--skip-impossible leaves them out' "$(visits "$x" | sort | xargs)" '2 1 1 3 1 1'
is '... and lists them' "$(grep -c "^bttbench: can't run: nfree=[23] threads=4: " "$T/err")" 2
refuses 'more threads than cores' 1 '^bttbench: threads=4k: .*threads=4000: only [0-9]+ cores' dram:64M --vary threads=1,4000 --set nfree=5000
refuses 'a bad sector size' 1 "^bttbench: bs=513: .*not a sector size" dram:64M --vary bs=512,513

# going on: after SIGINT, with the jobs of the file, with the same arguments, after SIGKILL
args='--vary nfree=16,64,256,1024 --vary commit=two-fence,strict --set engine=null --set rw=randread --set runtime=50ms'
# starts a sweep, or goes on with one, and sends a signal when it has begun its third run
# shellcheck disable=SC2086 # words
cut_sweep() {
	signal=$1
	shift
	until_phase 'run [3-9] ' "$BTTBENCH" sweep dram:64M $args --status-interval=1ms "$@" >"$T/out"
	kill -"$signal" $pid
	wait $pid
	status=$?
}
cut_sweep INT --repeat=3 --output="$f"
is 'SIGINT ends a sweep: exit 130' $status 130
is '... the file is marked, and no run was cut' "$(jq -c '[.verdict.status, ([.runs[].interrupted] | any)]' "$f")" '["interrupted",false]'
like '... the reason counts the runs' "$(jq -r '.verdict.reasons[]' "$f")" '^not complete: [0-9]+ of 24 runs were measured \(sweep --resume '
like '... the table is printed' "$(cat "$T/out")" '^verdict +interrupted$'
n=$(jq '.runs | length' "$f")
ok '... some runs were measured' test "$n" -ge 2 -a "$n" -lt 24
cp "$f" "$T/cut.json"
# goes_on DESCRIPTION: $f has every point once in each of 3 rounds, first the runs that it had
goes_on() {
	is "$1: exit 0" $status 0
	each_once "$f" 8 3 '... each point has 3 rounds'
	is '... the earlier runs are still there' "$(jq -c ".runs[:$n] | map(.started_at, .ops)" "$f" | cksum)" \
		"$(jq -c '.runs | map(.started_at, .ops)' "$T/cut.json" | cksum)"
	is '... it is the same result' "$(jq -c '[.id, .verdict.status]' "$f")" "$(jq -c '[.id, "valid"]' "$T/cut.json")"
	same '... show reads it' "$f" - <<-END
		$("$BTTBENCH" show --format=json "$f")
	END
}
"$BTTBENCH" sweep --resume="$f" >"$T/out" 2>"$T/err"
status=$?
goes_on '--resume FILE alone'
is '... the order is the one that the seed decides' "$(order "$f" 3)" "$(
	null_sweep --vary nfree=16 2>/dev/null
	# shellcheck disable=SC2086 # words
	"$BTTBENCH" sweep dram:64M $args --set runtime=1ms --repeat=3 --format=json >"$T/whole.json" 2>/dev/null
	order "$T/whole.json" 3)"
cp "$T/cut.json" "$f"
# shellcheck disable=SC2086 # words
"$BTTBENCH" sweep dram:64M $args --resume="$f" --repeat=3 >"$T/out" 2>"$T/err"
status=$?
goes_on '--resume FILE with the same arguments'
cp "$T/cut.json" "$f"
"$BTTBENCH" sweep dram:64M --resume="$f" --output="$x" >"$T/out" 2>"$T/err"
same '--resume FILE --output OTHER: FILE is unchanged' "$f" "$T/cut.json"
each_once "$x" 8 3 '... OTHER has all'
cut_sweep KILL --resume="$f" --repeat=3
same 'SIGKILL leaves the last saved file' "$f" "$T/cut.json"
"$BTTBENCH" sweep --resume="$f" --repeat=4 >"$T/out" 2>"$T/err"
each_once "$f" 8 4 '--resume with more --repeat adds rounds'
cp "$f" "$T/whole.json"
cp "$T/cut.json" "$f"
"$BTTBENCH" sweep --resume="$T/whole.json" >"$T/out" 2>"$T/err"
is '--resume of a complete sweep measures nothing' "$(jq -c '.runs | map(.started_at, .ops)' "$T/whole.json" | cksum)" \
	"$(jq -c '.runs | map(.started_at, .ops)' "$T/whole.json" | cksum)"
each_once "$T/whole.json" 8 4 '... and keeps all'
rm -f "$x"
cut_sweep KILL --repeat=3 --output="$x"
sweep --resume="$x"
is 'after SIGKILL before the first save there is no file: exit 1' "$status $(cat "$T/err")" \
	"1 bttbench: --resume=$x: No such file or directory"

# a signal while the points are checked
"$BTTBENCH" sweep dram:64M --vary seed=1:5000 --set runtime=20ms --repeat=1 --status-interval=1ms --output="$x" >"$T/out" 2>"$T/err" &
pid=$!
# the shell lets the process ignore SIGINT until it has a handler: its bit is the second one of SigCgt
while kill -0 $pid 2>/dev/null && ! { [ "$(cat /proc/$pid/comm)" = bttbench ] && grep -q "^SigCgt:.*[2367abef]\$" /proc/$pid/status; }; do sleep 0.01; done
kill -INT $pid
wait $pid
is 'SIGINT before the first run: exit 130' $? 130
if [ -s "$T/out" ] || grep -q '^run ' "$T/err"; then
	skip '... one line says it' 'the checks were done'
else
	is '... one line says it, no file' "$(cat "$T/err")$(test ! -e "$x" || echo file)" 'bttbench: a signal ended the sweep before its first run'
fi

# no_resume DESCRIPTION STATUS PATTERN JQ ARG...: the file, changed by jq, is refused and stays as it is
no_resume() {
	description=$1 want=$2 pattern=$3
	jq "$4" "$T/cut.json" >"$f"
	shift 4
	cp "$f" "$T/before.json"
	sweep --resume="$f" "$@"
	is "$description: exit $want, no output" "$status$(cat "$T/out")" "$want"
	one_line '... one line' "$T/err"
	like '... that names the difference' "$(cat "$T/err")" "$pattern"
	same '... the file is unchanged' "$f" "$T/before.json"
}
sweep() {
	"$BTTBENCH" sweep "$@" >"$T/out" 2>"$T/err"
	status=$?
}
no_resume 'another host' 1 "^bttbench: $f: host name: was mars in the file, is " '.host.hostname = "mars"'
no_resume 'another CPU' 1 "^bttbench: $f: CPU: was 8086 in the file, is " '.host.cpu_model = "8086"'
no_resume 'another build' 1 "^bttbench: $f: commit of bttbench: was cafe in the file, is " '.tool.commit = "cafe"'
no_resume 'another libpmem' 1 "^bttbench: $f: libpmem: was 0.1 in the file, is " '.host.libpmem.version = "0.1"'
no_resume 'another seed' 1 "^bttbench: $f: seed of the order: was 1 in the file, is 2 now\$" . --seed=2
# shellcheck disable=SC2086 # words
no_resume 'another value of a key' 1 "^bttbench: $f: nfree=16 commit=two-fence: was rw=randread in the file, is rw=randwrite now\$" . \
	dram:64M $args --set rw=randwrite
no_resume 'other points' 1 "^bttbench: $f: number of swept keys: was 2 in the file, is 1 now\$" . dram:64M --vary nfree=16,64
# shellcheck disable=SC2086 # words
no_resume 'another namespace' 1 "^bttbench: $f: namespace: was dram:64M in the file, is dram:32M now\$" . dram:32M $args
no_resume 'another NS alone' 1 "^bttbench: $f: namespace: was dram:64M in the file, is dram:32M now\$" . dram:32M
no_resume 'fewer rounds' 2 "^bttbench: --repeat=2: --resume=$f has more rounds \\(allowed: 3 or more\\)\$" . --repeat=2
no_resume 'a round beyond the last' 1 "^bttbench: $f: runs\\[0\\].round: is 9 " '.runs[0].round = 9'
"$BTTBENCH" run dram:64M --set ops=10 --output="$T/run.json" >/dev/null 2>&1
sweep --resume="$T/run.json"
is 'the result of a run: exit 1' "$status $(cat "$T/err")" \
	"1 bttbench: --resume=$T/run.json: no sweep (allowed: a file that 'bttbench sweep' wrote)"
head -c 3000 "$T/cut.json" >"$f"
sweep --resume="$f"
like 'a truncated file' "$status $(cat "$T/err")" "^1 bttbench: $f: no JSON, or not all of it: line [0-9]+: "

# namespaces with data
ns=$T/ns
"$BTTBENCH" format "$ns" --size=32M --nfree=100 >/dev/null || bail 'no namespace'
echo data | dd of="$ns" bs=1 seek=1000000 conv=notrunc 2>/dev/null
cp "$ns" "$T/ns.before"
# keeps DESCRIPTION STATUS PATTERN ARG...: refused, and the namespace is unchanged
keeps() {
	refuses "$@"
	same '... the namespace is unchanged' "$ns" "$T/ns.before"
}
for vary in nfree=16,64 bs=512,4096 flavour=uefi,pmdk; do
	keeps "$vary on a file" 2 "^bttbench: $ns: nfree, bs and flavour are fixed by its layout \\(allowed: with --format-namespace" \
		"$ns" --vary $vary
done
keeps '--format-namespace without --yes and without a terminal' 2 \
	"^bttbench: $ns: --format-namespace would destroy a BTT \\(allowed: with --yes\\)\$" "$ns" --vary nfree=16,64 --format-namespace
keeps '--format-namespace and an impossible point' 1 '^bttbench: nfree=16 lanes=17: ' \
	"$ns" --vary nfree=16,64 --vary lanes=1,17 --format-namespace --yes
sweep "$ns" --vary lanes=1,2 --set rw=randread --set runtime=20ms --repeat=1 --output="$x"
is 'other keys need no new layout' "$(jq -c '[.runs[].layout.nfree]' "$x")" '[100,100]'
same '... reads leave the namespace as it is' "$ns" "$T/ns.before"
sweep "$ns" --vary bs=512,4096 --set engine=raw --set runtime=20ms --repeat=1 --output="$x"
like 'bs of engine=raw is no layout: only its own guard asks' "$(cat "$T/err")" '^bttbench: .*--force'
sweep "$ns" --vary nfree=16,64 --vary bs=512,4096 --format-namespace --yes --set runtime=20ms --repeat=2 --output="$x" --set rw=randwrite
is '--format-namespace --yes: each run has its layout' \
	"$(jq '[.runs[] | .layout.nfree == (.point.nfree | tonumber) and .layout.lbasize == ({"512": 512, "4k": 4096}[.point.bs])] | all' "$x")" true
each_once "$x" 4 2 '... all were measured'
like '... a message names the data that are lost' "$(cat "$T/err")" "^bttbench: $ns: --format-namespace replaces a BTT\$"

# it is no leave to overwrite a block device
cat >"$T/device.job" <<-END
	[file]
	rw=randwrite
	ops=10
	[device]
	stonewall=1
	engine=block
	namespace=\${DEVICE}
	rw=randwrite
	ops=10
END
truncate -s 16M "$T/disk"
if loop=$(losetup --show -f "$T/disk" 2>"$T/err") && mkswap "$loop" >"$T/out" 2>&1; then
	cp "$T/disk" "$T/disk.before"
	DEVICE=$loop sweep "$T/device.job" "$ns" --vary seed=1,2 --repeat=1 --format-namespace --yes
	like '--format-namespace does not overwrite a block device' "$(cat "$T/err")" "$loop: engine=block would overwrite a swap"
	same '... it is as it was' "$T/disk" "$T/disk.before"
else
	skip '--format-namespace does not overwrite a block device' "$(cat "$T/err")"
fi
[ -z "$loop" ] || losetup -d "$loop"

# the layout changed since: the file stays as it is
"$BTTBENCH" format "$ns" --force --nfree=100 >/dev/null || bail 'no namespace'
sweep "$ns" --vary lanes=1,2 --set rw=randread --set engine=btt --set runtime=20ms --repeat=1 --output="$x"
"$BTTBENCH" format "$ns" --force --nfree=101 >/dev/null || bail 'no namespace'
cp "$x" "$T/before.json"
sweep --resume="$x" --repeat=2
is 'another layout: exit 1, no output' "$status$(cat "$T/out")" 1
like '... one line names the difference' "$(cat "$T/err")" "^bttbench: $x: .*: was [0-9]+ in the file, is [0-9]+ now\$"
same '... the file is unchanged' "$x" "$T/before.json"

# the section [study]
cat >"$T/s.job" <<'END'
[study]
vary = nfree=16,64
vary = commit=two-fence,strict
repeat = 2
seed = 5
metric = read.p99
pivot = nfree,commit
[a]
engine=null
rw=randread
runtime=20ms
END
sweep "$T/s.job" dram:64M --output="$x"
is '[study] decides keys, rounds and seed' "$(jq -c '[.study.keys, .study.rounds, .study.seed]' "$x")" '[["nfree","commit"],2,5]'
like '... metric' "$(cat "$T/out")" '^best +\* best median of read.p99'
like '... and matrix' "$(cat "$T/out")" '^ +nfree \\ commit '
sweep "$T/s.job" dram:64M --vary lanes=1,2 --repeat=1 --seed=6 --metric=iops --output="$x"
is 'options win over [study]' "$(jq -c '[.study.keys, .study.rounds, .study.seed]' "$x")" '[["lanes"],1,6]'
like '... also for the metric' "$(cat "$T/out")" '^best +\* best median of iops'
is 'a run ignores [study]' "$("$BTTBENCH" run "$T/s.job" dram:64M --set nfree=32 --format=json 2>/dev/null | jq -c '[.study, (.runs | length)]')" '[null,1]'
# study_line TEXT PATTERN: the third line of the job file is wrong
study_line() {
	printf '[study]\nvary=nfree=16\n%s\n[a]\n' "$1" >"$T/bad.job"
	refuses "[study] $1" 2 "^bttbench: $T/bad.job: line 3: $2" "$T/bad.job" dram:64M
}
study_line 'rounds=3' '\[study\]: rounds: unknown setting \(allowed: vary, repeat, seed, metric, pivot\)$'
study_line 'repeat=many' '\[study\] repeat=many: not a number from 1 to '
study_line 'seed=-1' '\[study\] seed=-1: not a number from 0 to '
study_line 'vary=bs=' '\[study\] vary bs=: an empty list '
long=$T/$(printf '%0200d' 0)/$(printf '%0100d' 0)
mkdir -p "$long"
printf '[study]\nvary=bs=\n[a]\n' >"$long/a.job"
refuses 'a job file with a long name' 2 '/a.job: line 2: \[study\] vary bs=: an empty list ' "$long/a.job" dram:64M

# several jobs at each point
printf '[global]\nrw=randread\nengine=null\nruntime=20ms\noversubscribe=1\n[a]\n[b]\n[c]\nstonewall=1\n' >"$T/jobs.job"
sweep "$T/jobs.job" dram:64M --vary nfree=16,64 --repeat=2 --output="$x"
is 'several jobs: each runs once at each point in each round' \
	"$(jq -r '.runs[] | "\(.job) \(.point.nfree) \(.round)"' "$x" | sort | uniq -c | awk '{ print $1 }' | sort | uniq -c | xargs)" '12 1'
is '... in their order' "$(jq -r '[.runs[].job] | join("")' "$x")" abcabcabcabc
is '... the table has a part for each' "$(sed -n "s/^job  *'\\(.\\)':.*/\\1/p" "$T/out" | xargs)" 'a b c'
"$BTTBENCH" show --format=json "$x" >"$T/shown"
same '... show reads it' "$x" "$T/shown"
jq 'del(.runs[-3:])' "$x" >"$f"
sweep --resume="$f"
is '... --resume measures all jobs of a visit' \
	"$(jq -r '.runs[] | "\(.job) \(.point.nfree) \(.round)"' "$f" | sort | uniq -c | awk '{ print $1 }' | sort | uniq -c | xargs)" '12 1'

# steady state, limits, other keys
sweep dram:64M --set engine=null --set rw=randread --set runtime=20ms --vary nfree=16,64 --repeat=2 --output="$x" \
	--set steady_state=rounds:2,range:100,slope:100,max:4
is 'steady_state: each visit has a window of its own' \
	"$(jq -r '.runs[] | select(.settling | not) | "\(.point.nfree) \(.round)"' "$x" | sort | uniq -c | xargs)" '2 16 1 2 16 2 2 64 1 2 64 2'
is '... and a series' "$(jq -r '.steady_state[] | "\(.point.nfree) \(.round)"' "$x" | sort | xargs)" '16 1 16 2 64 1 64 2'
sweep dram:64M --set engine=null --set rw=randread --set runtime=20ms --vary nfree=16,64 --repeat=2 --set 'limit.read.p99<=1ns' --output="$x"
is 'a missed limit: exit 3' "$status $(jq -r .verdict.status "$x")" '3 missed'
is '... a reason for each point' "$(jq -r '.verdict.reasons[]' "$x" | grep -c "^job 'default', nfree=[0-9]*: limit.read.p99 <= 1ns: missed in 2 of 2 runs")" 2
sweep dram:64M --set rw=randwrite --set runtime=20ms --vary engine=btt,raw,null --repeat=1 --output="$x"
is 'engines are varied' "$(jq -r '.runs[] | "\(.point.engine) \(.layout != null) \(.btt != null)"' "$x" | sort | xargs)" \
	'btt true true null false false raw false false'
sweep dram:64M --set rw=randwrite --set runtime=20ms --vary commit=two-fence,strict --repeat=1 --output="$x"
is 'commit decides the fences of a write' "$(jq -r '.runs[] | "\(.point.commit) \(.btt.fences / .ops.write.count + 0.4 | floor)"' "$x" | sort | xargs)" \
	'strict 4 two-fence 2'
like '... the table has them' "$(sed 's/  */ /g' "$T/out")" ' 4.00 (-|0.0%)'
sweep dram:64M --set engine=null --set rw=randread --set ops=20 --set runtime=0 --vary rate_iops=1k,2k --repeat=1 --output="$x"
is 'rates are varied' "$(jq -r '.runs[] | "\(.point.rate_iops) \(.pace.target_iops) \(.ops.read.response_ns != null)"' "$x" | sort | xargs)" \
	'1k 1000 true 2k 2000 true'

# progress
null_runs='--vary nfree=16,64 --set engine=null --set runtime=20ms'
# shellcheck disable=SC2086 # words
sweep dram:64M $null_runs --repeat=2 --status-interval=1ns
is '--status-interval prints each run' "$(sed 's/, .*round/ round/; s/, [^,]* elapsed: .*//' "$T/err" | xargs)" \
	'run 1 of 4 round 1 of 2 run 2 of 4 round 1 of 2 run 3 of 4 round 2 of 2 run 4 of 4 round 2 of 2'
# shellcheck disable=SC2086 # words
sweep dram:64M $null_runs --repeat=1
is '... without it, and without a terminal, there is none' "$(cat "$T/err")" ''
# shellcheck disable=SC2086 # words
is 'a pipe as --output gets one document' \
	"$("$BTTBENCH" sweep dram:64M $null_runs --repeat=1 --output=/dev/fd/3 3>&1 >/dev/null 2>&1 | jq -s 'length')" 1
# shellcheck disable=SC2086 # words
"$BTTBENCH" sweep dram:64M $null_runs --repeat=1 >/dev/full 2>"$T/err"
is 'a full disk: exit 1, one line' "$? $(cat "$T/err")" '1 bttbench: standard output: No space left on device'

plan_done
