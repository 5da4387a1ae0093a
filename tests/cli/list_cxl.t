#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# list_cxl.t -- CXL memory on a /sys that no test machine has: two interleaved memory devices, a volatile region, access
# classes, sources of the node that disagree, and memory devices that answer Get Health Info (memdev.c).
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/cli/sysfs.sh"
. "$SRC/tests/cli/sysfs_cxl.sh"

unshare -rm true 2>/dev/null || skip_all "no mount namespace can be made here"

# list JQ: one value per line, of the device dax0.0
list() {
	in_sysfs "$T/a" "$BTTBENCH" list --format=json | jq -rc ".[] | select(.device == \"${DEVICE:-dax0.0}\") | $1"
}

# fresh: the tree again, without changes
fresh() {
	rm -rf "$T/a" "$T/a.firmware" && mkdir "$T/a" && sysfs_cxl "$T/a"
	cxl=$T/a/bus/cxl/devices
}

fresh
is "a region over two memory devices: its CXL region, ways and granularity" \
	"$(list '[.region, .cxl_region, .interleave.ways, .interleave.granularity_bytes]')" '["region0","region0",2,256]'
is "each module has the facts of its memory device" \
	"$(list '.modules[] | [.name, .memory_device, .serial, .firmware, .pmem_bytes, .node]')" \
	'["nmem0","mem0","0x1234567","BWFW VERSION 00",268435456,1]
["nmem1","mem1","0x1234568","BWFW VERSION 01",268435456,1]'
is "a volatile region has its memory device too" \
	"$(DEVICE=dax1.0 list '[.region, .cxl_region, .interleave.ways, .node, .node_source, (.modules[] | .name, .memory_device)]')" \
	'[null,"region1",1,1,"cxl","mem1","mem1"]'
printf 'decoder3.0\n' >"$cxl/region0/target0" && printf 'decoder2.0\n' >"$cxl/region0/target1"
is "the position in the region decides which memory device a module is" \
	"$(list '[.modules[] | .name, .memory_device]')" '["nmem0","mem1","nmem1","mem0"]'

# the node
fresh
is "the node is that of the memory devices, and the kernel's node is kept" "$(list '[.node, .node_source, .nodes]')" \
	'[1,"cxl",{"kernel":0,"cxl":[1],"access":[],"target":2}]'
like "the text says that the sources disagree" "$(in_sysfs "$T/a" "$BTTBENCH" list)" \
	'^dax0\.0: the sources of the node disagree: node 1 by its CXL memory devices, node 0 by the kernel$'
cxl_initiators 0 0 1
is "several nodes in access class 0" "$(list .nodes.access)" '[0,1]'
cxl_initiators 1 1
is "access class 1, that of CPUs, is preferred" "$(list '[.node, .nodes.access]')" '[1,[1]]'
like "the text has it" "$(in_sysfs "$T/a" "$BTTBENCH" list)" 'node 0 by the kernel, node 1 by the access classes of its memory$'
echo 1 >"$T/a/devices/$cxl_root/nvdimm-bridge0/ndbus0/region0/numa_node"
unlike "all sources agree: the text does not mention them" "$(in_sysfs "$T/a" "$BTTBENCH" list)" '^dax0\.0: '
echo 0 >"$cxl/mem0/numa_node" && echo 0 >"$cxl/mem1/numa_node"
is "memory devices overrule the kernel and the access classes" "$(list '[.node, .node_source]')" '[0,"cxl"]'
like "... and the text says so" "$(in_sysfs "$T/a" "$BTTBENCH" list)" \
	'^dax0\.0: .*: node 0 by its CXL memory devices, node 1 by the kernel, node 1 by the access classes'
echo 1 >"$cxl/mem1/numa_node"
is "memory devices on two nodes: no node is near" "$(list '[.node, .node_source, .nodes.cxl]')" '[null,"cxl",[0,1]]'
like "... and the text says so" "$(in_sysfs "$T/a" "$BTTBENCH" list)" '^dax0\.0: .*: nodes 0 and 1 by its CXL memory devices, node 1 by the kernel'
echo -1 >"$cxl/mem0/numa_node" && echo -1 >"$cxl/mem1/numa_node"
echo 0 >"$T/a/devices/$cxl_root/nvdimm-bridge0/ndbus0/region0/numa_node"
is "memory devices of unknown nodes: the kernel's node" "$(list '[.node, .node_source, .modules[0].node]')" '[0,"kernel",null]'
like "... with the doubt that the access classes give" "$(in_sysfs "$T/a" "$BTTBENCH" list)" \
	'^dax0\.0: the sources of the node disagree: node 0 by the kernel, node 1 by the access classes of its memory$'
echo -1 >"$T/a/devices/$cxl_root/nvdimm-bridge0/ndbus0/region0/numa_node"
is "without the kernel: the access classes" "$(list '[.node, .node_source]')" '[1,"access"]'
echo 2-3 >"$T/a/devices/system/node/node2/cpulist"
is "a target node with CPUs is near itself" "$(list '[.node, .nodes.access]')" '[2,[2]]'

# other regions and addresses
fresh
echo 0 >"$cxl/region0/commit"
is "a region that is not in use is not taken" "$(list '[.cxl_region, .node, .node_source, .interleave.ways]')" '[null,0,"kernel",null]'
fresh
printf '0x9d0000000\n' >"$cxl/region0/resource"
is "a region at a higher address is not taken" "$(list '[.cxl_region, .node]')" '[null,0]'
printf '0x4b0000000\n' >"$cxl/region0/resource"
is "a region that ends where the device begins is not taken" "$(list '[.cxl_region, .node]')" '[null,0]'
fresh
rm "$T/a/devices/$cxl_root/nvdimm-bridge0/ndbus0/region0/resource"
is "the address is secret, as for users: the only persistent region is the one" "$(list '[.cxl_region, .node, .modules[0].memory_device]')" \
	'["region0",1,"mem0"]'
cxl_device "$cxl_root/decoder0.0/region1/pmem_region1" cxl_pmem_region
is "... two of them on one node: the node is known, and the rest is not" \
	"$(list '[.cxl_region, .interleave.ways, .node, .modules[0].memory_device]')" '[null,null,1,null]'
echo 0 >"$cxl/mem0/numa_node"
is "... on two nodes: not even the node" "$(list '[.cxl_region, .node, .nodes.cxl]')" '[null,null,[0,1]]'
fresh
rm "$cxl/mem0/serial" "$cxl/mem0/firmware_version" "$cxl/mem0/pmem/size" "$cxl/mem0/numa_node"
is "unreadable facts of a memory device are null" \
	"$(list '.modules[0] | [.memory_device, .serial, .firmware, .pmem_bytes, .node]')" '["mem0",null,null,null,null]'
is "unreadable health is null" "$(list '.health, (.modules[] | .health, .flags.not_armed, .life_used_percent, .temperature_c,
	.dirty_shutdowns, .corrected_errors, .poisoned_bytes)' | uniq)" null

# a run on a file, whose file system lies on this memory
fresh
F=$(mktemp -d /tmp/bttbench-test.XXXXXX) || bail "no folder"
trap 'rm -rf "$F"; tap_cleanup' EXIT
"$BTTBENCH" format "$F/ns" --size=32M >/dev/null
device=$T/a/devices/$cxl_root/nvdimm-bridge0/ndbus0/region0/dax0.0/block/dax0.0
mkdir -p "$device" "$T/a/dev/block"
dev=$(stat -c %d "$F/ns")
ln -sr "$device" "$T/a/dev/block/$((dev >> 8 & 0xfff)):$((dev & 0xff | dev >> 12 & 0xfff00))"
in_sysfs "$T/a" "$BTTBENCH" run "$F/ns" --set ops=10 --set rw=read --set precondition=none --set placement=cpus:"$(first_cpu)" \
	--format=json >"$T/result.json" 2>"$T/err"
is "a result has the node, its source and the memory devices" \
	"$(jq -c '.namespace | [.node, .node_source, .nodes.kernel, .interleave.ways, (.modules[] | .memory_device, .serial)]' "$T/result.json")" \
	'[1,"cxl",0,2,"mem0","0x1234567","mem1","0x1234568"]'
is "placement does not ask for the node: the verdict has no doubt about it" \
	"$(jq '[.verdict.reasons[] | select(test("sources"))] | length' "$T/result.json")" 0
is "the result reads as it was written" "$("$BTTBENCH" show "$T/result.json" --format=json | md5sum)" "$(md5sum <"$T/result.json")"
like "placement=local goes to the node of the memory devices, which is not on this machine" \
	"$(in_sysfs "$T/a" "$BTTBENCH" run "$F/ns" --dry-run 2>&1)" "the namespace's node 1 is not open to this process"

# health NUMBER: the answer of a memory device in the output of list
health() {
	list '.modules['"$1"'] | [.health, .flags.not_armed, .life_used_percent, .temperature_c, .dirty_shutdowns, .corrected_errors]'
}

test_health() {
	fresh
	LD_PRELOAD=$TEST_BIN/cli/memdev.so
	export LD_PRELOAD
	cxl_health "$T/a" 0 0 0 0 5 -7 3 1 2
	is "health: each value of a memory device that answers" "$(health 0)" '["ok",false,5,-7,3,2]'
	is "health: no value of one that fails the command" "$(health 1)" '[null,null,null,null,null,null]'
	is "health: one is ok and one is unknown: the region is unknown" "$(list .health)" null
	cxl_health "$T/a" 1 0 0 0 0xff 0xffff 0 0 0
	is "health: values that the memory device does not have are null" "$(health 1)" '["ok",false,null,null,0,0]'
	is "health: both are ok: the region is ok" "$(list .health)" ok
	# MEDIA of cxl_health, health, not_armed
	for media in '0 ok false' '1 fatal false' '2 fatal true' '3 fatal false' '4 critical true' '5 critical true' '6 critical false' \
		'7 critical true' '8 critical true' '9 critical false'; do
		cxl_health "$T/a" 1 0 "${media%% *}" 0 5 20 0 0 0
		is "health: media status ${media%% *}" "$(list '.modules[1] | "\(.health) \(.flags.not_armed)"')" "${media#* }"
	done
	for status in '0x1 non-critical' '0x2 non-critical' '0x4 critical' '0x7 critical'; do
		cxl_health "$T/a" 1 "${status%% *}" 0 0 5 20 0 0 0
		is "health: status ${status%% *}" "$(list '.modules[1].health')" "${status#* }"
	done
	for alerts in '0x01 non-critical' '0x02 critical' '0x04 non-critical' '0x08 critical' '0x10 ok' '0x20 non-critical'; do
		cxl_health "$T/a" 1 0 0 "${alerts%% *}" 5 20 0 0 0
		is "health: alerts ${alerts%% *}" "$(list '.modules[1].health')" "${alerts#* }"
	done
	cxl_health "$T/a" 1 0 4 0 5 20 0 0 0
	is "health: the region has that of its worst memory device" "$(list '[.health, .flags.not_armed]')" '["critical",true]'
	like "health: the text has each memory device" "$(in_sysfs "$T/a" "$BTTBENCH" list)" '^ *mem0 +256B +ok +5 +-7$'
}

# record DEVICE BYTES FLAGS: a line of a trace, as Linux writes it
record() {
	echo "            list-4711    [000] .....    42.000001: cxl_poison: memdev=$1 host=0000:0e:00.0 serial=19088743 trace_type=List" \
		"region=region0 region_uuid=99352a43-44cb-405d-85c9-fdbd971455d8 hpa=0x4d0001000 dpa=0x1000 dpa_length=$2" \
		"source=Injected flags=$3 overflow_time=0"
}

poison() {
	list '[.modules[].poisoned_bytes]'
}

test_poison() {
	fresh
	LD_PRELOAD=$TEST_BIN/cli/memdev.so
	export LD_PRELOAD
	mkdir -p "$T/a.firmware"
	trace=$T/a.firmware/trace
	echo '# tracer: nop' >"$trace"
	is "poison: a kernel without the list: null" "$(poison)" '[null,null]'
	echo x >"$cxl/mem0/trigger_poison_list"
	is "poison: a kernel without tracefs: null" "$(poison)" '[null,null]'
	mkdir -p "$T/a/kernel/tracing/instances"
	is "poison: an empty list; the other memory device cannot read its list" "$(poison)" '[0,null]'
	is "poison: the list was asked for" "$(cat "$cxl/mem0/trigger_poison_list")" 1
	is "poison: ... after its event was enabled" "$(cat "$T"/a/kernel/tracing/removed-0/events/cxl/cxl_poison/enable)" 1
	is "poison: the trace instance is removed" "$(ls "$T/a/kernel/tracing/instances")" ""
	rm -r "$T"/a/kernel/tracing/removed-*
	echo x >"$cxl/mem1/trigger_poison_list"
	{ record mem0 0x40 && record mem0 0x1000 && record mem1 0x80 && record mem10 0x80; } >>"$trace"
	is "poison: the bytes of all records of a memory device" "$(poison)" '[4160,128]'
	rm -r "$T"/a/kernel/tracing/removed-*
	record mem0 unknown >>"$trace"
	is "poison: a record in an unknown form: null" "$(poison)" '[null,128]'
	rm -r "$T"/a/kernel/tracing/removed-*
	{ echo '# entries-in-buffer/entries-written: 2/2   #P:4' && record mem0 0x40 && record mem0 0x40; } >"$trace"
	is "poison: a complete trace" "$(poison)" '[128,0]'
	rm -r "$T"/a/kernel/tracing/removed-*
	sed -i 's,2/2,2/3,' "$trace"
	is "poison: the trace has lost a record: null" "$(poison)" '[null,null]'
	like "poison: the text has the bytes" "$(rm -r "$T"/a/kernel/tracing/removed-* && record mem0 0x40 >"$trace" &&
		in_sysfs "$T/a" "$BTTBENCH" list)" '^ *mem0 +- +64$'
}

if [ "${VARIANT:-}" != release ]; then
	skip "poison" "a sanitizer wants to be the first library"
else
	test_poison
fi
if [ "${VARIANT:-}" != release ]; then
	skip "health" "a sanitizer wants to be the first library"
elif ! ldd "$BTTBENCH" | grep -q libcxl; then
	skip "health" "this build is without libcxl"
else
	test_health
fi
plan_done
