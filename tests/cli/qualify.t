#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench qualify: the verdict, its files, gates and limits; the data of others; a machine that is busy or broken.
#
# Less than 100 ms that other processes take never make a run invalid: so the verdicts of runs of 50 ms hardly depend on
# the load of the machine.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/cli/sysfs.sh"
PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE

schema=$SRC/results/bttbench.result-1.schema.json
cat >"$T/tiny.ini" <<'END'
[qualify]
vary = rw=randread,randwrite
vary = threads=1,half,all
vary = placement=local,remote
repeat = 2
gate.load <= 100%
gate.governor = any
[global]
precondition=fill
runtime=50ms
interval=50ms
[precondition]
rw=randwrite
precondition=age
[steady-state]
rw=randwrite
steady_state=rounds:2,range:100,slope:100,max:3
[matrix]
rw=randread
[latency]
rw=randrw
rwmix=read:50,write:50
repeat=2
[saturation]
rw=randwrite
threads=all
[verification]
rw=randrw
verify=stamp
[recovery]
rw=randrw
precondition=none
verify=stamp
repeat=2
END

# qualify DIR ARG...: its text in $T/out, messages in $T/err; the exit code in $status
qualify() {
	dir=$1
	shift
	"$BTTBENCH" qualify -o "$T/$dir" "$@" >"$T/out" 2>"$T/err"
	status=$?
}

# again COMMAND...: sets $status; the command, up to five times while a busy machine ends it with exit code 4
again() {
	for attempt in 1 2 3 4 5; do
		"$@"
		[ $status -eq 4 ] && grep -q 'kept off its CPU\|took the CPUs\|stopped this process\|no steady state' "$T/out" || break
	done
}
anew() {
	rm -rf "$T/$1"
	qualify "$@"
}
# passes DIR ARG...: the same as qualify, on a machine that may be busy
passes() {
	again anew "$@"
}

# of DIR JQ: a value of the qualification
of() {
	jq -rc ".qualification | $2" "$T/$1/result.json"
}

# gate DIR STEP NAME: "state reason"
gate() {
	jq -r --arg step "$2" --arg name "$3" '.qualification.gates[] | select(.step == $step and .name == $name) | "\(.state) \(.reason)"' \
		"$T/$1/result.json"
}

# profile NAME: makes a profile of standard input, with a load that is allowed
profile() {
	{ printf '[qualify]\ngate.load <= 100%%\ngate.governor = any\n' && cat; } >"$T/$1"
}

# everything passes
passes q dram:16M --profile="$T/tiny.ini"
is 'a profile without limits: PASS and exit 0' "$status $(sed -n 's/^verdict *\([A-Z ]*\):.*/\1/p' "$T/out")" '0 PASS' || diag "$(cat "$T/out" "$T/err")"
is '... in silence' "$(cat "$T/err")" ''
is '... four files and no other' "$(ls "$T/q" | tr '\n' ' ')" 'junit.xml report.html result.json summary.txt '
is '... the summary is the text that was printed' "$(tr -s ' \n' ' ' <"$T/q/summary.txt")" "$(tr -s ' \n' ' ' <"$T/out")"
ok '... the result keeps the schema' jsonschema -i "$T/q/result.json" "$schema"
"$BTTBENCH" show --format=json "$T/q/result.json" >"$T/back.json"
same '... reading and writing it gives the identical document' "$T/back.json" "$T/q/result.json"
ok '... junit.xml is valid' xmllint --noout --schema "$SRC/tests/cli/junit.xsd" "$T/q/junit.xml"
is '... with a case for each gate and limit, and for each step that was skipped' "$(grep -c '<testcase' "$T/q/junit.xml")" \
	"$(of q '(.gates | length) + (.limits | length) + ([.steps[] | select(.state == "skipped")] | length)')"
is '... every step is done' "$(of q '[.steps[].state] | unique | join(" ")')" done
is '... with every visit' "$(of q '[.steps[] | .visits == .visited] | all')" true
is '... the steps, in their order' "$(of q '[.steps[].name] | join(" ")')" \
	'preflight precondition steady-state matrix latency saturation verification recovery post-check'
is '... each job of a round has one run, or one series of rounds' \
	"$(jq -c '[.runs[] | select(.settling | not) | [.job, .round]] | group_by(.) | map(select(.[0][0] != "steady-state") | length) | unique' "$T/q/result.json")" '[1]'
is '... every gate has a reason' "$(of q '[.gates[] | select(.reason == "")] | length')" 0
is '... no module is behind plain memory, which is the reason' "$(gate q preflight armed)" 'not applicable no module is behind the namespace'
like '... the recovery has checked blocks' "$(gate q recovery contents)" '^pass 0 of [0-9]+ blocks are wrong, [1-9][0-9]* checked'
like '... after two kills' "$(gate q recovery replay)" '^pass 2 kills, in shared memory: '
like '... the verification, too' "$(gate q verification contents)" '^pass no finding in [1-9][0-9]* checks'
cores=$(jq '.host.cpus' "$T/q/result.json")
nodes=$(jq '.host.nodes' "$T/q/result.json")
like '... half and all of the cores are in the matrix' "$(jq -r '[.runs[].job] | unique | join(",")' "$T/q/result.json")" "matrix randread threads=$cores local"
[ "$nodes" -gt 1 ] || unlike '... nothing far on one node' "$(jq -r '.runs[].job' "$T/q/result.json")" remote
like 'show prints the qualification' "$("$BTTBENCH" show "$T/q/result.json")" '^verdict +PASS: dram:16M'
is 'show ends well in every format' "$(for format in text json csv fio-json bmf openmetrics; do
	"$BTTBENCH" show --format=$format "$T/q/result.json" >/dev/null 2>&1 || echo $format
done)" ''

# the list
qualify none dram:16M --profile=quick --list
is '--list: exit 0' "$status$(cat "$T/err")" 0
is '... every step with its length' "$(sed -n 's/^\([a-z][a-z-]*\)  *[0-9][0-9a-z]*\(  .*\)\{0,1\}$/\1/p' "$T/out" | tr '\n' ' ')" \
	'preflight precondition steady-state matrix latency saturation verification recovery post-check total '
not_ok '... and no folder' test -e "$T/none"
for name in quick standard full vendor-example; do
	[ $name != vendor-example ] || name=$SRC/profiles/$name.ini
	exits "the profile ${name##*/} is good" 0 "$BTTBENCH" qualify dram:1G --profile="$name" --list
done

# limits
profile limits.ini <<'END'
vary = rw=randread,randwrite
limit.randread.p99 <= 1ns
limit.write.iops >= 1
limit.near_far.read.p50 <= 1.5
[matrix]
rw=randread
precondition=fill
runtime=50ms
END
passes l dram:16M --profile="$T/limits.ini"
is 'an impossible limit: exit 3' "$status" 3
like '... FAIL' "$(cat "$T/out")" '^verdict +FAIL: '
like '... with the figure beside the limit' "$(tr -s ' \n' ' ' <"$T/out")" \
	'matrix randread: limit\.randread\.p99 <= 1ns: [0-9.]+[num]?s measured; missed in ([23]) of \1 good runs'
is '... also as numbers' "$(of l '.limits[] | select(.state == "fail") | [.unit, .allowed, .measured > 1]')" '["ns",1,true]'
is '... only the jobs with such operations have it' "$(of l '[.limits[] | select(.limit | startswith("limit.randread")) | .subject] | join(",")')" 'matrix randread'
is '... the other limit passes' "$(of l '.limits[] | select(.unit == "ops/s") | .state')" pass
like '... a failure of junit' "$(cat "$T/l/junit.xml")" '<failure type="limit" message="[0-9.]+[num]?s measured; missed in ([23]) of \1 good runs"'
[ "$nodes" -gt 1 ] || like 'a ratio of nodes on one node is not applicable' \
	"$(of l '.limits[] | select(.unit == "ratio") | "\(.state): \(.reason)"')" '^not applicable: no point was measured near and far'
is 'steps that are not in the profile are skipped, with the reason' "$(of l '[.steps[] | select(.name == "latency") | .state, .reason]')" \
	'["skipped","the profile has no such step"]'

# a busy machine: the figures are worth nothing, whatever the limits say
profile busy.ini <<'END'
limit.randread.p99 <= 1ns
[matrix]
rw=randread
threads=all
precondition=fill
runtime=1s
END
hogs=
for i in $(seq $((2 * $(nproc)))); do
	sh -c 'while :; do :; done' &
	hogs="$hogs $!"
done
qualify busy dram:16M --profile="$T/busy.ini"
kill $hogs
is 'load from other processes: INVALID and not FAIL, exit 4' "$status $(sed -n 's/^verdict *\([A-Z ]*\):.*/\1/p' "$T/out")" '4 INVALID'
like '... with the reason' "$(tr -s ' \n' ' ' <"$T/out")" 'matrix, runs: [0-9] of 3 are invalid, .* worker [0-9]+ was kept off its CPU for [0-9.]+ %'
profile load.ini <<'END'
[matrix]
rw=randread
END
sed -i 's/^gate.load.*/gate.load <= 0%/' "$T/load.ini"
sh -c 'while :; do :; done' &
hog=$!
qualify load dram:16M --profile="$T/load.ini"
is 'load at the preflight: INVALID, exit 4' "$status" 4
like '... with the figure' "$(gate load preflight 'other load')" '^fail [0-9.]+ % of [0-9]+ CPUs in one second \(allowed: <= 0 %\)'
is '... nothing was measured' "$(jq '.runs | length' "$T/load/result.json")" 0
is '... and the later steps say so' "$(of load '[.steps[] | select(.name == "matrix" or .name == "post-check") | .reason] | unique | join(",")')" \
	'a gate of the preflight is red'
"$BTTBENCH" show --format=json "$T/load/result.json" >"$T/back.json"
same '... a result without runs is read back' "$T/back.json" "$T/load/result.json"
ok '... keeps the schema' jsonschema -i "$T/load/result.json" "$schema"
is '... and is shown in every format' "$(for format in text json csv fio-json bmf openmetrics; do
	"$BTTBENCH" show --format=$format "$T/load/result.json" >/dev/null 2>&1 || echo $format
done)" ''
for command in 'report -o -' 'plot percentiles --data=-' 'history add --store=x.db'; do
	# shellcheck disable=SC2086 # words
	(cd "$T" && "$BTTBENCH" $command load/result.json >/dev/null 2>&1)
	ok "... and $command ends without a signal" [ $? -lt 125 ]
done
sed -i 's/^rw=.*/&\nprecondition=fill\nruntime=50ms/' "$T/load.ini"
qualify going dram:16M --profile="$T/load.ini" --keep-going
kill $hog
is '--keep-going measures' "$status $(jq '.runs | length' "$T/going/result.json")" '4 3'

# the data of others
"$BTTBENCH" format "$T/ns" --size=32M >/dev/null || bail 'no namespace'
cksum <"$T/ns" >"$T/before"
# keeps DESCRIPTION: the namespace has its bytes
keeps() {
	is "$1" "$(cksum <"$T/ns")" "$(cat "$T/before")"
}
qualify data "$T/ns" --profile="$T/tiny.ini" --yes
is 'a BTT is not replaced: exit 1' "$status" 1
one_line '... one line' "$T/err"
like '... that names it' "$(cat "$T/err")" "^bttbench: $T/ns: holds a BTT \\(--force destroys it\\)"
keeps '... and nothing is changed'
qualify data "$T/ns" --profile="$T/tiny.ini" --force </dev/null
is 'without a terminal and --yes: exit 2' "$status" 2
like '... one line' "$(cat "$T/err")" "^bttbench: $T/ns: all its data would be lost \\(allowed: with --yes\\)"
keeps '... and nothing is changed'
truncate -s 32M "$T/fs" && mkfs.ext4 -q "$T/fs"
qualify data "$T/fs" --profile="$T/tiny.ini" --yes
is 'a file system is not replaced' "$status $(sed 's/.*: holds //' "$T/err")" '1 an ext4 filesystem (--force destroys it)'
on_empty_file() {
	truncate -s 0 "$T/empty" && truncate -s 32M "$T/empty"
	anew file "$T/empty" --profile="$T/tiny.ini" --yes
}
again on_empty_file
is 'an empty file with --yes: PASS' "$status" 0 || diag "$(cat "$T/out" "$T/err")"
like '... the recovery used the namespace itself' "$(gate file recovery replay)" '^pass 2 kills: '
not_ok '... and its record is gone' test -e "$T/file/recovery.stamps"
qualify q dram:16M --profile="$T/tiny.ini"
is 'a folder with a result: exit 2' "$status" 2
like '... one line' "$(cat "$T/err")" "^bttbench: --output=$T/q: has a result.json \\(allowed: --resume, or another folder\\)"

# it goes on
"$BTTBENCH" qualify "$T/ns" --profile="$T/tiny.ini" -o "$T/cut" --yes --force >/dev/null 2>"$T/err" &
pid=$!
for i in $(seq 300); do
	[ "$(of cut '[.steps[].visited] | add' 2>/dev/null)" -ge 2 ] 2>/dev/null && break
	sleep 0.02
done
kill -INT $pid
wait $pid
is 'SIGINT: exit 130' $? 130
like '... one line' "$(cat "$T/err")" "^bttbench: qualify: a signal ended it; 'bttbench qualify --resume'"
like '... not finished' "$(jq -r '.verdict.reasons[]' "$T/cut/result.json")" '^not finished: [0-9] of 9 steps are pending'
unlike '... so it does not pass' "$(jq -r .verdict.status "$T/cut/result.json")" '^valid$'
not_ok '... no summary that could be taken for a verdict' test -e "$T/cut/summary.txt"
done_before=$(jq -c '[.runs[] | [.job, .round, .started_at]]' "$T/cut/result.json")
sed 's/^runtime=.*/runtime=60ms/' "$T/tiny.ini" >"$T/other.ini" && mv "$T/tiny.ini" "$T/kept.ini" && mv "$T/other.ini" "$T/tiny.ini"
qualify cut "$T/ns" --profile="$T/tiny.ini" --yes --resume
like 'another profile is refused' "$status $(cat "$T/err")" '^1 bttbench: .*/result.json: .* was runtime=50ms in the file, is runtime=60ms now'
mv "$T/kept.ini" "$T/tiny.ini"
"$BTTBENCH" format "$T/other" --size=32M >/dev/null && cp "$T/ns" "$T/mine" && cp "$T/other" "$T/ns" && cksum <"$T/ns" >"$T/before"
qualify cut "$T/ns" --profile="$T/tiny.ini" --yes --resume
like "a BTT that is not the qualification's own is refused" "$status $(cat "$T/err")" "^1 bttbench: $T/ns: holds a BTT "
keeps '... and nothing is changed'
cp "$T/mine" "$T/ns"
qualify cut "$T/ns" --profile="$T/tiny.ini" --yes --resume
like '--resume needs no --force for its own layout, and ends' "$status" '^[04]$' || diag "$(cat "$T/out" "$T/err")"
is '... has every visit' "$(of cut '[.steps[] | .visits == .visited and .state == "done"] | all')" true
is '... and measured none twice' "$(jq -c --argjson before "$done_before" '[.runs[] | [.job, .round, .started_at]] as $all | $before - $all' "$T/cut/result.json")" '[]'
passes fresh dram:16M --profile="$T/limits.ini" --resume
is '--resume without a result begins' "$status" 3

# wrong DESCRIPTION PATTERN PROFILE: exit 2 and one line
wrong() {
	# shellcheck disable=SC2059 # the profile has \n
	printf "$3" >"$T/wrong.ini"
	qualify none dram:16M --profile="$T/wrong.ini"
	is "$1: exit 2" "$status" 2
	one_line '... one line' "$T/err"
	like '... that says it' "$(cat "$T/err")" "$2"
}
wrong 'no [qualify]' 'no section \[qualify\]' '[matrix]\n'
wrong 'no such step' "job 'warm-up': its first word is no step \\(allowed: precondition, " '[qualify]\nrepeat=1\n[warm-up]\n'
wrong 'no rounds' 'line 2: \[qualify\] repeat=0: not a count \(allowed: 1 to 10000\)' '[qualify]\nrepeat=0\n[matrix]\n'
wrong 'no such gate' 'no such gate \(allowed: dirty_shutdowns, ' '[qualify]\ngate.colour = red\n[matrix]\n'
wrong 'a gate with a wrong sign' 'allowed: gate.spares >= a percentage' '[qualify]\ngate.spares <= 5\n[matrix]\n'
wrong 'a ratio with a wrong sign' 'not a ratio \(allowed: limit.near_far' '[qualify]\nlimit.near_far.read.p50 >= 2\n[matrix]\n'
wrong 'a limit without operations' 'no point of the matrix has such operations' '[qualify]\nlimit.zero.p50 <= 2us\n[matrix]\nrw=randread\n'
wrong 'no threads' 'not a list of threads \(allowed: numbers, half, all\)' '[qualify]\nvary=threads=many\n[matrix]\n'
wrong 'recovery without stamps' "verify=none \\(allowed: stamp in the steps" '[qualify]\nrepeat=1\n[recovery]\nrw=randwrite\n'
wrong 'another engine' 'engine=raw: not in a profile \(allowed: btt\)' '[qualify]\nrepeat=1\n[matrix]\nengine=raw\n'
qualify none dram:16M --profile=quack
like 'no such profile' "$status $(cat "$T/err")" '^2 bttbench: --profile=quack: no such profile \(allowed: quick, standard, full, '
qualify none
like 'no namespace' "$status $(cat "$T/err")" '^2 bttbench: qualify: no namespace'

# a broken library is found
bug=${BTTBENCH%/*}/bugs/no-publish/bttbench
if [ -x "$bug" ]; then
	profile bug.ini <<-'END'
		[verification]
		rw=randrw
		rwmix=read:50,write:50
		threads=all
		region=size:256K
		verify=stamp
		runtime=2s
	END
	"$bug" qualify dram:16M --profile="$T/bug.ini" -o "$T/bug" >"$T/out" 2>&1
	is 'blocks with wrong contents: FAIL and not INVALID' "$? $(jq -r .verdict.status "$T/bug/result.json")" '3 missed'
	like '... the gate says which' "$(gate bug verification contents)" '^fail [0-9]+ findings in [0-9]+ checks; the first, '
else
	skip 'a broken library' 'this variant has none'
fi

# a server with two sockets: the namespace is a file, and /sys says that its disk is the one of a region
unshare -rm true 2>/dev/null || { skip 'made-up servers' 'no mount namespace can be made here' && plan_done && exit; }
S=$(mktemp -d /tmp/bttbench-test.XXXXXX) # not in /dev, which is made up, too
trap 'rm -rf "$S"; tap_cleanup' EXIT
profile_on_disk() {
	{ printf '[qualify]\ngate.load <= 100%%\n%s\n' "$1" && printf '[matrix]\nrw=randread\nprecondition=fill\nruntime=50ms\n'; } >"$S/p.ini"
}
# server NAME FLAGS REGION: makes one, with the namespace in region REGION
server() {
	server=$S/$1
	mkdir "$server" && sysfs_make "$server" "$2"
	truncate -s 32M "$S/$1.ns"
	number=$(stat -c %d "$S/$1.ns")
	[ "$3" = 0 ] && leaf=region0/btt0.0/block/pmem0s || leaf=region1/dax1.0/dax1.0
	ln -s "../../devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0012:00/ndbus0/$leaf" "$server/dev/block/$((number >> 8)):$((number & 255))"
}
# on_server NAME ARG...: qualifies its namespace
on_server() {
	name=$1
	shift
	in_sysfs "$S/$name" "$BTTBENCH" qualify "$S/$name.ns" --profile="$S/p.ini" -o "$S/$name.q" --yes "$@" >"$T/out" 2>"$T/err"
	status=$?
	rm -rf "$T/$name" && cp -r "$S/$name.q" "$T/$name"
}
# red NAME: the gates that are red
red() {
	of "$1" '[.gates[] | select(.state == "fail") | "\(.step) \(.name)"] | join(", ")'
}
bus="devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0012:00/ndbus0"
profile_on_disk ''
server good '' 1
on_good_server() {
	rm -rf "$S/good.q"
	on_server good --force
}
again on_good_server
is 'a server with good modules: PASS' "$status" 0 || diag "$(cat "$T/out" "$T/err")"
is '... its gates about modules apply' "$(gate good preflight armed)" 'pass no flag is set on the modules'
like '... its counters were compared' "$(gate good post-check counters)" '^pass 6 counters of 6 modules did not move'
server unarmed not_armed 1
on_server unarmed
is 'an unarmed module: FAIL, exit 3' "$status $(red unarmed)" '3 preflight armed'
is '... the gate names it' "$(gate unarmed preflight armed)" 'fail nmem3 not_armed'
is '... nothing was written' "$(tr -d '\0' <"$S/unarmed.ns" | wc -c)" 0
server failed save_fail 1
on_server failed
is 'a module that has not saved its data' "$status $(red failed)" '3 preflight flags'
server bad '' 0
echo 0 >"$S/bad/$bus/region0/numa_node"
on_server bad
is 'bad blocks: FAIL' "$status $(red bad)" '3 preflight bad blocks'
like '... with their number' "$(gate bad preflight 'bad blocks')" '^fail 24 of 512 bytes are known \(allowed: <= 0\)'
profile_on_disk 'gate.dirty_shutdowns <= 1'
server dirty '' 1
on_server dirty
is 'more dirty shutdowns than the profile allows: FAIL' "$status $(red dirty)" '3 preflight dirty shutdowns'
profile_on_disk ''
server raised '' 1
sed -i 's/^runtime=.*/runtime=1s\nramp_time=2s/' "$S/p.ini"
(sleep 3 && echo 3 >"$S/raised/$bus/nmem4/nfit/dirty_shutdown") &
on_server raised
wait
is 'a count of dirty shutdowns that rises: FAIL, whatever the runs say' "$status $(red raised | grep -o 'post-check counters')" '3 post-check counters'
like '... the gate says where' "$(gate raised post-check counters)" '^fail the dirty shutdowns of nmem4 went from 2 to 3'
profile_on_disk ''
server far '' 0
: >"$S/far/$bus/region0/badblocks"
on_server far
is 'a region on another node than its memory: FAIL' "$status $(red far)" '3 preflight node'
is '... the gate names both' "$(gate far preflight node)" 'fail 0, but the kernel has its region on node 1'
profile_on_disk 'gate.node = 1'
server wrong '' 1
on_server wrong
is 'a namespace on another node than the profile demands: FAIL' "$status $(red wrong)" '3 preflight node'
is '... the gate names both' "$(gate wrong preflight node)" 'fail 0 (allowed: 1)'

plan_done
