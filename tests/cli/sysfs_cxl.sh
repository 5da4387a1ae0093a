# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# sysfs_cxl.sh -- makes a /sys of a machine with two CXL memory devices; source sysfs.sh first.
#
# Names, values and links are those of Debian's Linux 6.1 on the emulated module of tests/vm/cxl.t; devices and numbers
# that the emulator does not have are made up. The near node is 1, the kernel names node 0, and the memory is node 2.
#
#	region0  persistent, mem0 and mem1 interleaved, namespace0.0 devdax /dev/dax0.0
#	region1  volatile, mem1 alone, /dev/dax1.0

SYSFS_CXL_SIZE=0x20000000
SYSFS_CXL_BASE0=0x4d0000000
SYSFS_CXL_BASE1=0x5d0000000

# cxl_device PATH DEVTYPE: makes a device below $sysfs/devices that is on the CXL bus
cxl_device() {
	device=$sysfs/devices/$1
	put devtype "$2"
	ln -sr "$device" "$sysfs/bus/cxl/devices/${1##*/}"
}

# cxl_memdev NUMBER NODE: memory device and endpoint with its decoder
cxl_memdev() {
	cxl_device "pci0000:0c/0000:0c:0$1.0/0000:0e:0$1.0/mem$1" cxl_memdev
	put dev "247:$1"
	put serial "0x$((1234567 + $1))"
	put firmware_version "BWFW VERSION 0$1"
	put numa_node "$2"
	put pmem/size 0x10000000
	put ram/size 0x0
	put payload_max 2048
	put label_storage_size 1048576
	mkdir -p "$sysfs/dev/char" && ln -sr "$device" "$sysfs/dev/char/247:$1"
	memdev=$device
	cxl_device "$cxl_root/port1/endpoint$((2 + $1))" cxl_port
	ln -sr "$memdev" "$device/uport"
	cxl_device "$cxl_root/port1/endpoint$((2 + $1))/decoder$((2 + $1)).0" cxl_decoder_endpoint
}

# cxl_region NUMBER BASE DECODER...: a region in use
cxl_region() {
	number=$1 base=$2
	shift 2
	cxl_device "$cxl_root/decoder0.0/region$number" cxl_region
	put resource "$base"
	put size $SYSFS_CXL_SIZE
	put commit 1
	put interleave_ways $#
	put interleave_granularity 256
	position=0
	for decoder; do
		put target$position "$decoder"
		position=$((position + 1))
	done
}

# cxl_dax PATH NUMBER ADDRESS: a DAX device below a folder that has dax_region
cxl_dax() {
	device=$sysfs/devices/$1
	put dax_region/id "$2"
	put dax_region/size 532676608
	put dax_region/align 2097152
	device=$device/dax$2.0
	put size 532676608
	put align 2097152
	put numa_node 0
	put target_node 2
	put resource "$3"
	put dev "251:$2"
	ln -sr "$sysfs/bus/dax/drivers/device_dax" "$device/driver"
	ln -sr "$device" "$sysfs/bus/dax/devices/dax$2.0"
}

# nd_device PATH DEVTYPE ALIAS [MAJOR:MINOR]: a device of the bus for persistent memory
nd_device() {
	device=$sysfs_bus/$1
	put devtype "$2"
	put uevent "DEVTYPE=$2"
	put modalias "nd:t$3"
	ln -sr "$device" "$sysfs/bus/nd/devices/${1##*/}"
	[ -z "${4:-}" ] || { put dev "$4" && ln -sr "$device" "$sysfs/dev/char/$4"; }
}

sysfs_cxl_nd() {
	device=$sysfs_bus
	put provider CXL
	put commands ""
	put wait_probe 1
	device=$sysfs_bus/nd/ndctl0
	put dev 241:0
	ln -sr "$device" "$sysfs/dev/char/241:0"
	ln -sr "$sysfs_bus" "$device/device"
	ln -sr "$device" "$sysfs/class/nd/ndctl0"
	for number in 0 1; do
		nd_device nmem$number nvdimm 1 240:$number
		put state active
		put commands "get_size get_data set_data "
		put available_slots 4088
		put flags "label "
		ln -sr "$sysfs/bus/nd/drivers/nvdimm" "$device/driver"
	done
	nd_device region0 nd_pmem 2
	put size $((SYSFS_CXL_SIZE))
	put align 0x2000000
	put nstype 5
	put mappings 2
	put mapping0 nmem0,0,268435456,0
	put mapping1 nmem1,0,268435456,1
	put resource $SYSFS_CXL_BASE0
	put numa_node 0
	put target_node 2
	put set_cookie 0x2468ace01234567
	put persistence_domain memory_controller
	put read_only 0
	put available_size 0
	put max_available_extent 0
	put init_namespaces 1/1
	put badblocks ""
	nd_device region0/namespace0.0 nd_namespace_pmem 5
	put nstype 5
	put uuid 61e24c05-3437-44db-a35d-586f2d4279ea
	put size $((SYSFS_CXL_SIZE))
	put resource $SYSFS_CXL_BASE0
	put alt_name ""
	put sector_size "[512] 4096"
	put force_raw 0
	put mode dax
	put holder dax0.0
	put holder_class dax
	put numa_node 0
	ln -sr "$sysfs/bus/nd/drivers/nd_pmem" "$device/driver"
	nd_device region0/dax0.0 nd_dax 7
	put uuid b74194aa-5cb0-4fde-a17a-5c279f3de14d
	put mode pmem
	put align 2097152
	put supported_alignments "4096 2097152 1073741824"
	put size 532676608
	put resource 0x4d0600000
	put namespace namespace0.0
	ln -sr "$sysfs/bus/nd/drivers/dax_pmem" "$device/driver"
	cxl_dax "$cxl_root/nvdimm-bridge0/ndbus0/region0/dax0.0" 0 0x4d0600000
}

# sysfs_cxl FOLDER: makes everything
sysfs_cxl() {
	sysfs=$1 cxl_root="platform/ACPI0017:00/root0"
	sysfs_bus=$1/devices/$cxl_root/nvdimm-bridge0/ndbus0
	mkdir -p "$sysfs/bus/cxl/devices" "$sysfs_bus" "$sysfs/bus/nd/devices" "$sysfs/bus/nd/drivers/nd_pmem" \
		"$sysfs/bus/nd/drivers/nvdimm" "$sysfs/bus/nd/drivers/dax_pmem" "$sysfs/bus/dax/devices" \
		"$sysfs/bus/dax/drivers/device_dax" "$sysfs/class/nd"
	cxl_memdev 0 1
	cxl_memdev 1 1
	cxl_region 0 $SYSFS_CXL_BASE0 decoder2.0 decoder3.0
	cxl_device "$cxl_root/decoder0.0/region0/pmem_region0" cxl_pmem_region
	cxl_region 1 $SYSFS_CXL_BASE1 decoder3.0
	sysfs_cxl_nd
	cxl_dax "$cxl_root/decoder0.0/region1/dax_region1" 1 $SYSFS_CXL_BASE1
	for node in 0 1; do
		device=$sysfs/devices/system/node/node$node
		put cpulist $((2 * node))-$((2 * node + 1))
	done
	device=$sysfs/devices/system/node/node2
	put cpulist ""
}

# cxl_initiators CLASS NODE...: gives node 2, the memory, an access class with these nodes
cxl_initiators() {
	device=$sysfs/devices/system/node/node2/access$1/initiators
	shift
	put read_bandwidth 1
	for node; do
		ln -sr "$sysfs/devices/system/node/node$node" "$device/node$node"
	done
}

# cxl_health FOLDER NUMBER STATUS MEDIA ALERTS LIFE TEMPERATURE DIRTY VOLATILE PERSISTENT: the answer of a memory device to
# Get Health Info of the CXL specification. STATUS: bit 0 maintenance, 1 performance, 2 replacement. MEDIA: 0 normal, 1
# not ready, 2 persistence lost, 3 data lost, 4 to 6 persistence loss at loss of power, at shutdown, imminent, 7 to 9 the
# same for data. ALERTS: bits 0-1 life, 2-3 temperature (1 warning, 2 critical), 4 and 5 corrected errors. LIFE 0xff and
# TEMPERATURE 0xffff: not known.
cxl_health() {
	mkdir -p "$1.firmware/cxl"
	perl -e 'print pack "C C C C v V V V", map { /^0x/ ? oct : $_ & 0xffff } @ARGV' "$3" "$4" "$5" "$6" "$7" "$8" "$9" "${10}" >"$1.firmware/cxl/mem$2"
}
