# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh disable=SC2086,SC2154 # a list of options; set by cxl_common.sh
# cxl_again.sh -- the next boot of the machine of cxl.sh: the region is put together again, as docs/cxl.md says, and the
# data is still there. The results of the boot before are still on the disk for results.
. /cxl_common.sh

mkdir /root /before
tar -x -f /dev/vda -C /before
cp /before/region0.uuid /root/
doc "After a restart"
wait_for /dev/dax0.0
ok $? "the DAX device is there again"
find_cxl_disk
ok $? "the disk in sector mode is there again"
runs "check" bttbench check /dev/dax0.0
bttbench read /dev/dax0.0 --lba=1000 --count=64 | md5sum >/results/ours
$DD if="$disk" bs=4096 skip=100 count=64 iflag=direct 2>/dev/null | md5sum >/results/kernel
runs "run" may_lose_time bttbench run /dev/dax0.0 $QUICK --output=/results/run.json
namespace=$(cat /sys/bus/nd/devices/region0/btt0.*/namespace | grep namespace)
runs "ndctl disables the namespace in sector mode" ndctl disable-namespace "$namespace"
runs "ndctl check-namespace is clean" ndctl check-namespace -v "$namespace"
checked=$(grep -c "^checked 1 namespace" /tmp/out)
is "and it was checked" "$checked" 1
