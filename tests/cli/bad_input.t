#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Every fault is reported in one line, and the namespace keeps every byte.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
ns=$T/ns

# refused STATUS ARG...: the exit status is STATUS, one line on standard error, nothing on standard output, within a time limit
refused() {
	want=$1
	shift
	timeout 10 "$BTTBENCH" "$@" >"$T/out" 2>"$T/err" <"$T/data"
	got=$?
	echo "exit $got; out: $(head -c 200 "$T/out"); err: $(cat "$T/err")"
	[ "$got" -eq "$want" ] && [ ! -s "$T/out" ] && [ "$(wc -l <"$T/err")" -eq 1 ] && grep -q '^bttbench: .' "$T/err"
}

# keeps FILE STATUS ARG...: refused, and the file does not change
keeps() {
	file=$1
	shift
	before=$(cksum <"$file")
	refused "$@" && [ "$before" = "$(cksum <"$file")" ]
}

# no_command_takes NAME DESCRIPTION [STATUS]: every command that opens existing namespaces refuses it
no_command_takes() {
	for command in info check read write zero run; do
		if [ -f "$1" ]; then
			ok "$2: refused by $command" keeps "$1" "${3:-1}" $command "$1"
		else
			ok "$2: refused by $command" refused "${3:-1}" $command "$1"
		fi
	done
}

head -c 4096 /dev/urandom >"$T/data"
"$BTTBENCH" format "$ns" --size=20M >"$T/out" || bail 'no namespace'
"$BTTBENCH" write "$ns" <"$T/data" || bail 'no data'

# files that are no namespace
truncate -s 1M "$T/small"
: >"$T/empty"
mkdir "$T/dir"
truncate -s 20M "$T/blank"
mkfifo "$T/fifo"
for what in no:'a missing file' small:'a file of 1 MiB' empty:'an empty file' dir:'a folder' blank:'a file without a BTT' \
	fifo:'a pipe'; do
	no_command_takes "$T/${what%%:*}" "${what#*:}"
done
for device in /dev/null /dev/zero /dev/full /dev/tty; do
	[ -c $device ] || continue
	no_command_takes $device $device
	ok "$device: refused by format" refused 1 format $device --size=20M
done
for what in small:'a file of 1 MiB' empty:'an empty file'; do
	ok "${what#*:}: refused by format" keeps "$T/${what%%:*}" 1 format "$T/${what%%:*}"
done
ok 'a folder: refused by format' refused 1 format "$T/dir"
ok 'a missing file: refused by format' refused 1 format "$T/no"
is '... with the option that would create it' "$(cat "$T/err")" \
	"bttbench: $T/no: No such file or directory (--size=SIZE creates a file)"
not_ok '... and no file was made' test -e "$T/no"
for what in "$T/dir/no/ns" /dev/no-such-device; do
	ok "$what: refused by format" refused 1 format "$what"
	unlike '... without that option' "$(cat "$T/err")" --size
done
ok 'an empty name' refused 1 info ''
for size in '' x -1 1M 99999999999999999999 8000000T; do
	ok "dram:$size" refused 1 run "dram:$size"
done
for command in info check read write zero format; do
	ok "$command of dram: is refused" refused 1 $command dram:64M
done

# the command line
ok 'no command' refused 2
ok 'an unknown command' refused 2 frobnicate
ok 'an unknown command of two lines' refused 2 'two
lines'
ok 'an option for a command' refused 2 --frobnicate
for command in run format info check read write zero; do
	ok "$command: an unknown option" keeps "$ns" 2 $command --frobnicate "$ns"
	ok "$command: an unknown short option" keeps "$ns" 2 $command -xyz "$ns"
	ok "$command: too many arguments" keeps "$ns" 2 $command "$ns" "$ns" "$ns"
	[ $command = run ] || ok "$command: too few arguments" refused 2 $command
done
ok 'a namespace name with two lines' refused 1 info "$T/two
lines"

# keys
ok 'an unknown key' keeps "$ns" 2 run "$ns" --set frobnicate=1
like '... named' "$(cat "$T/err")" 'frobnicate'
ok 'a misspelled key' keeps "$ns" 2 run "$ns" --set runtme=1
like '... with the intended key' "$(cat "$T/err")" 'runtime'
for set in '' = =1 runtime; do
	ok "--set '$set'" keeps "$ns" 2 run "$ns" --set "$set"
done
ok '--set of two lines' keeps "$ns" 2 run "$ns" --set 'two
lines=1'
ok '--set without a value' keeps "$ns" 2 run "$ns" --set
cat >"$T/bad" <<-END
	engine disk btt,raw 1
	rw randtrim READ 7
	rwmix read:70 read:70,write:20 read:101 read:-1,write:101 read:50,read:50 trim:100 read read:70,write:30,zero:5 read:33.3,write:66.7 ,
	bs 0 511 -512 4096x 2G 18446744073709551616 1.5
	threads 0 -1 x 10001 1.5 some
	lanes 0 -1 x 10001
	nfree 0 -1 x 1000001
	rotate 0 -1 on 17
	flavour ext4 UEFI 1
	commit one-fence lazy
	placement near node: node:x node:-1 cpus: cpus:x cpus:3-1 cpus:0,,1 cpus:-1 cpus:0:2 cpus:0-3:0 cpus:0-3:2/1 cpus:8192 node:99999999999
	smt on 1
	oversubscribe yes 2
	pattern random zipf zipf: zipf:0 zipf:5.1 hotspot:80 hotspot:0/20 hotspot:80/100 stride:0 stride:x
	partition none lane
	blocks 0 -1 x 65537
	region 10% size:0 size:0% offset:101% offset:0,offset:0 offset:x start:0 offset:0,
	runtime -1 x 5M 1y 9000h 0 1e3
	ramp_time -1 x 9000h
	ops -1 x 1.5 18446744073709551616
	seed -1 x 0x 18446744073709551616 1.5
	precondition full 1 aged age: age:0 age:101 age:-1 age:1.5 age:x fill:2
	stonewall 2 yes
	repeat 0 -1 x 1001
	lookahead on 1
	rate_iops -1 x 1.5
	arrival uniform 1
	verify crc32 1
	buffer_compress_percentage -1 101 50% x
	dedupe_percentage -1 101 50% x
	verify_unknown ignore 1
	steady_state on rounds:1 rounds:5,max:4 range:101 width:3
	namespace_node -1 x 1.5 near
	batch 0 65 x -1
	latency_every 0 1001 x -1
	interval 0 1us 2h -1 x
	percentiles 0 101 50,40 50,50 x 50,,60 -1 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17
END
echo "namespace $(printf '%0200d' 0)" >>"$T/bad"
while read -r key values; do
	for value in '' $values; do
		ok "$key=$value" keeps "$ns" 2 run "$ns" --set "$key=$value"
		like '... with key and value' "$(cat "$T/err")" "$key=$(printf %.40s "$value")"
	done
done <"$T/bad"
is 'every key was tested with bad values' "$(cut -d' ' -f1 "$T/bad" | sort)" \
	"$("$BTTBENCH" run --help-keys | grep -x '[a-z_][a-z_]*' | sort)"
ok 'a mix that does not sum to 100' keeps "$ns" 2 run "$ns" --set rwmix=read:70
like '... and its sum' "$(cat "$T/err")" '70.*100'
ok 'a job without an end' keeps "$ns" 2 run "$ns" --set runtime=0
ok 'more lanes than free blocks' keeps "$ns" 2 run "$ns" --set threads=3 --set nfree=2
ok 'a mix for a job of one kind' keeps "$ns" 2 run "$ns" --set rw=read --set rwmix=read:50,write:50
for format in xml JSON ''; do
	ok "--format=$format" keeps "$ns" 2 run "$ns" --format="$format"
done
for time in 0 -1 x ''; do
	ok "--status-interval=$time" keeps "$ns" 2 run "$ns" --status-interval="$time"
done

# values that this layout or this machine does not have
cores=$("$BTTBENCH" run dram:16M --set threads=all --set ops=1 --format=json | jq '.runs[0].workers | length')
ok 'more workers than cores' keeps "$ns" 1 run "$ns" --set threads=$((cores + 1)) --set ops=1
like '... with the number of cores' "$(cat "$T/err")" "$cores.*oversubscribe"
ok 'another sector size' keeps "$ns" 1 run "$ns" --set bs=512
like "... with the layout's size" "$(cat "$T/err")" '4096'
ok 'another nfree' keeps "$ns" 1 run "$ns" --set nfree=512
like "... with the layout's nfree" "$(cat "$T/err")" '256'
ok 'more lanes than the layout has' keeps "$ns" 1 run "$ns" --set lanes=257 --set ops=1
like '... with the number of lanes' "$(cat "$T/err")" '256'
"$BTTBENCH" format "$T/one" --size=20M --nfree=1 >"$T/out" 2>&1
ok 'more workers than the layout has lanes' keeps "$T/one" 1 run "$T/one" --set threads=2 --set oversubscribe=1
ok 'a missing CPU' keeps "$ns" 1 run "$ns" --set placement=cpus:8191
ok 'a missing node' keeps "$ns" 1 run "$ns" --set placement=node:99
ok 'two workers on one CPU' keeps "$ns" 1 run "$ns" --set placement=cpus:0 --set threads=2
ok 'raw over a BTT' keeps "$ns" 1 run "$ns" --set engine=raw --set rw=randwrite
ok 'raw over a BTT, to fill it for reads' keeps "$ns" 1 run "$ns" --set engine=raw --set rw=read --set precondition=fill
ok 'the floor over a BTT' keeps "$ns" 1 run "$ns" --set engine=floor --set rw=randzero
ok 'raw blocks larger than the namespace' keeps "$T/blank" 1 run "$T/blank" --set engine=raw --set bs=32M
ok 'a BTT over a BTT' keeps "$ns" 1 format "$ns"
unset PMEM_IS_PMEM_FORCE
for set in bs=512 nfree=512 lanes=257 region=offset:1G placement=cpus:8191; do
	ok "$set where libpmem can not flush: one line, without a warning" keeps "$ns" 1 run "$ns" --set $set --set ops=1
	unlike '... about msync' "$(cat "$T/err")" msync
done
PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE

# job files
job() {
	cat >"$T/x.job"
}
ok 'a missing job file' keeps "$ns" 2 run "$T/no.job" "$ns"
ok 'a folder for a job file' keeps "$ns" 2 run "$T/dir" "$ns"
ok 'two job files' refused 2 run "$T/x.job" "$T/y.job"
for word in runtime=50ms rw=randread frobnicate=1 'limit.read.p99<=4us' threads=; do
	ok "a setting without --set: $word" keeps "$ns" 2 run "$ns" --set rw=randread "$word"
	is '... which the message offers' "$(cat "$T/err")" \
		"bttbench: $word: no such file; a setting needs --set (allowed: --set '$word')"
done
ok '... behind two other words' keeps "$ns" 2 run "$T/x.job" "$ns" runtime=1
like '... is named' "$(cat "$T/err")" "runtime=1: no such file; a setting needs --set"
for option in rw=randread threads; do
	ok "a key as an option: --$option" keeps "$ns" 2 run "$ns" --$option
	like '... is answered with --set' "$(cat "$T/err")" "^bttbench: --$option: no such option, .*\(allowed: --set ${option%=*}=VALUE\)"
done
ok "an option of fio" keeps "$ns" 2 run "$ns" --iodepth=4
like '... is answered with its equivalent' "$(cat "$T/err")" "^bttbench: --iodepth=4: no such option; unknown key 'iodepth' \(fio's word; "
ok 'two namespaces' keeps "$ns" 2 run "$ns" dram:16M
like '... the second is named' "$(cat "$T/err")" '^bttbench: dram:16M: a second namespace \(allowed: '
ok 'a namespace and a missing file' keeps "$ns" 2 run "$ns" "$T/no"
is '... the missing one is named' "$(cat "$T/err")" "bttbench: $T/no: No such file or directory"
printf '[a]\nrw=read\n[b]\nengine=raw\n' | job
ok 'two engines at once' keeps "$ns" 2 run "$T/x.job" "$ns"
: | job
ok 'an empty job file' keeps "$ns" 2 run "$T/x.job" "$ns"
printf '[global]\nrw=read\n' | job
ok 'a job file without a job' keeps "$ns" 2 run "$T/x.job" "$ns"
printf 'rw=read\n[a]\n' | job
ok 'a key before any section' keeps "$ns" 2 run "$T/x.job" "$ns"
printf '[oltp]\n# a comment\n\nrw=rw\nbs=5x\n' | job
ok 'a bad value' keeps "$ns" 2 run "$T/x.job" "$ns"
like '... with file, job, line, key, value and the allowed values' "$(cat "$T/err")" \
	"^bttbench: $T/x.job: job 'oltp', line 5: bs=5x: .*\(allowed: "
printf '[oltp]\nrw=rw\nfrob=1\n' | job
ok 'an unknown key' keeps "$ns" 2 run "$T/x.job" "$ns"
like '... with its line' "$(cat "$T/err")" "job 'oltp', line 3: .*frob"
printf '[oltp]\nbs=5000\n' | job
ok "a size that is not this layout's" keeps "$ns" 1 run "$T/x.job" "$ns"
like '... with job and line' "$(cat "$T/err")" "job 'oltp', line 2: bs=5000: "
printf '[oltp]\nrw=rw\nbs=513\n' | job
ok 'a size that no layout has' refused 1 run "$T/x.job" dram:20M
like '... with job, line and the allowed values' "$(cat "$T/err")" \
	"^bttbench: dram:20M: job 'oltp', line 3: bs=513: .*\\(allowed: 512, 520, 528, 4096, .*\\)$"
ok '... also with --set' refused 1 run dram:20M --set bs=513
like '... which the message names' "$(cat "$T/err")" '^bttbench: dram:20M: --set bs=513: .*\(allowed: 512, .*\)$'
for engine in raw null block floor; do
	most=20971520
	[ $engine != floor ] || most=20971324 # less its log line and map
	printf '[oltp]\nbs=32M\nengine=%s\n' $engine | job
	ok "engine=$engine: a block larger than the namespace" keeps "$T/blank" 1 run "$T/x.job" "$T/blank"
	like '... with job, line and the allowed values' "$(cat "$T/err")" \
		"job 'oltp', line 2: bs=32M: .*\\(allowed: up to $most bytes\\)$"
done
printf '[oltp]\nbs=513\nengine=block\n' | job
ok 'engine=block: no multiple of a sector' keeps "$T/blank" 1 run "$T/x.job" "$T/blank"
like '... with job, line and the allowed values' "$(cat "$T/err")" "job 'oltp', line 2: bs=513: .*\\(512\\)$"
printf '[a]\nrw=read\nrw=write\n' | job
ok 'a key given twice' keeps "$ns" 2 run "$T/x.job" "$ns"
printf '[a]\nnonsense\n' | job
ok 'a line that is no setting' keeps "$ns" 2 run "$T/x.job" "$ns"
printf '[oltp]\n\nrw=rw\n\ninclude more\n' | job
ok 'an included file that is missing' keeps "$ns" 2 run "$T/x.job" "$ns"
like '... named, and the line that includes it' "$(cat "$T/err")" \
	"^bttbench: $T/x.job: job 'oltp', line 5: include $T/more: No such file"
printf '# keys\nbs=5x\n' >"$T/more"
ok 'a bad value in an included file' keeps "$ns" 2 run "$T/x.job" "$ns"
like '... with that file and its line' "$(cat "$T/err")" \
	"^bttbench: $T/x.job: job 'oltp', line 2 of $T/more: bs=5x: .*\\(allowed: "
echo 'bs=5000' >"$T/more"
ok "a size that is not this layout's, included" keeps "$ns" 1 run "$T/x.job" "$ns"
like '... with that file and its line' "$(cat "$T/err")" "job 'oltp', line 1 of $T/more: bs=5000: "
echo 'include x.job' >"$T/more"
ok 'files that include each other' keeps "$ns" 2 run "$T/x.job" "$ns"
like '... with the line that closes the circle' "$(cat "$T/err")" "line 1 of $T/more: include $T/x.job: "
# bttbench expands this
printf '[oltp]\nrw=${BTTBENCH_NO_SUCH}\n' | job
ok 'a variable that is not set' keeps "$ns" 2 run "$T/x.job" "$ns"
like '... named, with its line' "$(cat "$T/err")" "job 'oltp', line 2: .*BTTBENCH_NO_SUCH\\}: not set"
printf '[a\nrw=read\n' | job
ok 'a heading that does not end' keeps "$ns" 2 run "$T/x.job" "$ns"
{ printf '[a]\nrw=' && head -c 100000 /dev/zero | tr '\0' x; } | job
ok 'a line that does not end' keeps "$ns" 2 run "$T/x.job" "$ns"
head -c 4096 /dev/urandom | job
ok 'a job file of random bytes' keeps "$ns" 2 run "$T/x.job" "$ns"

# environment variables
for value in tsc_ordered TSC rdtsc 1; do
	BTTBENCH_CLOCK=$value
	export BTTBENCH_CLOCK
	for command in run check read; do
		ok "BTTBENCH_CLOCK=$value: refused by $command" keeps "$ns" 2 $command "$ns"
	done
	is '... with the allowed values' "$(cat "$T/err")" \
		"bttbench: BTTBENCH_CLOCK=$value: no such value (allowed: tsc, tsc-ordered, tsc-unordered, monotonic)"
done
ok '... but the help is printed' "$BTTBENCH" run --help
for value in tsc tsc-ordered tsc-unordered monotonic ''; do
	BTTBENCH_CLOCK=$value
	"$BTTBENCH" run dram:16M --set ops=10 --format=json >"$T/out" 2>"$T/err"
	is "BTTBENCH_CLOCK=$value is allowed" "$? $(cat "$T/err")" '0 '
done
unset BTTBENCH_CLOCK
BTTBENCH_CLOK=monotonic BTTBENCH_SIZE=1 "$BTTBENCH" info "$ns" >"$T/out" 2>"$T/err"
is 'unknown variables are no error' $? 0
is '... each is named in a line' "$(sort "$T/err")" \
	'bttbench: BTTBENCH_CLOK: no such environment variable, it has no effect (allowed: BTTBENCH_CLOCK)
bttbench: BTTBENCH_SIZE: no such environment variable, it has no effect (allowed: BTTBENCH_CLOCK)'

# the file for the result
ok 'an output file in a missing folder' keeps "$ns" 1 run "$ns" --output="$T/no/r.json"
ok 'a folder for an output file' keeps "$ns" 1 run "$ns" --output="$T/dir"
echo old >"$T/r.json"
ok 'a job that fails' keeps "$ns" 1 run "$ns" --set bs=512 --output="$T/r.json"
is '... keeps an old result' "$(cat "$T/r.json")" old
ok 'a job that fails' keeps "$ns" 1 run "$ns" --set bs=512 --output="$T/new.json"
not_ok '... makes no new result' test -e "$T/new.json"

# damage
"$BTTBENCH" check "$ns" >"$T/out" || bail 'the namespace was good until here'
infooff=$("$BTTBENCH" info --format=json "$ns" | jq '.btt.arenas[0].infooff')
# scribble FILE OFF BYTES: writes random bytes
scribble() {
	head -c "$3" /dev/urandom | dd of="$1" bs=4096 seek="$2" oflag=seek_bytes conv=notrunc status=none
}
rounds=5
[ "$VARIANT" = release ] || rounds=1
for round in $(seq $rounds); do
	cp "$ns" "$T/damaged"
	scribble "$T/damaged" 16 4080
	scribble "$T/damaged" $((infooff + 16)) 4080
	no_command_takes "$T/damaged" "random bytes after both signatures ($round)"
	ok "... refused by format ($round)" keeps "$T/damaged" 1 format "$T/damaged"
done
cp "$ns" "$T/damaged"
scribble "$T/damaged" 0 4096
scribble "$T/damaged" "$infooff" 4096
no_command_takes "$T/damaged" 'random bytes over both info blocks'
for size in 20971519 20967424 18M 16M 15M 4096 1; do
	cp "$ns" "$T/cut"
	truncate -s $size "$T/cut"
	no_command_takes "$T/cut" "a namespace cut to $size"
	ok "... refused by format" keeps "$T/cut" 1 format "$T/cut"
done

ok 'the namespace is still consistent' "$BTTBENCH" check "$ns"
"$BTTBENCH" read "$ns" >"$T/got"
same '... and keeps its data' "$T/data" "$T/got"

plan_done
