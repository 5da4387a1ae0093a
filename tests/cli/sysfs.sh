# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# sysfs.sh -- makes a /sys of a server with two sockets, each with six NVDIMMs interleaved into one region.
#
# It follows public data about such machines: sizes, alignment and interleave-set identities as `ndctl list -R` prints
# them in the ndctl user guide (1623497637888 bytes, 6 x 16 MiB, modules of vendor 8089); region numbers that differ
# from the node numbers as in pmem/ndctl issues 211 and 235; handles with socket, controller, channel and slot in four
# bits each; files as named in Documentation/ABI/testing/sysfs-bus-{nvdimm,nfit}.
#
#	region0  node 1  nmem6..11  namespace0.0 sector /dev/pmem0s, 4096 bytes per sector
#	region1  node 0  nmem0..5   namespace1.0 devdax /dev/dax1.0

SYSFS_REGION_SIZE=1623497637888
SYSFS_BASE0=0x21080000000
SYSFS_BASE1=0x3080000000

# put FILE TEXT: writes a file below $device
put() {
	mkdir -p "$(dirname "$device/$1")" && printf '%s\n' "$2" >"$device/$1"
}

# sysfs_link TYPE MAJOR:MINOR PATH: links the node in /dev to its device
sysfs_link() {
	mkdir -p "$sysfs/dev/$1"
	ln -s "../../devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0012:00/ndbus0/$3" "$sysfs/dev/$1/$2"
}

# sysfs_device PATH DEVTYPE ALIAS MAJOR:MINOR: makes a device below the bus
sysfs_device() {
	device=$sysfs_bus/$1
	put uevent "DEVTYPE=$2"
	put devtype "$2"
	put modalias "nd:t$3"
	[ -z "${4:-}" ] || { put dev "$4" && sysfs_link char "$4" "$1"; }
	ln -s "../../../devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0012:00/ndbus0/$1" "$sysfs/bus/nd/devices/${1##*/}"
}

# sysfs_module NUMBER FLAGS: the modules of one region have handles 0x0001 to 0x0211, on socket 1 0x1001 and so on
sysfs_module() {
	place=$(($1 % 6))
	handle=$(($1 / 6 << 12 | place / 3 << 8 | place % 3 << 4 | 1))
	sysfs_device "nmem$1" nvdimm 1 "240:$1"
	put state active
	put commands "smart smart_thresh flags get_size get_data set_data effect_size effect_log vendor cmd_call "
	put available_slots 12
	put security disabled
	put nfit/handle "$(printf '0x%x' $handle)"
	put nfit/phys_id "$(printf '0x%x' $((38 + 2 * $1)))"
	put nfit/vendor 0x8980
	put nfit/device 0x979
	put nfit/rev_id 0x0
	put nfit/subsystem_vendor 0x8980
	put nfit/subsystem_device 0x97a
	put nfit/subsystem_rev_id 0x18
	put nfit/serial "$(printf '0x%08x' $((0xe80b0000 + $1)))"
	put nfit/id "$(printf '8089-a2-1837-%08x' $((0xbe0 + $1)))"
	put nfit/family 0
	put nfit/dsm_mask 0xfffffffffffffffe
	put nfit/formats 1
	put nfit/format 0x0301
	put nfit/dirty_shutdown 2
	put nfit/flags "${2:+$2 }"
}

# sysfs_region NUMBER NODE BASE FIRST-MODULE SET
sysfs_region() {
	sysfs_device "region$1" nd_pmem 2
	put size $SYSFS_REGION_SIZE
	put align 0x6000000
	put nstype 5
	put mappings 6
	put resource "$3"
	put numa_node "$2"
	put target_node $((2 + $2))
	put set_cookie "$5"
	put persistence_domain memory_controller
	put read_only 0
	put available_size 0
	put max_available_extent 0
	put nfit/range_index $(($1 + 1))
	put init_namespaces 1/1
	put badblocks ""
	for i in 0 1 2 3 4 5; do
		put mapping$i "nmem$(($4 + i)),0,$((SYSFS_REGION_SIZE / 6)),$i"
	done
}

# sysfs_namespace REGION UUID BASE MODE HOLDER CLASS
sysfs_namespace() {
	sysfs_device "region$1/namespace$1.0" nd_namespace_pmem 5
	put nstype 5
	put uuid "$2"
	put size $SYSFS_REGION_SIZE
	put resource "$3"
	put alt_name ""
	put sector_size "[512] 4096"
	put force_raw 0
	put mode "$4"
	put holder "$5"
	put holder_class "$6"
	put numa_node "$(cat "$sysfs_bus/region$1/numa_node")"
	ln -s ../../../../../../../bus/nd/drivers/nd_pmem "$device/driver"
}

sysfs_sector() {
	sysfs_namespace 0 0fd6c2c5-2ee5-4b5c-8be6-6d5f4f6ea2d2 $SYSFS_BASE0 safe btt0.0 btt
	sysfs_device region0/btt0.0 nd_btt 0
	put uuid 9f1c7b51-58f5-4c4a-9d11-6b51b5e4a0d1
	put sector_size "512 520 528 [4096] 4104 4160 4224"
	put size 1621913501696
	put namespace namespace0.0
	put mode btt
	put block/pmem0s/dev 259:0
	sysfs_link block 259:0 region0/btt0.0/block/pmem0s
	ln -s ../../../../../../../bus/nd/drivers/nd_pmem "$device/driver"
}

sysfs_devdax() {
	sysfs_namespace 1 5a8a8d28-9b62-4b4d-9d1c-0de14b6c6e21 $SYSFS_BASE1 dax dax1.0 dax
	sysfs_device region1/dax1.0 nd_dax 7
	put uuid 3b2d6d4e-7d0c-4a3a-9d0b-53bd9b6e7a55
	put mode pmem
	put align 2097152
	put supported_alignments "4096 2097152 1073741824"
	put size 1598128390144
	put resource "$SYSFS_BASE1"
	put namespace namespace1.0
	ln -s ../../../../../../../bus/nd/drivers/dax_pmem "$device/driver"
	put dax_region/id 1
	put dax_region/size 1598128390144
	put dax_region/align 2097152
	device=$device/dax1.0
	put size 1598128390144
	put align 2097152
	put numa_node 0
	put target_node 2
	put resource "$SYSFS_BASE1"
	put dev 251:0
	sysfs_link char 251:0 region1/dax1.0/dax1.0
	ln -s ../../../../../../../../bus/dax/drivers/device_dax "$device/driver"
	ln -s ../../../devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0012:00/ndbus0/region1/dax1.0/dax1.0 \
		"$sysfs/bus/dax/devices/dax1.0"
}

# sysfs_memory FOLDER NODE: adds memory that firmware has reserved and that is not an NVDIMM's, as dax2.0; its own node
# is 4
sysfs_memory() {
	sysfs=$1
	device=$1/devices/platform/hmem.0
	put dax_region/id 2
	put dax_region/size 17179869184
	put dax_region/align 2097152
	device=$device/dax2.0
	put size 17179869184
	put align 2097152
	put numa_node "$2"
	put target_node 4
	put resource 0x100000000
	put dev 251:1
	ln -s ../../../../bus/dax/drivers/device_dax "$device/driver"
	ln -s ../../../devices/platform/hmem.0/dax2.0 "$sysfs/bus/dax/devices/dax2.0"
}

# sysfs_raw FOLDER SECTORS: makes the namespace of region 0 one without a BTT; SECTORS are the sizes from its labels
sysfs_raw() {
	sysfs=$1 device=$1/devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0012:00/ndbus0/region0/namespace0.0
	rm -r "$sysfs/bus/nd/devices/btt0.0" "${device%/*}/btt0.0"
	put mode raw
	put holder ""
	put holder_class ""
	put sector_size "$2"
	put block/pmem0/dev 259:0
}

# sysfs_make FOLDER FLAGS: makes everything; the flags are nmem3's, as the kernel writes them
sysfs_make() {
	sysfs=$1 sysfs_bus=$1/devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0012:00/ndbus0
	mkdir -p "$sysfs_bus" "$sysfs/bus/nd/devices" "$sysfs/bus/nd/drivers/nd_pmem" "$sysfs/bus/nd/drivers/nvdimm" \
		"$sysfs/bus/nd/drivers/dax_pmem" "$sysfs/bus/dax/devices" "$sysfs/bus/dax/drivers/device_dax" \
		"$sysfs/class/nd"
	device=$sysfs_bus
	put provider ACPI.NFIT
	put commands "ars_cap ars_start ars_status clear_error cmd_call "
	put wait_probe 1
	put nfit/revision 1
	put nfit/dsm_mask 0x3ff
	put nfit/scrub 1
	device=$sysfs_bus/nd/ndctl0
	put dev 241:0
	sysfs_link char 241:0 nd/ndctl0
	ln -s ../.. "$device/device"
	ln -s ../../devices/LNXSYSTM:00/LNXSYBUS:00/ACPI0012:00/ndbus0/nd/ndctl0 "$sysfs/class/nd/ndctl0"
	for number in 0 1 2 3 4 5 6 7 8 9 10 11; do
		sysfs_module $number "$([ $number -ne 3 ] || echo "$2")"
		ln -s ../../../../../../bus/nd/drivers/nvdimm "$device/driver"
	done
	sysfs_region 0 1 $SYSFS_BASE0 6 0xdd38c7d34b8f6d0c
	sysfs_region 1 0 $SYSFS_BASE1 0 0x2d3c7f48b26c2ccc
	sysfs_sector
	sysfs_devdax
	printf '8 8\n4096 16\n' >"$sysfs_bus/region0/badblocks"
}

# sysfs_smart FOLDER NUMBER STATUS VALID HEALTH SPARES USED TEMPERATURE SHUTDOWN: the answer of a module's firmware to Get
# SMART and Health Info (function 1 of the NVDIMM DSM interface, payload of 128 bytes). VALID: bit 0 health, 1 spares, 2
# life used, 3 temperature of the media (in 1/16 of a degree, bit 15 its sign), 10 last shutdown (not 0: was not clean)
sysfs_smart() {
	mkdir -p "$1.firmware"
	perl -e 'print pack "V V x4 C C C C v v V C v x8 C V x92", $ARGV[0], oct $ARGV[1], oct $ARGV[2], $ARGV[3], $ARGV[4],
		0, oct $ARGV[5], 0, 0, 0, 0, $ARGV[6], 0' "$3" "$4" "$5" "$6" "$7" "$8" "$9" >"$1.firmware/nmem$2"
}

# in_sysfs FOLDER COMMAND...: runs with this /sys, and a /dev with the nodes of the DAX devices and of the modules that
# sysfs_smart made; SMART data of other modules can't be read
in_sysfs() {
	rm -rf "$1.dev" && mkdir -p "$1.dev/cxl" && touch "$1.dev/dax0.0" "$1.dev/dax1.0" "$1.dev/dax2.0" "$1.dev/cxl/mem0" \
		"$1.dev/cxl/mem1"
	[ ! -d "$1.firmware" ] || cp -r "$1.firmware"/* "$1.dev/"
	# shellcheck disable=SC2016 # expanded inside
	unshare -rm sh -c 'mount --bind "$1" /sys && mount --bind "$1.dev" /dev && shift && exec "$@"' sh "$@"
}
