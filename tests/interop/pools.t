#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# pools.t -- bttbench on libpmemblk's pools: the same geometry and blocks, and both can write.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/interop/pool.sh"

case ${VARIANT:-release} in
release) ops=20000 ;;
*) ops=2000 ;;
esac

# blocks in every state, reached in every way
make_blocks() {
	do_write pmemblk "$pool" "$bsize" 0 1000 1 &&
		do_zero pmemblk "$pool" "$bsize" 100 50 &&
		do_zero pmemblk "$pool" "$bsize" 5000 10 &&
		do_write pmemblk "$pool" "$bsize" 120 10 2 &&
		do_write pmemblk "$pool" "$bsize" 300 100 3 &&
		do_write pmemblk "$pool" "$bsize" 300 10 4 &&
		do_error "$pool" "$bsize" 400 5 &&
		do_error "$pool" "$bsize" 6000 3 &&
		do_error "$pool" "$bsize" 500 5 &&
		do_write pmemblk "$pool" "$bsize" 500 5 5 &&
		do_error "$pool" "$bsize" 6500 1 &&
		do_write pmemblk "$pool" "$bsize" 6500 1 6 &&
		do_error "$pool" "$bsize" 700 3 &&
		do_zero pmemblk "$pool" "$bsize" 700 3 &&
		do_zero pmemblk "$pool" "$bsize" 710 2 &&
		do_error "$pool" "$bsize" 710 2 &&
		do_write pmemblk "$pool" "$bsize" $((nblock - 1)) 1 7
}

test_geometry() {
	info=$("$BTTBENCH" info "$pool" --format=json)
	is "$bsize: bttbench finds the BTT at byte 8192 of a pool" \
		"$(echo "$info" | jq -c '[.pmemblk_pool, .btt.start, .btt.flavour, .btt.lbasize, .btt.nlba]')" \
		"[true,8192,\"pmdk\",$bsize,$nblock]"
	is "$bsize: ... with the same geometry as pmempool" \
		"$(bttbench_geometry "$pool")" "$(pmempool_geometry "$pool")"
	is "$bsize: ... with the pool set as its parent" "$(echo "$info" | jq -r .btt.parent_uuid)" "$(pool_uuid "$pool")"
	is "$bsize: ... and the right number of blocks in error" "$(echo "$info" | jq '.btt.arenas[0].usage.map_error')" \
		"$(wc -l <"$pool.errors")"
}

test_bttbench_writes() {
	do_write bttbench "$pool" "$bsize" 40 100 11 &&
		do_write bttbench "$pool" "$bsize" 402 2 12 &&
		do_write bttbench "$pool" "$bsize" 6001 1 13 &&
		do_write bttbench "$pool" "$bsize" 2000 700 14 &&
		do_write bttbench "$pool" "$bsize" 5005 10 15 &&
		do_write bttbench "$pool" "$bsize" $((nblock - 2)) 2 16 &&
		do_zero bttbench "$pool" "$bsize" 50 20 &&
		do_zero bttbench "$pool" "$bsize" 400 1 &&
		do_zero bttbench "$pool" "$bsize" 7000 5
	is "$bsize: bttbench can write and zero, also blocks in error" "$?" 0
	ok_pmemblk_reads "$bsize: the writes of bttbench" "$pool" "$bsize"
	ok_bttbench_reads "$bsize: its own writes" "$pool" "$bsize"
	ok_clean "$bsize: after writes of both" "$pool"
}

# only the job knows its writes, so the model is made from libpmemblk's reads
test_job() {
	job_name=$1
	shift
	"$BTTBENCH" run "$pool" --set precondition=none --set ops="$ops" --set runtime=0 --set oversubscribe=1 \
		--set smt=use "$@" --output="$T/job.json" >/dev/null 2>"$T/err"
	ok "$bsize: a job $job_name succeeds on the pool" is_done $? "$T/job.json" || diag "$(cat "$T/err")"
	cp "$pool.model" "$T/model.before"
	tool "$pool" "$bsize" dump >"$pool.model"
	tool "$pool" "$bsize" errors >"$pool.errors"
	not_ok "$bsize: ... and changes blocks" cmp -s "$pool.model" "$T/model.before"
	ok_bttbench_reads "$bsize: the same blocks as libpmemblk after a job $job_name" "$pool" "$bsize"
	ok_clean "$bsize: after a job $job_name" "$pool"
}

clear_errors() {
	cp "$pool.errors" "$T/to-clear"
	while read -r lba; do
		do_write bttbench "$pool" "$bsize" "$lba" 1 20 || return 1
	done <"$T/to-clear"
	[ ! -s "$pool.errors" ]
}

test_size() {
	bsize=$1 pool=$T/pool.$1
	pool_create "$pool" "$bsize"
	not_ok "$bsize: bttbench finds no BTT in a pool without writes" "$BTTBENCH" info "$pool"
	make_blocks || bail "libpmemblk fails on its own pool"
	test_geometry
	ok_bttbench_reads "$bsize: the writes of libpmemblk" "$pool" "$bsize"
	ok_pmemblk_reads "$bsize: its own writes" "$pool" "$bsize"
	ok_clean "$bsize: after writes of libpmemblk" "$pool"
	test_bttbench_writes
	test_job "of writes and zeroes" --set rw=randrw --set rwmix=write:80,zero:20 --set seed=7
	ok "$bsize: bttbench can write every block in error" clear_errors
	test_job "of reads, writes and zeroes on two threads" --set rw=randrw --set rwmix=read:50,write:40,zero:10 \
		--set threads=2 --set seed=8
	do_write pmemblk "$pool" "$bsize" 0 2000 21 && do_zero pmemblk "$pool" "$bsize" 2500 100
	is "$bsize: libpmemblk can continue to write" "$?" 0
	ok_bttbench_reads "$bsize: the later writes of libpmemblk" "$pool" "$bsize"
	ok_clean "$bsize: after all writes" "$pool"
	is "$bsize: the geometry has not changed" "$(bttbench_geometry "$pool")" "$(pmempool_geometry "$pool" -B | head -n 15)"
	rm -f "$pool" "$pool".*
}

test_size 512
test_size 4096
unset PMEM_IS_PMEM_FORCE
test_size 520
plan_done
