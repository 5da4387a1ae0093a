# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# kernel.sh -- the kernel writes to sector namespaces laid out by the host (images 0 and 1) and by the kernel.
. /sector.sh

for image in 0 1; do
	find_disk $image
	ok $? "image $image: the kernel finds the host's layout without help"
	is "image $image: the kernel uses the layout's sector size" "$(cat "/sys/class/block/${disk#/dev/}/queue/logical_block_size")" \
		"$([ $image = 0 ] && echo 4096 || echo 512)"
	read_disk | md5sum >"/results/found.$image"
done

sector=512
for image in 2 3 4 5; do
	find_region $image
	runs "image $image: ndctl makes a namespace with sectors of $sector bytes" \
		ndctl create-namespace -f -e "namespace$region.0" -m sector -l $sector
	sector=$((4608 - sector))
done

# no old data of image 6; all of it on image 7
find_disk 6
ok $? "image 6: the kernel finds the layout over old data"
read_disk 4096 | md5sum >/results/found.6
find_region 7
runs "image 7: ndctl makes a namespace over old data" ndctl create-namespace -f -e "namespace$region.0" -m sector -l 4096
find_disk 7
read_disk 4096 >/dev/shm/before
raw() {
	ndctl disable-namespace "namespace$region.0" && echo "$1" >"$nd/namespace$region.0/force_raw" &&
		ndctl enable-namespace "namespace$region.0"
}
runs "image 7: ndctl enables it raw" raw 1
$DD if="/dev/pmem$region" of=/dev/shm/copy bs=2M 2>/dev/null
runs "image 7: bttbench zeroes five blocks that were never written" bttbench zero /dev/shm/copy --lba=3 --count=5
$DD if=/dev/shm/copy of="/dev/pmem$region" bs=2M conv=fsync 2>/dev/null
runs "image 7: ndctl enables it in sector mode again" raw 0
find_disk 7
read_disk 4096 >/dev/shm/after
cmp -s -n 12288 /dev/shm/before /dev/shm/after
ok $? "image 7: the blocks before them hold their old data"
! cmp -s -n 20480 /dev/zero /dev/shm/before 0 12288 && cmp -s -n 20480 /dev/zero /dev/shm/after 0 12288
ok $? "image 7: the kernel reads zeros in them, and read old data before"
md5sum </dev/shm/after >/results/found.7
rm /dev/shm/before /dev/shm/after /dev/shm/copy

for image in 0 1 2 3 4 5; do
	find_disk $image || ok 1 "image $image: the namespace is a disk"
	write_over $image
	check_image $image
done
