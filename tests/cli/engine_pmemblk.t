#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# engine=pmemblk: the system's library on its own pool, and refused targets.
# shellcheck source=tests/cli/tap.sh disable=SC2016
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

PMEM_IS_PMEM_FORCE=1
export PMEM_IS_PMEM_FORCE
pool=$T/pool
pmempool create blk 4096 --size=32M "$pool" >"$T/out" || bail 'no pool'

run_pmemblk() {
	run --set engine=pmemblk --set ops=2k "$@"
}

ok 'a mix on a pool' run_pmemblk "$pool"
is '... of every kind, without an error' "$(jq -r '.runs[0].ops | [([.[].count] | add), ([.[].errors] | add),
	(.read.count > 0 and .write.count > 0 and .zero.count > 0)] | join(" ")' "$T/r.json")" '2000 0 true'
ok '... the pool is consistent' pmempool check "$pool"
ok '... and for bttbench' "$BTTBENCH" check "$pool"
ok 'two threads' run_pmemblk "$pool" --set threads=2 --set oversubscribe=1
ok 'writes of the first four blocks' run_pmemblk "$pool" --set rw=write --set ops=4
ok '... are read by bttbench' sh -c '[ "$("$1" read "$2" --count=4 | tr -d "\0" | wc -c)" -gt 16000 ]' sh \
	"$BTTBENCH" "$pool"
ok 'zeroes of the first four blocks' run_pmemblk "$pool" --set rw=zero --set ops=4
is '... read as zeros' "$("$BTTBENCH" read "$pool" --count=4 | tr -d '\0' | wc -c)" 0

ok 'zeroes of the first forty' run_pmemblk "$pool" --set rw=zero --set ops=40
ok 'ten writes of three blocks each' run_pmemblk "$pool" --set rw=write --set ops=10 --set blocks=3
is '... fill thirty' "$("$BTTBENCH" read "$pool" --count=40 |
	perl -e '$/ = \4096; while (<>) { print $. - 1, " " if /[^\0]/ }')" "$(seq -s ' ' 0 29) "
ok '... and reads of as many' run_pmemblk "$pool" --set rw=read --set ops=10 --set blocks=3 --set precondition=none
is '... count their bytes' "$(jq '.runs[0].ops.read | (.bytes_per_s / .iops | round)' "$T/r.json")" 12288

# libpmemblk has a mapping of its own: precondition=fault and fill make its pages present before the load
# faults POOL ARG...: minor faults of the load's 5000 ops, beyond those of a run of one op
faults() {
	python3 - "$BTTBENCH" run "$@" --set engine=pmemblk --set runtime=60 --format=json <<-'END'
		import resource, subprocess, sys
		def total():
		    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt
		counts = []
		for ops in "1", "5000":
		    before = total()
		    code = subprocess.run(sys.argv[1:] + ["--set", "ops=" + ops], stdout=subprocess.DEVNULL).returncode
	    assert code in (0, 4), code # 4: a busy machine
		    counts.append(total() - before)
		print(counts[1] - counts[0])
	END
}

# few DESCRIPTION POOL ARG...: fewer than 500 faults; a sanitizer has faults of its own
few() {
	description=$1
	shift
	count=$(faults "$@")
	if [ "$VARIANT" = release ]; then
		ok "$description: 5000 ops take few page faults ($count)" test "${count:-500}" -lt 500
	else
		skip "$description: 5000 ops take few page faults" "not with VARIANT=$VARIANT"
	fi
}
pmempool create blk 4096 --size=64M "$T/large" >"$T/out" || bail 'no pool'
printf 'PMEMPOOLSET\n32M %s\n32M %s\n' "$T/part0" "$T/part1" >"$T/set"
pmempool create blk 4096 "$T/set" >"$T/out" || bail 'no pool set'
for target in "$T/large" "$T/set"; do
	few "${target##*/}, writes, precondition=fault" "$target" --set rw=randwrite --set precondition=fault
	few "${target##*/}, reads, precondition=fault" "$target" --set rw=randread --set precondition=fault
	few "${target##*/}, reads, precondition=fill" "$target" --set rw=randread --set precondition=fill
done
if [ "$VARIANT" = release ]; then
	count=$(faults "$T/large" --set rw=randread --set precondition=none)
	ok "large, reads, precondition=none: they take more ($count)" test "${count:-0}" -gt 800
fi

cksum <"$pool" >"$T/before"
refuses 'plain memory' 'engine=pmemblk: no file' dram:32M --set engine=pmemblk
refuses 'another block size' 'bs=512: not this pool.s \(4096\)' "$pool" --set bs=512 --set engine=pmemblk
truncate -s 32M "$T/blank"
refuses 'a file without a pool' 'no PMEMBLK pool' "$T/blank" --set engine=pmemblk
is '... none is made' "$(tr -d '\0' <"$T/blank" | wc -c)" 0
mkdir "$T/lib"
echo 'no library' >"$T/lib/libpmemblk.so.1"
LD_LIBRARY_PATH=$T/lib
export LD_LIBRARY_PATH
refuses 'no library' 'libpmemblk.so.1.*libpmemblk1' "$pool" --set engine=pmemblk
unset LD_LIBRARY_PATH
is 'the pool is unchanged' "$(cksum <"$pool")" "$(cat "$T/before")"

# libpmemblk opens a pool for writing, whatever the job does
if unshare -rm true 2>/dev/null; then
	for rw in read randrw; do
		unshare -rm sh -c 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"' sh "$pool" \
			"$BTTBENCH" run "$pool" --set engine=pmemblk --set rw=$rw --set precondition=none --set ops=1 >"$T/out" 2>"$T/err"
		is "rw=$rw on a pool that is read-only: exit 1" $? 1
		one_line '... one line' "$T/err"
		like '... with the reason' "$(cat "$T/err")" "^bttbench: $pool: .*[Rr]ead-only file system"
	done
	is '... and the pool is unchanged' "$(cksum <"$pool")" "$(cat "$T/before")"
else
	skip 'a pool that is read-only' 'no mount namespace can be made here'
fi

# While the library uses the pool, no other process may. SIGINT comes after the run measures: before, it would give no
# result.
until_phase run "$BTTBENCH" run "$pool" --set engine=pmemblk --set runtime=60s --status-interval=100ms >"$T/out"
refuses 'a pool in use' 'in use by another process' "$pool" --set engine=pmemblk
kill -INT $pid
wait $pid
is '... and the first run ends as SIGINT asks' $? 130

plan_done
