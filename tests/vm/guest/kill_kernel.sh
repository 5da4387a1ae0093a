# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# kill_kernel.sh -- the kernel recovers image 2, on which bttbench was killed. Then its own BTT writes to image 0. Each
# writer has its own CPU: see write_over in sector.sh.
. /load.sh
find_disk 2
ok $? "the kernel opens a BTT on which bttbench was killed"
echo "guest: recovered $(read_disk 4096 | md5sum)"
runs "ndctl disables its namespace" ndctl disable-namespace "namespace$region.0"
runs "ndctl check-namespace is clean" is_clean
make_dax 1
find_disk 0
load "$disk" "/dev/$dax" block
