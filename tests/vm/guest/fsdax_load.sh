# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# fsdax_load.sh -- bttbench writes to a file on ext4 with DAX, on image 0, until the host kills the machine. Device DAX on
# image 1 keeps the state.
. /load.sh
. /mounted.sh
make_dax 1
make_fsdax 0
runs "mkfs" mkfs.ext4 -q -b 4096 "/dev/$pmem"
runs "mount -o dax=always" mount -t ext4 -o dax=always "/dev/$pmem" /mnt
runs "format" bttbench format /mnt/ns --size=32M --lbasize=4096
# the name of the file must survive; its blocks are written with MAP_SYNC
sync
load /mnt/ns "/dev/$dax" btt
