# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# kernel_btt.sh -- the kernel's BTT on an NVDIMM that bttbench formatted, and one that the kernel does.

# The kernels of this age have a race between writers of one lane: one writer a CPU and no more, or what the
# kernel reads afterwards could not be relied upon.
write_all_over() {
	blocks=$(($(blockdev --getsize64 "$1") / 4096))
	writers=
	for cpu in 0 1 2 3; do
		taskset $((1 << cpu)) dd if=/dev/urandom of="$1" bs=4096 seek=$((cpu * (blocks / 4))) \
			count=$((blocks / 5)) oflag=direct conv=notrunc 2>/tmp/dd.$cpu &
		writers="$writers $!"
	done
	failed=0
	for writer in $writers; do
		wait "$writer" || failed=1
	done
	ok "$failed" "the kernel writes with one process on each CPU to $1"
}

sum() {
	sha256sum <"/dev/pmem$1s" | cut -d ' ' -f 1
}

# the judge: ndctl, with the namespace out of use
judge() {
	echo "$(cat "/sys/block/pmem$1s/size") $(cat "/sys/block/pmem$1s/queue/logical_block_size")" >"/results/$2.size"
	runs "$2: ndctl takes the namespace out of use" ndctl disable-namespace "namespace$1.0"
	runs "$2: ndctl check-namespace finds nothing" ndctl check-namespace -v "namespace$1.0"
	ndctl read-infoblock -j "namespace$1.0" >"/results/$2.infoblock.json" 2>/tmp/err
	runs "$2: ndctl puts it back" ndctl enable-namespace "namespace$1.0"
}

# shellcheck disable=SC2010 # names of the kernel's own
ours=$(ls /sys/block | sed -n 's/^pmem\([0-9]*\)s$/\1/p')
is "the kernel finds the BTT that bttbench laid out, by itself" "$(echo "$ours" | wc -w)" 1
theirs=$((1 - ours))
sum "$ours" >/results/ours.before
judge "$ours" ours
write_all_over "/dev/pmem${ours}s"
sum "$ours" >/results/ours.after

runs "the kernel lays out a BTT of its own" ndctl create-namespace -f -e "namespace$theirs.0" -m sector -l 512
write_all_over "/dev/pmem${theirs}s"
sum "$theirs" >/results/theirs.after
judge "$theirs" theirs
