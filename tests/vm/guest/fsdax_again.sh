# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# fsdax_again.sh -- the file system and bttbench recover after the machine was killed in fsdax_load.sh.
. /mounted.sh
find_region 1
state=/dev/$(cd /sys/bus/dax/devices && echo dax"$region".*)
find_region 0
pmem=pmem$region
runs "mount recovers the file system" mount -t ext4 -o dax=always "/dev/$pmem" /mnt
dmesg | grep EXT4-fs
bttbench read /mnt/ns >/tmp/block && bttbench write /mnt/ns </tmp/block
ok $? "bttbench recovers"
runs "check is clean" bttbench check /mnt/ns
runs "no block is torn, misplaced or lost" bttbench verify /mnt/ns --state="$state"
cat /tmp/out
bttbench info /mnt/ns | grep -q 'map_normal: [1-9]'
ok $? "the load had written"
runs "all blocks are zeroed without the state" bttbench zero /mnt/ns --count="$(info /mnt/ns external_nlba)"
! bttbench verify /mnt/ns --state="$state" >/tmp/out && grep -q '^stale: [1-9][0-9]* blocks$' /tmp/out
ok $? "... and verify notices it"
