# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# dax.sh -- device DAX: two NVDIMMs, each near its own node.
# NUMA balancing scans the pages all the time: it must not move the pages of a worker, or make them seem absent
mount -t debugfs none /sys/kernel/debug 2>/dev/null
balancing=/sys/kernel/debug/sched/numa_balancing
echo 5 >$balancing/scan_delay_ms && echo 5 >$balancing/scan_period_min_ms && echo 10 >$balancing/scan_period_max_ms
runs "NUMA balancing is on, and busy" grep -qx 1 /proc/sys/kernel/numa_balancing

# as in the README; without labels a namespace covers the whole region from the start
label() {
	ndctl disable-region "$1" && ndctl init-labels "$(sed 's/,.*//' "/sys/bus/nd/devices/$1/mapping0")" &&
		ndctl enable-region "$1"
}
runs "ndctl labels the module of region0" label region0
runs "ndctl makes a device DAX namespace in its free capacity" \
	ndctl create-namespace --region=region0 --mode=devdax --align=2M
runs "ndctl converts the namespace that covers region1" \
	ndctl create-namespace --force --reconfig=namespace1.0 --mode=devdax --align=2M
ndctl list -RDNXu -vvv >/results/ndctl.txt 2>&1
ndctl list -RDNX -vvv >/results/ndctl.json 2>&1
daxctl list -D >/results/daxctl.json 2>&1
for dev in /sys/bus/dax/devices/dax*; do
	name=$(basename "$dev")
	echo "$name $(cat "$dev/numa_node") $(cat "$dev/size") $(cat "$dev/align")"
done >/results/sysfs.txt
cat /results/sysfs.txt
# the device in the region of the module with handle 1, which the emulator puts near node 0
module=$(grep -lx 0x1 /sys/bus/nd/devices/nmem*/nfit/handle | cut -d / -f 6)
region=$(grep -l "^$module," /sys/bus/nd/devices/region*/mapping0 | cut -d / -f 6)
for dev in /sys/bus/dax/devices/dax*; do
	case $(readlink -f "$dev") in */"$region"/*) basename "$dev" ;; esac
done >/results/first.txt
ls -l /dev/dax*

QUICK="--set runtime=1 --set precondition=none"
while read -r name node size align; do
	runs "$name: format" bttbench format "/dev/$name" --lbasize=4096
	runs "$name: info" bttbench info "/dev/$name" --format=json
	cp /tmp/out "/results/info.$name.json"
	runs "$name: check" bttbench check "/dev/$name"
	for placement in local remote; do
		# shellcheck disable=SC2086 # a list of options
		runs "$name: run, placement=$placement" may_lose_time bttbench run "/dev/$name" $QUICK \
			--set "placement=$placement" --set region=size:4M --set threads=2 --output="/results/run.$name.$placement.json"
	done
	runs "$name: check after the runs" bttbench check "/dev/$name"
done </results/sysfs.txt

runs "list" bttbench list
cat /tmp/out
runs "list as JSON" bttbench list --format=json
cp /tmp/out /results/list.json

first=$(head -n 1 /results/sysfs.txt | cut -d ' ' -f 1)
second=$(tail -n 1 /results/sysfs.txt | cut -d ' ' -f 1)
sysfs=/sys/bus/dax/devices

# the kernel rejects an align that does not fit, so another file covers the attribute
echo 4194304 >/tmp/align
mount --bind /tmp/align "$(readlink -f "$sysfs/$first")/align"
fails "an align that does not divide the size" "/dev/$first: 526385152 bytes are not a multiple of the alignment of the device, 4194304" \
	bttbench info "/dev/$first"
umount "$(readlink -f "$sysfs/$first")/align"

fails "a device without permission" "/dev/$first: .*[Pp]ermission denied" su nobody -c "bttbench info /dev/$first"
fails "... for a run too" "/dev/$first: .*[Pp]ermission denied" su nobody -c "bttbench run /dev/$first"

bttbench run "/dev/$first" --set runtime=60 --set precondition=none >/dev/null 2>&1 &
busy=$!
for tick in $(seq 300); do
	! grep -q FLOCK /proc/locks || break
	usleep 100000
done
fails "a busy device" "/dev/$first: in use by another process" bttbench run "/dev/$first"
fails "a busy device is not checked" "/dev/$first: in use by another process" bttbench check "/dev/$first"
kill -INT "$busy"
wait "$busy"

runs "daxctl takes $second from its driver" daxctl disable-device "$second"
fails "a device that no driver has" "/dev/$second: the device exists, but is not enabled for device DAX [(]it has no driver[)]" \
	bttbench info "/dev/$second"
runs "daxctl enables it again" daxctl enable-device "$second"
runs "... and bttbench can use it again" bttbench info "/dev/$second"

modprobe kmem
# newer kernels use the memory at once, and daxctl then does not convert the device
echo offline >/sys/devices/system/memory/auto_online_blocks
runs "daxctl converts $second to system memory" daxctl reconfigure-device -N -m system-ram "$second"
fails "a device in system-ram mode" "/dev/$second: is in system-ram mode" bttbench info "/dev/$second"
fails "... and no file is made instead" "/dev/$second: is in system-ram mode" bttbench format "/dev/$second" --size=64M
bttbench list --format=json >/results/list.ram.json
runs "its memory comes into use" daxctl online-memory "$second"
hint=$(bttbench info "/dev/$second" 2>&1 | sed "s/.*with '//; s/'.*//")
echo "$hint"
# shellcheck disable=SC2086 # a command
runs "the command in the message makes it a DAX device again" $hint
runs "... and bttbench can use it" bttbench check "/dev/$second"
