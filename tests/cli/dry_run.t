#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# bttbench run --dry-run prints the job as a run would use it, and the places of its workers. It changes no byte.
# shellcheck source=tests/cli/tap.sh disable=SC2016 # jq has variables too
. "$SRC/tests/cli/tap.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
ns=$T/ns

# again NS: a dry run of printed.job prints the same
again() {
	"$BTTBENCH" run --dry-run "$T/printed.job" "$1" >"$T/again" && diff "$T/printed.job" "$T/again"
}

# prints ARG...: a dry run into printed.job, with nothing else on standard output
prints() {
	"$BTTBENCH" run --dry-run "$@" >"$T/printed.job" 2>"$T/err" && [ ! -s "$T/err" ]
}

# state FILE: everything that a write, a touch or an allocation would change
state() {
	cksum <"$1"
	stat -c '%s %b %y %z' "$1"
}

"$BTTBENCH" format "$ns" --size=20M >"$T/out" || bail 'no namespace'
truncate -s 20M "$T/blank"
not_ok 'no layout yet' "$BTTBENCH" info "$T/blank" # a tmpfs then allocates its pages
printf '[a]\nrw=write\n' >"$T/write.job"

ok 'the default job' prints dram:32M
is '... every key once' "$(sed -n 's/^\([a-z_]*\)=.*/\1/p' "$T/printed.job" | sort)" \
	"$("$BTTBENCH" run --help-keys | grep -x '[a-z_][a-z_]*' | sort)"
ok '... the printed job gives the same print' again dram:32M

cat >"$T/x.job" <<-'END'
	[global]
	oversubscribe=1
	runtime=200ms
	limit.read.p99.9 <= 1h
	limit.total.iops >= 1
	include more
	[a b]
	rw=randwrite
	seed=${SEED:-0x1f}
	[c]
	rw=read
	threads=2
	rate_iops=10k
	[d]
	stonewall=1
	rw=rw
	rwmix=read:50,zero:50
	engine=raw
	steady_state=rounds:3,range:100,slope:100
	percentiles=0.000001,12.345678,99.999999
END
printf 'precondition=fault\n' >"$T/more"
ok 'several jobs in groups, with limits, includes and variables' prints "$T/x.job" dram:32M --set arrival=poisson
ok '... the printed job gives the same print' again dram:32M
is '... the sections in their order' "$(grep '^\[' "$T/printed.job" | tr '\n' ' ')" '[a b] [c] [d] '
is '... lanes across the jobs of a group' "$(sed -n 's/^# worker \([0-9]*\): lane \([0-9]*\),.*/\1-\2/p' "$T/printed.job" | tr '\n' ' ')" \
	'0-0 0-1 1-2 0-0 '
is '... a limit only where the job has such operations' "$(grep -c '^limit.read.p99.9<=1h$' "$T/printed.job")" 2
"$BTTBENCH" run --format=json "$T/x.job" dram:32M --set arrival=poisson >"$T/r.json" 2>"$T/err"
is '... a run takes the same values' \
	"$(jq -r '.job.sections[].keys | to_entries[] | select(.value != null) | .key + "=" + (.value | tostring)' "$T/r.json" |
		sed 's/^\(limit\.[^=]*\)=\([<>]\)/\1\2/')" \
	"$(grep -v -e '^#' -e '^\[' -e '^$' "$T/printed.job")"
is '... and the same places' \
	"$(jq -r '.runs[] | select(.repeat == 1) | .workers[] | "lane \(.lane), cpu \(.cpu), core \(.core), node \(.node)"' "$T/r.json")" \
	"$(sed -n 's/^# worker [0-9]*: //p' "$T/printed.job")"

for job in "$T/x.job" "$T/write.job"; do
	before=$(state "$ns")
	ok "${job##*/} on a file" prints "$job" "$ns" --force --set verify=stamp --set precondition=fill
	ok '... the printed job gives the same print' again "$ns"
	is '... the file is unchanged, even the time of its last change' "$(state "$ns")" "$before"
done
before=$(state "$T/blank")
ok 'a file without a BTT' prints "$T/write.job" "$T/blank" --force --set engine=raw --set verify=stamp
is '... is unchanged' "$(state "$T/blank")" "$before"
ok 'a job that only reads a file' prints "$ns" --set rw=randread
is '... does not fill it, as a run would not' "$(grep ^precondition "$T/printed.job")" precondition=fault
ok '... the printed job gives the same print' again "$ns"

# refused_alike DESCRIPTION NS ARG...: the same message as a run, nothing printed, nothing changed
refused_alike() {
	description=$1 target=$2
	shift 2
	[ ! -f "$target" ] || before=$(state "$target")
	"$BTTBENCH" run --dry-run "$@" "$target" >"$T/out" 2>"$T/err"
	is "$description: exit 1, and nothing printed" "$? $(cat "$T/out")" '1 '
	[ ! -f "$target" ] || is '... nothing changed' "$(state "$target")" "$before"
	"$BTTBENCH" run "$@" "$target" >"$T/out" 2>"$T/run.err"
	one_line '... one line' "$T/err"
	same '... the same as from a run' "$T/err" "$T/run.err"
}
printf '[a]\nops=1\n[b]\nops=1\nstonewall\nregion=offset:16M,size:8M\n' >"$T/beyond.job"
for target in "$ns" dram:20M; do
	refused_alike "a region beyond the end of ${target##*/}" "$target" --set region=offset:19M,size:2M
	refused_alike "a region of no whole blocks of ${target##*/}" "$target" --set region=offset:1000
	refused_alike "... of another job of ${target##*/}" "$target" "$T/beyond.job"
	refused_alike "an operation larger than the region of ${target##*/}" "$target" --set region=size:16k --set blocks=5
done
refused_alike 'a size that is not that of the layout' "$ns" --set bs=512
refused_alike 'another nfree' "$ns" --set nfree=512
refused_alike 'a file without a BTT' "$T/blank"
cp --sparse=never "$ns" "$T/hurt" # a read of a hole on tmpfs would take a page
flogoff=$("$BTTBENCH" info --format=json "$ns" | jq '.btt.arenas[0].flogoff')
printf '\377\377\377\177' | dd of="$T/hurt" bs=1 seek="$flogoff" conv=notrunc status=none
refused_alike 'a damaged log, to which no run would write' "$T/hurt" --set rw=write
refused_alike 'a raw block larger than the file' "$T/blank" --set engine=raw --set bs=32M
refused_alike 'engine=null, beyond the end' "$T/blank" --set engine=null --set region=size:21M
ok 'a region that is valid with bs=512 on plain memory' prints dram:20M --set bs=512 --set region=offset:512,size:512
pool=$T/pool
pmempool create blk 4096 --size=32M "$pool" >"$T/out" || bail 'no pool'
refused_alike 'a size that is not that of the pool' "$pool" --set engine=pmemblk --set bs=512
before=$(state "$pool")
ok 'a pool that was never written' prints "$pool" --set engine=pmemblk
is '... is unchanged' "$(state "$pool")" "$before"
"$BTTBENCH" run "$pool" --set engine=pmemblk --set ops=1 >"$T/out" || bail 'no run'
refused_alike 'a region beyond the end of a pool' "$pool" --set engine=pmemblk --set region=size:33M

exits 'more workers than places' 1 "$BTTBENCH" run --dry-run dram:32M --set threads=10000
is '... prints nothing' "$("$BTTBENCH" run --dry-run dram:32M --set threads=10000 2>"$T/err")" ''
one_line '... except one line on standard error' "$T/err"
exits 'a missing namespace' 1 "$BTTBENCH" run --dry-run "$T/no"
exits 'a file for the result' 2 "$BTTBENCH" run --dry-run dram:32M --output="$T/result.json"
not_ok '... is not made' test -e "$T/result.json"
exits 'a full standard output' 1 sh -c '"$BTTBENCH" run --dry-run dram:32M >/dev/full'

plan_done
