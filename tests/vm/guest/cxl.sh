# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh disable=SC2086,SC2154 # a list of options; set by cxl_common.sh
# cxl.sh -- a CXL module becomes a region with a DAX device and a disk in sector mode. The commands of docs/cxl.md run as
# they stand there. Each access to the memory is emulated, so jobs use 2 MiB.
. /cxl_common.sh

mkdir /root
cd /results || exit
doc "Create a region and namespaces"
cat /tmp/out
cp /root/region0.uuid /results/
for device in cxl/devices/mem0 nd/devices/region0 dax/devices/dax0.0; do
	echo "${device##*/} $(cat /sys/bus/$device/numa_node)"
done >/results/numa_node.txt
find_cxl_disk
ok $? "ndctl makes a disk in sector mode beside the DAX device"
doc "Look at the node and the health"
cp /tmp/out /results/list.txt
cat /tmp/out
runs "list as JSON" bttbench list --format=json
cp /tmp/out /results/list.json

doc Measure
runs "info" bttbench info /dev/dax0.0 --format=json
for placement in local remote; do
	runs "--dry-run, placement=$placement" bttbench run /dev/dax0.0 --dry-run --set placement=$placement $QUICK
	cp /tmp/out /results/dry.$placement.txt
	runs "run, placement=$placement" may_lose_time bttbench run /dev/dax0.0 $QUICK --set threads=2 --set placement=$placement \
		--output=/results/run.$placement.json
	cp /tmp/out /results/run.$placement.txt
done
runs "run, the node given by hand" may_lose_time bttbench run /dev/dax0.0 $QUICK --set namespace_node=0 --output=/results/run.given.json
runs "run, placement=node:1" may_lose_time bttbench run /dev/dax0.0 $QUICK --set placement=node:1 --output=/results/run.node.json
runs "run with every read checked" may_lose_time bttbench run /dev/dax0.0 $QUICK --set verify=stamp --set rw=randrw --set threads=2 \
	--output=/results/run.verify.json

cat >/tmp/beside.job <<JOB
[global]
rw=randrw
rwmix=read:50,write:50
runtime=1
bs=4096
precondition=none
region=size:2M
[kernel]
engine=block
namespace=$disk
[user]
stonewall=1
engine=btt
namespace=/dev/dax0.0
JOB
runs "one job file runs on the kernel's BTT and ours" may_lose_time bttbench run /tmp/beside.job --output=/results/beside.json

# for the next boot
$DD if=/dev/urandom of=/dev/shm/blocks bs=4096 count=64 2>/dev/null
runs "blocks are written through bttbench" sh -c 'bttbench write /dev/dax0.0 --lba=1000 </dev/shm/blocks'
$DD if=/dev/shm/blocks of="$disk" bs=4096 seek=100 oflag=direct 2>/dev/null
ok $? "and through the kernel's BTT"
runs "check" bttbench check /dev/dax0.0
md5sum </dev/shm/blocks >/results/md5
