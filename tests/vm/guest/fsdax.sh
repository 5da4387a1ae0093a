# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# fsdax.sh -- a namespace in a file: ext4 on image 0, XFS on image 2, with and without DAX. Bad pages: of the file, and of
# device DAX on image 1.
. /mounted.sh

# short NS OPTION...: a short run; may_lose_time tells of its exit code
short() {
	may_lose_time bttbench run "$@" --set precondition=none --set runtime=1 --set region=size:4M
}

make_fsdax 0
runs "ext4: mkfs" mkfs.ext4 -q -b 4096 "/dev/$pmem"
runs "ext4: mount -o dax=always" mount -t ext4 -o dax=always "/dev/$pmem" /mnt
echo "$pmem" >/results/pmem
runs "ext4: format makes a file" bttbench format /mnt/ns --size=64M --lbasize=4096
runs "ext4: a run with every read checked" short /mnt/ns --set verify=stamp --set rw=randrw \
	--set rwmix=read:40,write:50,zero:10 --set threads=2 --output=/results/ext4.json
runs "ext4: verify finds what the run wrote" bttbench verify /mnt/ns
runs "ext4: check is clean" bttbench check /mnt/ns
runs "list" bttbench list
cat /tmp/out
bttbench list --format=json >/results/list.json

# only a new mapping meets a block that is marked as bad
head -c 40960 /dev/urandom >/tmp/blocks
bttbench write /mnt/ns </tmp/blocks
ok $? "ext4: ten blocks are written"
entry=$(dd if=/mnt/ns bs=4 count=1 skip=$(($(info /mnt/ns mapoff) / 4)) 2>/dev/null | od -An -tu4)
block=$(filefrag -v -b4096 /mnt/ns | mapped_block $(($(info /mnt/ns dataoff) / 4096 + (entry & 0x3fffffff))))
runs "ext4: umount" umount /mnt
echo $((block * 8)) 8 >"/sys/block/$pmem/badblocks"
runs "ext4: mount again" mount -t ext4 -o dax=always "/dev/$pmem" /mnt
fails "ext4: a bad block of the device is an I/O error" "/mnt/ns: .*block 0.*Input/output error" bttbench read /mnt/ns
bttbench read /mnt/ns --lba=1 --count=9 | cmp -s - /tmp/blocks 0 4096
ok $? "ext4: the blocks behind it are readable"
runs "ext4: umount after the bad block" umount /mnt

runs "ext4: mount -o dax=never" mount -t ext4 -o dax=never "/dev/$pmem" /mnt
short /mnt/ns --set rw=randwrite --output=/results/never.json >/dev/null 2>/results/never.err
ok $? "ext4: a run without DAX"
runs "ext4: umount without DAX" umount /mnt

# XFS shares extents by default
make_fsdax 2
runs "XFS: mkfs" mkfs.xfs -q -f -m reflink=1 "/dev/$pmem"
runs "XFS: mount -o dax=always" mount -t xfs -o dax=always "/dev/$pmem" /mnt
runs "XFS: format makes a file" bttbench format /mnt/ns --size=64M --lbasize=4096
runs "XFS: a run with every read checked" short /mnt/ns --set verify=stamp --set rw=randrw --output=/results/xfs.json
runs "XFS: a copy shares the blocks of the file" cp --reflink=always /mnt/ns /mnt/copy
md5sum </mnt/copy >/tmp/before
runs "XFS: a run on shared blocks" short /mnt/ns --set rw=randwrite --output=/results/shared.json
md5sum </mnt/copy | cmp -s - /tmp/before
ok $? "XFS: ... leaves the copy as it was"
runs "XFS: check is clean" bttbench check /mnt/ns
runs "XFS: umount" umount /mnt

# the kernel announces a bad page to all processes that map it, and not only to the one that reads it
echo 1 >/proc/sys/vm/memory_failure_early_kill
mount -t debugfs none /sys/kernel/debug
make_dax 1
runs "device DAX: format" bttbench format "/dev/$dax" --lbasize=4096
mapoff=$(info "/dev/$dax" mapoff)
bttbench run "/dev/$dax" --set rw=randread --set precondition=none --set runtime=300 --status-interval=100ms \
	--output=/results/poison.json >/tmp/out 2>&1 &
reader=$!
while ! tr '\r' '\n' </tmp/out | grep -q '^run ' && kill -0 $reader 2>/dev/null; do usleep 100000; done
# the first pages of two huge pages that the run has mapped, those with info block and map; it does not read these two
resource=$(cat "/sys/bus/dax/devices/$dax/resource")
for off in 0 $((mapoff >> 21 << 21)); do
	echo $(((resource + off) / 4096)) >/sys/kernel/debug/hwpoison/corrupt-pfn
done
announced() {
	dmesg | grep -c 'Sending SIGBUS to bttbench'
}
for tick in $(seq 300); do
	[ "$(announced)" -lt 2 ] || break
	usleep 100000
done
usleep 500000
kill $reader
wait $reader
status=$?
dmesg | grep 'Memory failure'
is "device DAX: the kernel announces two bad pages with SIGBUS" "$(announced)" 2
is "device DAX: ... and the run goes on until a signal ends it" $status 143
