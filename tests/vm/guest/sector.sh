# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# sector.sh -- the kernel's BTT, for the scenarios that use it. An image has the number of its place on the host's command
# line, from 0.
nd=/sys/bus/nd/devices
# not busybox's own dd, which its shell uses for the bare name
DD=/bin/dd

# find_region IMAGE: sets $region to the number of the image's region
find_region() {
	for nmem in "$nd"/nmem*; do
		[ "$(($(cat "$nmem/nfit/handle")))" -eq $(($1 + 1)) ] || continue
		for mapping in "$nd"/region*/mapping0; do
			case $(cat "$mapping") in
			"${nmem##*/}",*) region=$(basename "${mapping%/*}") && region=${region#region} && return 0 ;;
			esac
		done
	done
	return 1
}

# find_disk IMAGE: sets $region and $disk, a block device; without udev there is nothing to wait for
find_disk() {
	disk=
	find_region "$1" || return 1
	for tick in $(seq 50); do
		disk=$(ls "$nd/region$region"/btt"$region".*/block 2>/dev/null | head -n 1)
		[ -z "$disk" ] || [ ! -b "/dev/$disk" ] || break
		usleep 100000
	done
	disk=/dev/$disk
	[ -b "$disk" ]
}

# make_dax IMAGE: makes device DAX; $dax is its name. Tells the host the offset of its first byte in the image.
make_dax() {
	find_region "$1"
	runs "image $1: ndctl makes a device DAX namespace" ndctl create-namespace -f -e "namespace$region.0" -m devdax
	dax=$(cd /sys/bus/dax/devices && echo dax"$region".*)
	at=$(($(cat "/sys/bus/dax/devices/$dax/resource") - $(cat "$nd/region$region/resource")))
	echo "guest: dax $1 $at $(cat "/sys/bus/dax/devices/$dax/size")"
}

# read_disk [SIZE]: reads the whole disk with O_DIRECT, SIZE bytes at a time
read_disk() {
	$DD if="$disk" iflag=direct bs="${1:-1M}" 2>/dev/null
}

# SOURCE: the data of all writes; new in each boot
SOURCE=/dev/shm/source
SOURCE_MIB=8
$DD if=/dev/urandom of=$SOURCE bs=1M count=$SOURCE_MIB 2>/dev/null

# write_extent AT BYTES SIZE: writes the same bytes to the disk, SIZE at a time, and to the mirror
write_extent() {
	from=$(((RANDOM << 15 | RANDOM) % (((SOURCE_MIB << 20) - $2) / $3)))
	$DD if=$SOURCE of="$disk" oflag=direct bs="$3" skip=$from seek=$(($1 / $3)) count=$(($2 / $3)) 2>/dev/null &&
		dd if=$SOURCE of=/dev/shm/mirror conv=notrunc bs="$3" skip=$from seek=$(($1 / $3)) \
			count=$(($2 / $3)) 2>/dev/null
}

# write_stripe WRITER: every fourth 2 MiB in large writes, then parts of them again in small writes
write_stripe() {
	at=$(($1 << 21))
	while [ $((at + (2 << 20))) -le "$bytes" ]; do
		write_extent $at $((2 << 20)) 65536 && write_extent $((at + (64 << 10))) $((128 << 10)) 4096 || return 1
		at=$((at + (8 << 20)))
	done
	[ "$1" -ne 0 ] || write_extent $(((bytes >> 12 << 12) - (64 << 10))) $((64 << 10)) 4096
}

# write_over IMAGE: four processes write to the whole disk, and then it reads as written.
#
# One writer per CPU: the BTT of kernels from 6.6 on, and of 6.1 from 6.1.63 on, lets a preempted writer share its lane
# with another one on the same CPU, which loses blocks. This is a bug of the kernel and not under test here.
write_over() {
	bytes=$(($(cat "/sys/class/block/${disk#/dev/}/size") * 512))
	read_disk >/dev/shm/mirror
	writers=
	for cpu in 0 1 2 3; do
		(taskset -p $((1 << cpu)) "$(sh -c 'echo $PPID')" >/dev/null && write_stripe $cpu) &
		writers="$writers $!"
	done
	failed=0
	for writer in $writers; do
		wait "$writer" || failed=1
	done
	ok $failed "image $1: four processes can write to the whole disk"
	read_disk | cmp -s - /dev/shm/mirror
	ok $? "image $1: the kernel reads what it wrote"
	md5sum </dev/shm/mirror >"/results/md5.$1"
	rm /dev/shm/mirror
}

# is_clean: ndctl's own check of the namespace in $region succeeds and was not skipped
is_clean() {
	ndctl check-namespace -v "namespace$region.0" >/tmp/check 2>&1
	check_status=$?
	cat /tmp/check
	[ $check_status -eq 0 ] && grep -q '^checked 1 namespace' /tmp/check
}

# check_image IMAGE: runs ndctl's own check; sends ndctl's view of the info block to the host
check_image() {
	runs "image $1: ndctl disables the namespace" ndctl disable-namespace "namespace$region.0"
	runs "image $1: ndctl check-namespace is clean" is_clean
	ndctl read-infoblock -j "namespace$region.0" >"/results/infoblock.$1" 2>/dev/null
	ok $? "image $1: ndctl reads the info block"
	cp "$nd/namespace$region.0/uuid" "/results/uuid.$1" 2>/dev/null
}
