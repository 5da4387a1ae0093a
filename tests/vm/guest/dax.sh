# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# dax.sh -- device DAX: two NVDIMMs, each near a node of its own.
for n in 0 1; do
	runs "ndctl makes a device DAX namespace of NVDIMM $n" ndctl create-namespace -f -e "namespace$n.0" -m devdax
done
ndctl list -RDNXu -vvv >/results/ndctl.txt 2>&1
ndctl list -RDNX -vvv >/results/ndctl.json 2>&1
daxctl list -D >/results/daxctl.json 2>&1
for dev in /sys/bus/dax/devices/dax*; do
	name=$(basename "$dev")
	echo "$name $(cat "$dev/numa_node") $(cat "$dev/size") $(cat "$dev/align")"
done >/results/sysfs.txt
cat /results/sysfs.txt
ls -l /dev/dax*

QUICK="--set runtime=1 --set precondition=none"
while read -r name node size align; do
	runs "$name: format" bttbench format "/dev/$name" --lbasize=4096
	runs "$name: info" bttbench info "/dev/$name" --format=json
	cp /tmp/out "/results/info.$name.json"
	runs "$name: check" bttbench check "/dev/$name"
	for placement in local remote; do
		# shellcheck disable=SC2086 # a list of options
		runs "$name: run, placement=$placement" bttbench run "/dev/$name" $QUICK \
			--set "placement=$placement" --set threads=2 --output="/results/run.$name.$placement.json"
	done
	runs "$name: check after the runs" bttbench check "/dev/$name"
done </results/sysfs.txt
