# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
# cxl_common.sh -- the drivers of CXL memory, for the scenarios that use it.
QUICK="--set region=size:2M --set runtime=1 --set precondition=none"
# not busybox's own dd, which its shell uses for the bare name
DD=/bin/dd

for module in cxl_acpi cxl_pci cxl_mem cxl_pmem; do
	modprobe $module || echo "guest: no module $module"
done

# wait_for FILE
wait_for() {
	for tick in $(seq 100); do
		[ ! -e "$1" ] || return 0
		usleep 100000
	done
	return 1
}

wait_for /sys/bus/cxl/devices/decoder2.0
ok $? "the kernel finds the module"

run_doc() (
	set -e
	bttbench() {
		may_lose_time /bin/bttbench "$@"
	}
	. /tmp/doc.sh
)

# doc HEADING: runs the commands below a heading of docs/cxl.md; the output is in /tmp/out
doc() {
	awk -v heading="## $1" '/^## / {inside = $0 == heading; next} inside && sub(/^    /, "")' /cxl.md >"/tmp/doc.sh"
	[ -s /tmp/doc.sh ]
	ok $? "docs/cxl.md has commands below '$1'"
	runs "docs/cxl.md: $1" run_doc
}

# find_cxl_disk: sets $disk to the disk in sector mode
find_cxl_disk() {
	wait_for /sys/bus/nd/devices/region0/btt0.*/block/pmem0*s
	disk=/dev/$(basename /sys/bus/nd/devices/region0/btt0.*/block/pmem0*s)
	wait_for "$disk"
}
