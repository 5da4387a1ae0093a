#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# engine=block: a file without the page cache, a loop device if possible, and refused targets.
# shellcheck source=tests/cli/tap.sh
. "$SRC/tests/cli/tap.sh"
# shellcheck source=tests/cli/result.sh
. "$SRC/tests/cli/result.sh"

# a file system with O_DIRECT; tmpfs may lack it
mkdir -p "$SRC/build"
D=$(mktemp -d "$SRC/build/block.XXXXXX") || bail 'no folder'
loop=''
tap_cleanup() {
	[ -z "$loop" ] || losetup -d "$loop"
	rm -rf "$T" "$D"
}

run_block() {
	run --set engine=block "$@"
}

# nonzero FILE: number of its bytes that are not 0
nonzero() {
	tr -d '\0' <"$1" | wc -c
}

# start PATH: starts a long run on PATH as $pid; returns when it measures
start() {
	until_phase run "$BTTBENCH" run "$1" --set engine=block --set rw=randread --set runtime=60s --status-interval=50ms >"$T/out"
}

# target DESCRIPTION PATH FILE BS: the tests for both a file and a device; FILE has the bytes of PATH
target() {
	ok "$1: writes of the first four blocks" run_block "$2" --set rw=write --set ops=4
	is '... an op is a sector' "$(result '.runs[0].ops.write | .bytes_per_s / .iops | round')" "$4"
	is '... are on media, and no others' "$(nonzero "$3" |
		awk -v n=$((4 * $4)) '{ print ($1 > n * 0.98 && $1 <= n) }') $(head -c $((4 * $4)) "$3" |
		cmp -s - /dev/zero || echo first)" '1 first'
	ok '... zeroes of the first two' run_block "$2" --force --set rw=zero --set ops=2
	is '... read as zeros, the next two do not' "$(head -c $((2 * $4)) "$3" | tr -d '\0' | wc -c) $(nonzero "$3" |
		awk -v n=$((2 * $4)) '{ print ($1 > n * 0.98 && $1 <= n) }')" '0 1'
	ok '... a mix by two threads, every read checked' run_block "$2" --force --set ops=1k --set threads=2 --set oversubscribe=1 \
		--set verify=stamp
	is '... is sound' "$(result '[.verdict.status, (.runs[0].ops | ([.[].count] | add), ([.[].errors] | add)),
		([.runs[0].verify.counts[]] | add), .runs[0].verify.swept] | join(" ")')" \
		"valid 2000 0 0 $(($(wc -c <"$3") / $4))"
	is '... without counters of a BTT' "$(result '.runs[0].btt')" null
	ok '... larger blocks' run_block "$2" --force --set rw=randwrite --set ops=10 --set bs=64k
	is '... are as large' "$(result '.runs[0].ops.write | .bytes_per_s / .iops | round')" 65536
	ok '... four blocks an op' run_block "$2" --force --set rw=randwrite --set ops=10 --set blocks=4
	is '... have four sectors' "$(result '.runs[0].ops.write | .bytes_per_s / .iops | round')" $((4 * $4))
	refuses '... no multiple of a sector' 'bs=1000: no multiple of the sector size' "$2" --force --set engine=block --set bs=1000
	refuses '... larger than the device' 'bs=(1G|1073741824): larger' "$2" --force --set engine=block --set bs=1G
	cksum <"$3" >"$T/before"
	ok '... a job that only reads' run_block "$2" --set rw=randread --set ops=1k
	is '... changes no byte' "$(cksum <"$3")" "$(cat "$T/before")"
}

truncate -s 16M "$D/file"
if "$BTTBENCH" run "$D/file" --set engine=block --set rw=read --set ops=1 >"$T/out" 2>"$T/err"; then
	target 'a file' "$D/file" "$D/file" 4096
	is '... is reported as a file' "$(result '.namespace.kind')" file
	if command -v fincore >"$T/out"; then
		ok '... every block written' run_block "$D/file" --force --set rw=write --set ops=4096
		is '... without the page cache' "$(fincore --bytes --noheadings --output RES "$D/file" | xargs)" 0
	fi
	ok '... a BTT in it' "$BTTBENCH" format "$D/file" --force
	cksum <"$D/file" >"$T/before"
	refuses '... is not overwritten' 'engine=block would overwrite a BTT.*--force' "$D/file" --set engine=block
	refuses '... or filled for reads' 'would overwrite a BTT' "$D/file" --set engine=block --set rw=read \
		--set precondition=fill
	is '... and does not change' "$(cksum <"$D/file")" "$(cat "$T/before")"
	ok '... but with --force' run_block "$D/file" --set rw=randwrite --set ops=10 --force
	start "$D/file"
	refuses 'a file in use' 'in use by another process' "$D/file" --set engine=block
	kill -INT $pid
	wait $pid
	is '... and the first run ends as SIGINT asks' $? 130
else
	like 'a file system without O_DIRECT is reported' "$(cat "$T/err")" 'engine=block: this file system takes no O_DIRECT'
	skip 'a file' "$(cat "$T/err")"
fi

refuses 'plain memory' 'engine=block: plain memory \(allowed: a block device, or a file\)' dram:16M --set engine=block
refuses 'a missing device' 'No such file' "$D/none" --set engine=block

truncate -s 16M "$D/disk"
loop=$(losetup --show -b 2048 -f "$D/disk" 2>"$T/err") || loop=''
if [ -z "$loop" ]; then
	skip 'a loop device' "$(cat "$T/err")"
	plan_done
	exit
fi
target 'a loop device' "$loop" "$loop" "$(blockdev --getss "$loop")"
is '... is reported as a block device, without persistent memory' "$(result '[.namespace.kind, .namespace.is_pmem] | @json')" '["block",null]'
for engine in btt raw null pmemblk; do
	refuses "engine=$engine on it" "$loop: engine=$engine: a block device \(allowed on it: engine=block\)" "$loop" \
		--set engine=$engine
done
ok '--dry-run on it' "$BTTBENCH" run --dry-run "$loop" --set engine=block
refuses '--dry-run of another engine on it' "engine=raw: a block device" --dry-run "$loop" --set engine=raw
start "$loop"
refuses 'a device in use' 'in use: mounted, or held' "$loop" --set engine=block
kill -INT $pid
wait $pid
is '... and the first run ends as SIGINT asks' $? 130
if command -v mkswap >"$T/out"; then
	ok 'swap space on it' mkswap "$loop"
	refuses '... is not overwritten' 'would overwrite a swap' "$loop" --set engine=block
fi
losetup -d "$loop" && loop=''
ok 'a BTT on the disk' "$BTTBENCH" format "$D/disk" --force
loop=$(losetup --show -f "$D/disk")
refuses '... is not overwritten' 'would overwrite a BTT' "$loop" --set engine=block
ok '... but with --force' run_block "$loop" --set ops=10 --force
losetup -d "$loop" && loop=''
loop=$(losetup --show -r -f "$D/disk") && refuses 'a device that can only be read' "$loop: " "$loop" --set engine=block

plan_done
