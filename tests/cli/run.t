#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench run: the effect of a job on a namespace, and its result.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
ns=$T/ns
mkdir "$T/whole" || exit 1
cores=$("$BTTBENCH" run dram:16M --set threads=all --set ops=1 --format=json | jq '.runs[0].workers | length')

fresh() {
	rm -f "$ns"
	"$BTTBENCH" format "$ns" "$@" >"$T/said" 2>"$T/warned"
	nlba=$("$BTTBENCH" info --format=json "$ns" | jq .btt.nlba)
}

# usage FIELD...: the number of map entries of each kind
usage() {
	"$BTTBENCH" info --format=json "$ns" | jq -r ".btt.arenas[0].usage | [$1] | join(\" \")"
}

# is_whole: sums agree and every number is one; keeps the result for the schema check
is_whole() {
	cp "$result" "$(mktemp "$T/whole/XXXXXX")"
	! grep -Ei ':? -?(nan|inf)' "$result" || return 1
	jq -e '.runs[0] as $r | $r.ops as $o
		| all($o[]; .count == (.service_ns.histogram // {buckets: [], over: 0} | ([.buckets[][2]] | add // 0) + .over))
		and all($o[] | select(.count > 0); .service_ns | .min <= .mean and .mean <= .max
			and ([.percentiles[]] | . == sort and .[-1] <= 1e99) and ([.percentiles[]] | max) <= .max
			and .min >= .histogram.buckets[0][0] and .min <= .histogram.buckets[0][1]
			and (.histogram.over > 0 or .max <= .histogram.buckets[-1][1] and .max >= .histogram.buckets[-1][0]))
		and ([$o[].count] | add) == ([$r.workers[].ops] | add)
		and ([$o[].errors] | add) == ([$r.workers[].errors] | add)
		and all("read", "write", "zero"; . as $k | $o[$k].count == ([$r.intervals[].ops[$k]] | add // 0))
		and ([$r.intervals[].errors] | add // 0) == ([$o[].errors] | add)
		and ([$r.workers[].lane] == [range($r.workers | length)])
		and .clock.cost_ns > 0 and .harness_ns_per_op > 0' "$result"
}

# every engine with every kind of load
for engine in btt raw null; do
	for rw in read write zero randread randwrite randzero rw randrw; do
		ok "engine=$engine rw=$rw" run dram:16M --set engine=$engine --set rw=$rw --set ops=500 \
			--set precondition=fill
		ok '... with a complete result' is_whole
		case $rw in
		*read) kinds='read' ;;
		*write) kinds='write' ;;
		*zero) kinds='zero' ;;
		*) kinds='read write zero' ;;
		esac
		is '... with exactly these kinds, and each op is counted' \
			"$(result '[.runs[0].ops | to_entries[] | select(.value.count > 0).key] | join(" ")') $(result \
				'[.runs[0].ops[].count] | add')" "$kinds 500"
	done
	is "engine=$engine: BTT counters only with a BTT" \
		"$(result '[.runs[0].btt, .runs[0].layout] | map(. != null) | join(" ")')" \
		"$([ $engine = btt ] && echo true true || echo false false)"
done

# the run from the README
fresh --size=1G --lbasize=4096 --nfree=512
ok 'a BTT of 1 GiB with 512 free blocks is consistent' "$BTTBENCH" check "$ns"
is '... and info agrees' "$("$BTTBENCH" info --format=json "$ns" | jq -r '[.size, .btt.lbasize, .btt.nfree] | join(" ")')" \
	'1073741824 4096 512'
fresh --size=128M --nfree=512
ok 'two threads, a mix, --output' undisturbed "$BTTBENCH" run "$ns" --set rw=randrw --set rwmix=read:70,write:25,zero:5 \
	--set threads=2 --set oversubscribe=1 --set runtime=800ms --set interval=100ms --output="$result"
ok '... gives a complete result' is_whole
for path in schema tool host namespace job runs verdict .runs[0].ops.read .runs[0].ops.write .runs[0].ops.zero \
	.runs[0].btt .runs[0].workers .runs[0].intervals; do
	ok "... with $path" holds ".${path#.} != null"
done
for op in read write zero; do
	ok "... and all of ops.$op" holds ".runs[0].ops.$op"'
		| ([.count, .errors, .iops, .bytes_per_s] | all(type == "number"))
		and (.service_ns | [.min, .mean, .stddev, .max] | all(type == "number" and . >= 0))
		and (.service_ns.percentiles | length == 6) and (.service_ns.histogram.buckets | length > 0)
		and has("response_ns")'
done
ok '... valid' is_valid
ok '... with the requested runtime' holds '.runs[0].elapsed_s > 0.75 and .runs[0].elapsed_s < 3'
ok '... in steps of 100 ms' holds '.runs[0].intervals | length >= 5 and length <= 9'
ok '... one after another' holds '[.runs[0].intervals[] | .start_s, .start_s + .length_s]
	| [range(1; length - 1; 2) as $i | (.[$i + 1] - .[$i]) | fabs < 1e-6] | all'
ok '... IOPS are ops over time' holds '.runs[0] | .elapsed_s as $s | all(.ops[];
	(.iops - .count / $s | fabs) <= .iops / 1000 and (.bytes_per_s - .iops * 4096 | fabs) <= .bytes_per_s / 1000)'
ok '... both threads did ops' holds '.runs[0].workers | length == 2 and all(.ops > 0)'
ok '... with the existing layout' holds '.runs[0].layout | .nfree == 512 and .lbasize == 4096 and .flavour == "uefi"'
ok '... and consistent after it' "$BTTBENCH" check "$ns"

# the mix
ok 'a mix of 70, 25 and 5 over 100000 ops' run dram:16M --set ops=100k
ok '... is right within half a percent' holds '.runs[0].ops | .read.count / 1e5 - .70 | fabs < .005'
ok '... by each kind' holds '.runs[0].ops | (.write.count / 1e5 - .25 | fabs < .005) and (.zero.count / 1e5 - .05 | fabs < .005)'
counts=$(result '[.runs[0].ops[].count] | join(" ")')
ok 'the same seed and ops again' run dram:16M --set ops=100k
is '... the same ops by kind' "$(result '[.runs[0].ops[].count] | join(" ")')" "$counts"
ok 'another seed' run dram:16M --set ops=100k --set seed=2
not_ok '... other ops' [ "$(result '[.runs[0].ops[].count] | join(" ")')" = "$counts" ]
for seed in 7 8; do
	fresh --size=16M --flavour=pmdk --uuid=01234567-89ab-cdef-0123-456789abcdef
	"$BTTBENCH" run "$ns" --set rw=randwrite --set ops=1k --set seed=$seed >"$T/out"
	cksum <"$ns" >"$T/$seed.first"
	fresh --size=16M --flavour=pmdk --uuid=01234567-89ab-cdef-0123-456789abcdef
	"$BTTBENCH" run "$ns" --set rw=randwrite --set ops=1k --set seed=$seed >"$T/out"
	cksum <"$ns" >"$T/$seed.second"
	same "seed $seed twice leaves the same bytes" "$T/$seed.first" "$T/$seed.second"
done
not_ok '... and not those of another seed' cmp "$T/7.first" "$T/8.first"

# ops= ends by itself
ok 'ops=777 with two threads' run dram:16M --set threads=2 --set oversubscribe=1 --set ops=777
is '... gives 777 ops to each' "$(result '[.runs[0].workers[].ops] | join(" ")')" '777 777'
ok 'ops and runtime, ops first' run dram:16M --set ops=10 --set runtime=60s
is '... ends with ops' "$(result '.runs[0].workers[0].ops')" 10
ok 'ops and runtime, runtime first' run dram:16M --set ops=1T --set runtime=200ms
ok '... ends with runtime' holds '.runs[0].elapsed_s < 2'

# the blocks of each pattern
fresh --size=16M
ok 'pattern seq from block 0' run "$ns" --set rw=write --set ops=10
is '... writes the first ten' "$(usage '.map_normal, .map_initial')" "10 $((nlba - 10))"
is '... and no others' "$("$BTTBENCH" read "$ns" --count=10 | tr -d '\0' | wc -c |
	awk '{print ($1 > 10 * 4000)}') $("$BTTBENCH" read "$ns" --lba=10 --count=10 | tr -d '\0' | wc -c)" '1 0'
ok 'zeroes in sequence' run "$ns" --set rw=zero --set ops=4
is '... zero the first four' "$(usage '.map_zero, .map_normal')" '4 6'
fresh --size=16M
ok 'two threads in sequence' run "$ns" --set rw=write --set ops=10 --set threads=2 --set oversubscribe=1
is '... write ten each' "$(usage .map_normal)" 20
is '... the second thread from the middle on' "$("$BTTBENCH" read "$ns" --lba=$((nlba / 2 + 9)) | tr -d '\0' | wc -c |
	awk '{print ($1 > 4000)}') $("$BTTBENCH" read "$ns" --lba=$((nlba / 2 + 10)) | tr -d '\0' | wc -c)" '1 0'
ok 'a sequence wraps' run "$ns" --set rw=write --set ops=$((nlba + 100))
is '... over every block' "$(usage .map_normal)" "$nlba"
fresh --size=16M
ok 'pattern uniform' run "$ns" --set rw=randwrite --set ops=1000
ok '... is spread out' [ "$(usage .map_normal)" -gt 800 ]
for partition in thread shared; do
	fresh --size=16M
	"$BTTBENCH" run "$ns" --set rw=randwrite --set ops=20k --set threads=2 --set oversubscribe=1 \
		--set partition=$partition >"$T/out"
	"$BTTBENCH" read "$ns" --count=$((nlba / 2)) | perl -e '$/ = \4096; while (<>) { $seen{unpack "Q", $_}++ if /[^\0]/ }
		print scalar keys %seen' >"$T/$partition"
done
is 'partition=thread: the first half has one writer; partition=shared: two' "$(cat "$T/thread" "$T/shared")" 12

# precondition
fresh --size=16M
ok 'precondition=fill' run "$ns" --set precondition=fill --set rw=randread --set ops=1
is '... writes every block' "$(usage .map_normal)" "$nlba"
before=$(cksum <"$ns")
for precondition in none fault; do
	ok "a job that only reads, precondition=$precondition" run "$ns" --set rw=randread --set ops=1000 \
		--set precondition=$precondition
	is '... changes no byte' "$(cksum <"$ns")" "$before"
	ok "raw reads, precondition=$precondition" run "$ns" --set engine=raw --set rw=read --set ops=1000 \
		--set precondition=$precondition
	is '... change no byte' "$(cksum <"$ns")" "$before"
done
ok 'a job that only reads, with the default precondition' run "$ns" --set rw=read --set ops=1000
is '... changes no byte' "$(cksum <"$ns")" "$before"
ok 'engine=null' run "$ns" --set engine=null --set ops=1000
is '... changes no byte' "$(cksum <"$ns")" "$before"

# raw on plain memory and over a BTT
ok 'raw --force over a BTT' run "$ns" --set engine=raw --set rw=write --set ops=2 --force
is '... overwrites its info block' "$("$BTTBENCH" info --format=json "$ns" | jq -r '.probed[0].found')" 'backup only'
truncate -s 0 "$ns"
truncate -s 16M "$ns"
ok 'raw without a BTT' run "$ns" --set engine=raw --set rw=write --set ops=3 --set bs=8k
is '... writes blocks of bs' "$(tr -d '\0' <"$ns" | wc -c | awk '{print ($1 > 3 * 8000 && $1 <= 3 * 8192)}')" 1
ok 'raw zeroes' run "$ns" --set engine=raw --set rw=zero --set ops=3 --set bs=8k --force
is '... zero them' "$(tr -d '\0' <"$ns" | wc -c)" 0

# the floor: blocks in place, then a log line, then 4 bytes of map for each block
truncate -s 0 "$ns"
truncate -s 16M "$ns"
blocks=$(((16 << 20) - 3 * 64))
blocks=$((blocks / 4100))
ok 'the floor writes each block' run "$ns" --set engine=floor --set rw=write --set ops=$blocks
ok '... once' holds ".runs[0].ops.write.count == $blocks"
is '... whole, with data of its own' "$(head -c $((blocks * 4096)) "$ns" | split -b 4096 --filter='head -c 16 | od -An -tx8 | head -n 1' | sort -u | wc -l)" $blocks
is '... its log line holds 16 bytes' "$(tail -c +$((blocks * 4096 + 1)) "$ns" | head -c 64 | tail -c 48 | tr -d '\0' | wc -c)" 0
is '... and its map 16 bytes for each 4 blocks' "$(tail -c +$((blocks * 4096 + 65)) "$ns" | head -c $((blocks / 4 * 16)) |
	od -An -v -tu8 -w16 | awk '$1 != 4 * (NR - 1) + 3' | wc -l)" 0
before=$(head -c $((blocks * 4096)) "$ns" | cksum)
ok 'the floor reads' run "$ns" --set engine=floor --set rw=randread --set ops=1000 --set precondition=none
ok 'the floor zeroes' run "$ns" --set engine=floor --set rw=zero --set ops=$blocks --set precondition=none --force
is '... in the map' "$(tail -c +$((blocks * 4096 + 65)) "$ns" | head -c $((blocks * 4)) | tr -d '\0' | wc -c)" 0
is '... and not in the blocks' "$(head -c $((blocks * 4096)) "$ns" | cksum)" "$before"

# counters per op
fresh --size=16M
ok 'writes' run "$ns" --set rw=randwrite --set ops=1000
is '... with two fences each' "$(result '.runs[0].btt.per_op.fences')" '2'
ok '... the block, and 20 bytes of flog and map' holds '.runs[0].btt | .bytes_stored == 1000 * (4096 + 16 + 4)'
ok '... as bytes per user byte' holds '.runs[0].btt.per_op.bytes_stored_per_user_byte - 4116 / 4096 | fabs < 1e-6'
ok 'zeroes of written blocks' run "$ns" --set rw=zero --set ops=1000
ok '... at most one fence each' holds '.runs[0].btt.fences | . > 0 and . <= 1000'
ok 'reads of written blocks' run dram:16M --set rw=randread --set ops=1000
is '... without a fence' "$(result '.runs[0].btt | [.fences, .lines_flushed, .bytes_stored] | join(" ")')" '0 0 0'

# layouts made for plain memory
for flavour in uefi kernel pmdk; do
	ok "dram: with flavour $flavour" run dram:32M --set flavour=$flavour --set bs=520 --set nfree=300 --set ops=100
	is '... gets this layout' "$(result '.runs[0].layout | [.flavour, .lbasize, .nfree, .start_off] | join(" ")')" \
		"$flavour 520 300 $([ $flavour = kernel ] && echo 4096 || echo 0)"
done
ok 'bs= sets the sector size' run dram:16M --set bs=512 --set ops=10
fresh --size=16M --lbasize=512
ok '... also of a namespace' run "$ns" --set bs=512 --set nfree=256 --set lanes=256 --set ops=10

# placement
for placement in local spread node:0 cpus:0; do
	ok "placement=$placement" run dram:16M --set placement=$placement --set ops=100
	is '... the worker ran on its CPU' "$(result '.runs[0].workers[0] | .cpu == .cpu_seen and .cpu != null')" true
	is '... and the result has the placement' "$(result '.job.sections[0].keys.placement')" $placement
done
is 'placement=cpus:0 is CPU 0' "$(result '.runs[0].workers[0] | [.cpu, .cpu_seen] | join(" ")')" '0 0'
ok 'threads=all' run dram:16M --set threads=all --set ops=100
is '... one worker per core' "$(result '[.runs[0].workers[].core] | [length, (unique | length)] | join(" ")')" "$cores $cores"
ok 'oversubscribe=1' run dram:16M --set threads=$((cores + 3)) --set oversubscribe=1 --set ops=100
is '... places are shared' "$(result '.runs[0].workers | length')" $((cores + 3))

# phases
ok 'ramp_time' run dram:16M --set ramp_time=400ms --set ops=1000
is '... is not measured' "$(result '[.runs[0].ops[].count] | add')" 1000
began=$(date +%s%N)
ok 'ramp_time' run dram:16M --set ramp_time=400ms --set runtime=100ms
ok '... comes before the measured phase' [ $((($(date +%s%N) - began) / 1000000)) -ge 500 ]
ok '... and is not part of it' holds '.runs[0].elapsed_s < 0.39'

ok 'many threads on few cores, after a ramp' run dram:16M --set threads=$((cores + 14)) --set oversubscribe=1 \
	--set ramp_time=100ms --set runtime=200ms --set interval=10ms
ok '... no interval has ops of the ramp' is_whole
ok '... or a negative count' holds 'all(.runs[0].intervals[].ops[]; . >= 0)'

# signals
fresh --size=16M
for signal in INT:130 TERM:143 HUP:129; do
	code=${signal#*:} signal=${signal%:*}
	until_phase run env --default-signal "$BTTBENCH" run "$ns" --set runtime=60s --status-interval=100ms --format=json >"$result"
	sleep 0.1
	kill -$signal $pid
	wait $pid 2>/dev/null
	is "SIG$signal: exit 128 + its number" $? "$code"
	ok '... with a complete result' is_whole
	ok '... marked as interrupted' is_interrupted
	ok '... with the ops until then' holds '.runs[0].ops.read.count > 100 and .runs[0].elapsed_s < 5'
	ok '... and the layout is consistent' "$BTTBENCH" check "$ns"
done
until_phase run "$BTTBENCH" run "$ns" --set runtime=60s --status-interval=100ms --format=json >"$result"
kill -TERM $pid
sleep 0.1
for signal in TERM INT HUP TERM; do kill -$signal $pid 2>/dev/null; done
wait $pid 2>/dev/null
is 'signals that repeat at once: exit as for the first' $? 143
ok '... with a complete result' is_whole
timeout 1 "$BTTBENCH" run "$ns" --set runtime=60s --format=json >"$result" 2>"$T/err"
is 'under timeout(1): its exit code' $? 124
ok '... with a complete result' is_whole
until_phase run nohup "$BTTBENCH" run "$ns" --set runtime=1s --status-interval=100ms --format=json >"$result"
kill -HUP $pid
wait $pid 2>/dev/null
ok 'under nohup(1), SIGHUP changes nothing: exit 0' is_done $? "$result"
is '... which is not interrupted' "$(result '.runs[0] | .interrupted == false and .elapsed_s > 0.99')" true
fresh --size=16M
until_phase ramp "$BTTBENCH" run "$ns" --set ramp_time=60s --status-interval=100ms --format=json >"$result"
kill -INT $pid
wait $pid
status=$?
is 'SIGINT before the measured phase: the result is invalid' "$status $(result .verdict.status)" '130 invalid'
ok '... and still complete' is_whole

# a limit of the file's size
(ulimit -f 8 && exec "$BTTBENCH" run dram:16M --set ops=100 --output="$T/limited.json") >"$T/out" 2>"$T/err"
is '--output beyond the limit of a file: exit 1' $? 1
like '... with one line' "$(cat "$T/err")" "^bttbench: $T/limited.json: File too large\$"
(ulimit -f 8 && exec "$BTTBENCH" format "$T/limited" --size=32M) >"$T/out" 2>"$T/err"
is 'format beyond the limit of a file: exit 1' $? 1
like '... with one line' "$(cat "$T/err")" "^bttbench: $T/limited: File too large\$"

# output
fresh --size=16M
"$BTTBENCH" run "$ns" --set ops=100 >"$T/out" 2>"$T/err"
is 'not on a terminal: nothing on standard error' "$(cat "$T/err")" ''
like '... the text on standard output' "$(cat "$T/out")" '^verdict +valid'
for line in 'read +[0-9]' 'write +[0-9]' 'zero +[0-9]' 'protocol fences +[0-9]' 'host +' 'namespace +' 'clock +' 'harness +'; do
	like "... with $line" "$(cat "$T/out")" "^ *$line"
done
"$BTTBENCH" run dram:16M --set runtime=500ms --status-interval=100ms --format=json >"$result" 2>"$T/err"
ok '--status-interval: the result alone on standard output' is_whole
lines=$(grep -c '^run ' "$T/err")
ok '... and status lines on standard error' [ "$lines" -ge 2 ]
is '... nothing else' "$(grep -vcE '^(run|ramp|precondition) ' "$T/err")" 0
like '... with ETA, IOPS and p99' "$(cat "$T/err")" 'ETA .*IOPS; p99 read '
"$BTTBENCH" run dram:16M --set ops=100 --output="$T/o.json" --format=json >"$result" 2>"$T/err"
same '--output and standard output are the same' "$T/o.json" "$result"
is '--output=- style devices work' "$("$BTTBENCH" run dram:16M --set ops=100 --output=/dev/stderr 2>&1 >/dev/null |
	jq -r .schema)" bttbench.result/1
printf '%0100000d' 0 >"$T/o.json"
"$BTTBENCH" run dram:16M --set ops=100 --output="$T/o.json" >"$T/out" 2>"$T/err"
ok '--output replaces a longer file' jq -e . "$T/o.json"
for format in text json; do
	"$BTTBENCH" run dram:16M --set ops=100 --format=$format >/dev/full 2>"$T/err"
	is "$format to standard output that is full: exit 1" $? 1
	one_line '... and one line' "$T/err"
	like '... with the reason' "$(cat "$T/err")" 'standard output: No space'
done
"$BTTBENCH" run dram:16M --set ops=100 --output=/dev/full >"$T/out" 2>"$T/err"
is '--output to a full disk: exit 1' $? 1
one_line '... and one line' "$T/err"
like '... with the reason' "$(cat "$T/err")" '/dev/full: No space'
like '... and the measurement is still on standard output' "$(cat "$T/out")" 'verdict  '
# files that --output must not replace, and the old file
printf '[a]\ninclude o.inc\nrw=read\n' >"$T/o.job"
printf 'include o2.inc\n' >"$T/o.inc"
printf 'ops=10\n' >"$T/o2.inc"
for written in "$ns" "$T/o.job" "$T/o.inc" "$T/o2.inc"; do
	for option in output verify-state; do
		cksum <"$written" >"$T/before"
		"$BTTBENCH" run "$T/o.job" "$ns" --set verify=stamp --$option="$written" >"$T/out" 2>"$T/err"
		is "--$option to a file that the run needs: exit 2" $? 2
		one_line '... and one line' "$T/err"
		is '... and the file is unchanged' "$(cksum <"$written")" "$(cat "$T/before")"
	done
done
exits '--output and --verify-state are two files' 2 "$BTTBENCH" run dram:16M --set verify=stamp --set ops=10 \
	--output="$T/one" --verify-state="$T/one"
ok 'a result' "$BTTBENCH" run dram:16M --set ops=100 --output="$T/o.json"
chmod 640 "$T/o.json"
cksum <"$T/o.json" >"$T/before"
(
	trap '' XFSZ
	ulimit -f 2
	"$BTTBENCH" run dram:16M --set ops=100 --output="$T/o.json" >"$T/out" 2>"$T/err"
)
is 'another one that does not fit on the disk: exit 1' $? 1
like '... with the reason' "$(cat "$T/err")" 'o.json: File too large'
is '... and the first one is unchanged' "$(cksum <"$T/o.json")" "$(cat "$T/before")"
ln -s o.json "$T/link.json"
ok 'another one through a link' "$BTTBENCH" run dram:16M --set ops=50 --output="$T/link.json"
is '... replaces the target' "$(readlink "$T/link.json") $(stat -c %a "$T/o.json") $(jq '[.runs[0].ops[].count] | add' "$T/o.json")" \
	'o.json 640 50'
is '... and leaves no other file' "$(find "$T" -name 'o.json.*')" ''
# a run killed while it measures: no new name appears if the file system supports unnamed files
mkdir "$T/killed"
cp "$T/o.json" "$T/killed/old.json"
for name in old new; do
	until_phase run "$BTTBENCH" run dram:16M --set runtime=60s --status-interval=100ms --output="$T/killed/$name.json" >"$T/out"
	kill -KILL $pid
	wait $pid 2>/dev/null
	is "a run killed with --output to the $name file keeps the old file" "$(ls "$T/killed")" old.json
done
same '... unchanged' "$T/killed/old.json" "$T/o.json"
unset PMEM_IS_PMEM_FORCE
"$BTTBENCH" run "$ns" --set ops=100 --format=json >"$result" 2>"$T/err"
one_line 'if libpmem can not flush, there is one line' "$T/err"
like '... with the reason' "$(cat "$T/err")" 'msync'
ok '... and the result has the reason too' holds '(.namespace.is_pmem | not) and .namespace.map_sync == false and (.verdict.reasons | tostring | test("msync"))'
# ThreadSanitizer sees the stores of the data only this way: libpmem's own stores are invisible to it
fresh --size=16M --nfree=2
ok 'two threads on few blocks' run "$ns" --set rw=randrw --set threads=2 --set oversubscribe=1 --set runtime=2s
odd=$(printf '%s/x\377' "$T")
mv "$ns" "$odd"
run "$odd" --set ops=10
ok 'a file name that is not UTF-8 gives valid JSON' is_whole

# job files
cat >"$T/x.job" <<-END
	[global]
	runtime=60s
	percentiles=50,99.9
	[oltp]
	rw=randwrite
	ops=50
END
ok 'a job file' run "$T/x.job" dram:16M --set runtime=0
is '... runs' "$(result '[.job.sections[0].name, .runs[0].job, .runs[0].ops.write.count, .job.file] | join(" ")')" \
	"oltp oltp 50 $T/x.job"
is '... with its percentiles' "$(result '.runs[0].ops.write.service_ns.percentiles | keys | join(" ")')" '50 99.9'
ok '--set overrides it' run "$T/x.job" dram:16M --set rw=randread --set ops=60
is '... even ops over the runtime of the file' "$(result '.runs[0].ops.read.count')" 60
ok 'the keys of a result are a job file of the same job' sh -c "{ echo '[again]' &&
	jq -r '.job.sections[0].keys | to_entries[] | \"\\(.key)=\\(.value)\"' '$result'; } >'$T/again.job'"
keys=$(result '.job.sections[0].keys | tostring')
ok '... that runs' run "$T/again.job" dram:16M
is '... with the same keys' "$(result '.job.sections[0].keys | tostring')" "$keys"
is 'the built-in job is workloads/default.job' \
	"$("$BTTBENCH" run dram:16M --set ops=1 --format=json | jq -c '.job.sections[0].keys')" \
	"$("$BTTBENCH" run "$SRC/workloads/default.job" dram:16M --set ops=1 --format=json | jq -c '.job.sections[0].keys')"
ok 'every key of --help-keys is in a result' sh -c "\"$BTTBENCH\" run --help-keys | grep -x '[a-z_][a-z_]*' |
	sort >'$T/keys' && jq -r '.job.sections[0].keys | keys[]' '$result' | sort | cmp - '$T/keys'"

# the default job
run_default() {
	"$BTTBENCH" run --set runtime=300ms --output="$result" >"$T/out" 2>"$T/err"
}
undisturbed run_default
is 'the default job: exit 0, nothing on standard error' "$? $(cat "$T/err")" '0 '
like '... on dram:1G' "$(cat "$T/out")" '^namespace +dram:1G '
like '... with the place of the worker' "$(tr -s ' ' <"$T/out")" '^ 0 0 ([0-9]+) \1 '

# every result so far
schema=$SRC/results/bttbench.result-1.schema.json
set --
for file in "$T"/whole/*; do
	set -- "$@" -i "$file"
done
ok "the schema describes all $(($# / 2)) results" jsonschema "$@" "$schema"
jq 'del(.runs[0].workers[0].lane)' "$result" >"$T/bad.json"
not_ok '... but not one that lacks a key' jsonschema -i "$T/bad.json" "$schema"
jq '.runs[0].more = 1' "$result" >"$T/bad.json"
not_ok '... or one with an extra key' jsonschema -i "$T/bad.json" "$schema"

plan_done
