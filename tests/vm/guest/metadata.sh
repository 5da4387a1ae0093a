# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# metadata.sh -- the kernel's BTT with sectors that have metadata. It lays out the images that have no layout yet, writes
# to parts of all, and tells the host the data of the whole disk before and after.
#
# ndctl 76 checks no layout in which a sector needs padding ("Problem parsing arena[0] metadata"), also not the kernel's.
. /sector.sh

image=0
for sector in 520 528 4104 4160 4224; do
	find_region $image
	find_disk $image || runs "image $image: ndctl makes a namespace with sectors of $sector bytes" \
		ndctl create-namespace -f -e "namespace$region.0" -m sector -l $sector
	find_disk $image
	ok $? "image $image: is a disk with sectors of $sector bytes"
	is "image $image: its user sees data only" "$(cat "/sys/class/block/${disk#/dev/}/queue/logical_block_size")" \
		$((sector < 4096 ? 512 : 4096))
	# small reads: see kernel_again.sh
	read_disk $((sector < 4096 ? 512 : 4096)) >/dev/shm/mirror
	md5sum </dev/shm/mirror >"/results/before.$image"
	write_extent 0 $((1 << 20)) 65536 && write_extent $((4 << 20)) $((128 << 10)) 4096
	ok $? "image $image: the kernel writes"
	read_disk $((sector < 4096 ? 512 : 4096)) | cmp -s - /dev/shm/mirror
	ok $? "image $image: the kernel reads what it wrote"
	md5sum </dev/shm/mirror >"/results/md5.$image"
	runs "image $image: ndctl disables the namespace" ndctl disable-namespace "namespace$region.0"
	[ $((sector % 64)) -ne 0 ] || runs "image $image: ndctl check-namespace is clean" is_clean
	image=$((image + 1))
done
