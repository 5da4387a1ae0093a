# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# kernel_again.sh -- the kernel uses images again after the host has written to them or made a new layout.
#
# Reads one sector at a time, with O_DIRECT. In a larger read the BTT of Debian's 6.1 fills each page only up to the
# first sector with a zero map entry; the rest of the page keeps the bytes of the reader's buffer. Only sectors of 512
# bytes share a page. The host reports it when it happens.
. /sector.sh

for image in 0 1 2 3 4 5; do
	find_disk $image
	ok $? "image $image: is a disk again"
	sector=$(cat "/sys/class/block/${disk#/dev/}/queue/logical_block_size")
	read_disk "$sector" >/dev/shm/found
	md5sum </dev/shm/found >"/results/found.$image"
	read_disk | cmp -s - /dev/shm/found
	echo $? >"/results/large.$image"
	rm /dev/shm/found
	[ $image -lt 5 ] || write_over $image
	check_image $image
done

# "clean" means something: the host has put two blocks in one place
find_disk 7
ok $? "image 7: the damaged layout is still a disk"
runs "image 7: ndctl disables the namespace" ndctl disable-namespace "namespace$region.0"
! is_clean >/tmp/out && grep -q 'is referenced by two map entries' /tmp/out
ok $? "image 7: ndctl check-namespace notices two blocks in one place"

# one job file measures the kernel's BTT and ours
make_dax 6
find_region 7
runs "image 7: ndctl makes a namespace in sector mode" ndctl create-namespace -f -e "namespace$region.0" -m sector -l 4096
find_disk 7
cat >/tmp/beside.job <<JOB
[global]
rw=randrw
rwmix=read:50,write:40,zero:10
threads=2
runtime=1
bs=4096
precondition=none
[kernel]
engine=block
namespace=$disk
[user]
stonewall=1
engine=btt
namespace=/dev/$dax
JOB
runs "$dax: format" bttbench format "/dev/$dax" --lbasize=4096
runs "one job file runs on the kernel's BTT and ours" may_lose_time bttbench run /tmp/beside.job --output=/results/beside.json
is "bttbench list has $disk" "$(bttbench list --format=json | grep -c "\"${disk#/dev/}\"")" 1

# a copy of the bytes below the kernel's BTT, as in the README
raw() {
	ndctl disable-namespace "namespace$region.0" && echo "$1" >"$nd/namespace$region.0/force_raw" &&
		ndctl enable-namespace "namespace$region.0"
}
runs "image 7: ndctl enables it raw" raw 1
$DD if="/dev/pmem$region" of=/dev/shm/copy bs=2M 2>/dev/null
runs "image 7: bttbench check of a copy is clean" bttbench check /dev/shm/copy
rm /dev/shm/copy
runs "image 7: ndctl enables it in sector mode again" raw 0
find_disk 7
ok $? "image 7: is a disk again"
