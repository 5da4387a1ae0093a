#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# fsdax.t -- a file in a file system on a pmem disk, or on its partition, with a made-up /sys: the result has the node,
# domain and health of the modules, the disk and the type of the file system.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/cli/sysfs.sh"

unshare -rm true 2>/dev/null || skip_all "no mount namespace can be made here"

# not in /dev/shm, which the made-up /dev hides
F=$(mktemp -d /tmp/bttbench-test.XXXXXX) || bail "no folder"
trap 'rm -rf "$F"; tap_cleanup' EXIT
sysfs_make "$T/sys" ""
disk=devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0012:00/ndbus0/region0/btt0.0
ln -s ../.. "$T/sys/$disk/block/pmem0s/device"
echo 1 >"$T/sys/$disk/numa_node"
mkdir "$T/sys/$disk/block/pmem0s/pmem0s1"
echo 1 >"$T/sys/$disk/block/pmem0s/pmem0s1/partition"
"$BTTBENCH" format "$F/ns" --size=32M >/dev/null

# facts PATH: the facts about a file when its file system is on this device
facts() {
	dev=$(stat -c %d "$F/ns")
	link=$T/sys/dev/block/$((dev >> 8 & 0xfff)):$((dev & 0xff | dev >> 12 & 0xfff00))
	rm -f "$link" && ln -s "../../$disk/block/$1" "$link"
	in_sysfs "$T/sys" "$BTTBENCH" run "$F/ns" --set ops=10 --set rw=read --set precondition=none \
		--set placement=cpus:"$(first_cpu)" --format=json 2>"$T/err" | jq -r '.namespace | "\(.node) \(.persistence_domain) \(.device) \(.file_system)"'
}

type=$(findmnt -n -o FSTYPE -T "$F" | head -n 1)
is "a file on a pmem disk" "$(facts pmem0s)" "1 memory_controller pmem0s $type"
is "a file on a partition of it" "$(facts pmem0s/pmem0s1)" "1 memory_controller pmem0s $type"
[ "$tap_failed" -eq 0 ] || diag "$(cat "$T/err")"
plan_done
