#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# One job file, several engines and namespaces, one result: each run equals the run of its job alone.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
mkdir -p "$SRC/build"
D=$(mktemp -d "$SRC/build/engines.XXXXXX") || bail 'no folder'
tap_cleanup() {
	rm -rf "$T" "$D"
}
pool=$T/pool disk=$D/disk
pmempool create blk 4096 --size=32M "$pool.made" >"$T/out" || bail 'no pool'
# libpmemblk's first write makes a BTT with a random uuid
"$BTTBENCH" run "$pool.made" --set engine=pmemblk --set rw=write --set ops=1 >"$T/out" || bail 'no BTT in the pool'

# the same pool and an empty disk for each run
fresh() {
	cp "$pool.made" "$pool"
	rm -f "$disk"
	truncate -s 16M "$disk"
}

# global holds the common keys; each section also has its own file
mkdir "$T/jobs"
cat >"$T/global" <<J
[global]
rw=randrw
rwmix=read:50,write:40,zero:10
ops=2k
region=size:400k
seed=7
precondition=none
stonewall=1
J
section() {
	printf '[%s]\n%s\n' "$1" "$2" >"$T/jobs/$1"
	cat "$T/global" "$T/jobs/$1" >"$T/$1.job"
}
section library engine=btt
section pmemblk engine=pmemblk
section harness engine=null
section device "engine=block
namespace=$disk"
section plain "engine=btt
namespace=dram:16M"
section memory engine=raw
section lowest engine=floor
order='library pmemblk harness device plain memory lowest'
for name in $order; do
	cat "$T/jobs/$name"
done | cat "$T/global" - >"$T/all.job"

run() {
	"$BTTBENCH" run "$T/$1.job" "$pool" --force --format=json >"$T/$1.json"
}

fresh
if ! run device 2>"$T/err"; then
	skip_all "$(cat "$T/err")"
fi
fresh
ok 'seven jobs, three namespaces' run all
ok '... with a result that fits the schema' jsonschema -i "$T/all.json" "$SRC/results/bttbench.result-1.schema.json"
is '... with one run per job, in order' "$(jq -r '[.runs[].job] | join(" ")' "$T/all.json")" "$order"
is '... each on its own namespace' "$(jq -r '[.runs[].namespace] | join(" ")' "$T/all.json")" \
	"$pool $pool $pool $disk dram:16M $pool $pool"
is '... which the result describes' "$(jq -r '[.namespaces[] | .spec, .kind, .size_bytes] | join(" ")' "$T/all.json")" \
	"$pool file $((32 << 20)) $disk file $((16 << 20)) dram:16M dram $((16 << 20))"
is '... with the layout, if there is one' "$(jq -c '[.runs[].layout.flavour]' "$T/all.json")" '["pmdk",null,null,null,"uefi",null,null]'
is '... only libbtt has counters' "$(jq -c '[.runs[].btt != null]' "$T/all.json")" '[true,false,false,false,true,false,false]'
is '... nothing failed' "$(jq '[.runs[].ops[].errors] | add' "$T/all.json")" 0
# without the pool header, in which libpmemblk counts openings
tail -c +8193 "$pool" | cksum >"$T/pool.all"
cksum <"$disk" >"$T/disk.all"

# figures that do not depend on time: kinds, sizes, counters
figures='.runs[] | select(.job == $job) | [.namespace, (.ops[] | .count, .errors, (.bytes_per_s / .iops | round)),
	(.btt | select(.) | .fences, .lines_flushed, .bytes_stored)] | join(" ")'
fresh
for name in $order; do
	ok "$name, alone" run "$name"
	is '... does the same ops' "$(jq -r --arg job "$name" "$figures" "$T/$name.json")" \
		"$(jq -r --arg job "$name" "$figures" "$T/all.json")"
done
is 'run one by one, the jobs leave the same pool' "$(tail -c +8193 "$pool" | cksum)" "$(cat "$T/pool.all")"
is '... and the same disk' "$(cksum <"$disk")" "$(cat "$T/disk.all")"

fresh
cksum <"$pool" >"$T/before"
ok '--dry-run prints the jobs' sh -c '"$1" run --dry-run "$2" "$3" >"$4"' sh "$BTTBENCH" "$T/all.job" "$pool" "$T/dry"
is '... each with its namespace' "$(sed -n 's/^namespace=//p' "$T/dry" | xargs)" "default default default $disk dram:16M default default"
is '... and changes nothing' "$(cksum <"$pool")" "$(cat "$T/before")"

ok 'as text' sh -c '"$1" run "$2" "$3" --force >"$4"' sh "$BTTBENCH" "$T/all.job" "$pool.made" "$T/text"
is '... every namespace has its line' "$(grep -c '^namespace ' "$T/text")" 3

# refused before any job runs
fresh
cksum <"$pool" >"$T/before"
exits 'without --force, raw over the BTT is refused' 1 "$BTTBENCH" run "$T/all.job" "$pool"
is '... before the first job' "$(cksum <"$pool")" "$(cat "$T/before")"

# denied DESCRIPTION PATTERN SECTION ARG...: wrong usage, reported in one line
denied() {
	description=$1 pattern=$2
	printf '%s\n' "$3" >"$T/denied.job"
	shift 3
	"$BTTBENCH" run "$T/denied.job" "$@" >"$T/out" 2>"$T/err"
	is "$description: exit 2" $? 2
	one_line '... one line' "$T/err"
	like '... with the reason' "$(cat "$T/err")" "$pattern"
}
denied 'two namespaces at once' "line 5: namespace=dram:32M: job 'a', which runs together with it, has namespace=dram:16M" \
	'[a]
namespace=dram:16M
[b]
ops=1
namespace=dram:32M'
denied 'no namespace' 'namespace=: empty \(allowed: the path' '[a]
namespace='
denied 'one state of two namespaces' "jobs 'a' and 'b' verify different namespaces" '[global]
verify=stamp
ops=1
stonewall=1
[a]
[b]
namespace=dram:32M' --verify-state="$T/state"

printf '[a]\nops=10\nrw=randread\nnamespace=%s\n' "$pool" >"$T/own.job"
ok 'if all jobs name a namespace, the one on the command line is not opened' "$BTTBENCH" run "$T/own.job" "$T/none"
printf '[a]\nops=10\nstonewall=1\n[b]\nops=10\nstonewall=1\nnamespace=%s\n' "$T/none" >"$T/gone.job"
"$BTTBENCH" run "$T/gone.job" dram:16M >"$T/out" 2>"$T/err"
is 'a missing namespace of a later job: exit 1' $? 1
one_line '... one line, before the first job' "$T/err"

plan_done
