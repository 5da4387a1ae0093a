# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# kernel_again.sh -- the kernel takes back what the host has written or laid out meanwhile.
#
# A sector a read, past the page cache: of a larger read the BTT of Debian's 6.1 fills each page up to the first sector
# whose map entry says "zero", and leaves what follows in that page as it lay in the reader's buffer. Only sectors of
# 512 bytes come several to a page. The host says so when it sees it.
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
	judge $image
done

# what "clean" is worth: the host has put two blocks in one place
find_disk 7
ok $? "image 7: the damaged layout is a disk too"
runs "image 7: ndctl disables the namespace" ndctl disable-namespace "namespace$region.0"
! is_clean >/tmp/out && grep -q 'is referenced by two map entries' /tmp/out
ok $? "image 7: ndctl check-namespace notices two blocks in one place"

# the kernel's BTT beside ours, by one job file
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
runs "one job file: the kernel's BTT and ours" bttbench run /tmp/beside.job --output=/results/beside.json
is "bttbench list has $disk" "$(bttbench list --format=json | grep -c "\"${disk#/dev/}\"")" 1

# a copy of what the kernel's BTT lies in, as README has it
raw() {
	ndctl disable-namespace "namespace$region.0" && echo "$1" >"$nd/namespace$region.0/force_raw" &&
		ndctl enable-namespace "namespace$region.0"
}
runs "image 7: ndctl enables it raw" raw 1
$DD if="/dev/pmem$region" of=/dev/shm/copy bs=2M 2>/dev/null
runs "image 7: bttbench check of a copy is clean" bttbench check /dev/shm/copy
rm /dev/shm/copy
runs "image 7: and in sector mode again" raw 0
find_disk 7
ok $? "image 7: is a disk again"
