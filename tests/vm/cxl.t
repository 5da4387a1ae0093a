#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# cxl.t -- bttbench on a CXL module near node 1, whose region and DAX device the kernel puts on node 0. In the second boot
# the region is made again, and the data is still there.
. "$SRC/tests/cli/tap.sh"
. "$SRC/tests/vm/vm.sh"

command -v cxl >/dev/null || skip_all "cxl is not installed (make deps-vm)"
[ -z "${VM_KERNEL:-}" ] || skip_all "Linux 6.12 cannot use the CXL memory of Debian's QEMU 7.2, which has no event interrupts"

# result NAME JQ: a fact of a result
result() {
	jq -rc "$2" "$T/results/run.$1.json"
}

test_node() {
	is "the kernel has the memory device on node 1, region and DAX device on node 0" \
		"$(paste -sd ' ' "$T/results/numa_node.txt")" "mem0 1 region0 0 dax0.0 0"
	is "list: each device is near node 1, by the memory device; the kernel's node is there too" \
		"$(jq -c '.[] | [.node, .node_source, .nodes.cxl, .nodes.kernel]' "$T/results/list.json" | uniq)" '[1,"cxl",[1],0]'
	is "list: region, ways and granularity" \
		"$(jq -c '.[] | [.cxl_region, .interleave.ways, .interleave.granularity_bytes]' "$T/results/list.json" | uniq)" '["region0",1,256]'
	is "list: the memory device, serial, firmware, capacity, node" \
		"$(jq -c '.[] | .modules[] | [.name, .memory_device, .serial, .firmware, .pmem_bytes, .node]' "$T/results/list.json" | uniq)" \
		'["nmem0","mem0","0x1234567","BWFW VERSION 00",268435456,1]'
	is "list: the emulated module tells nothing about its health: null" \
		"$(jq -c '.[] | .health, (.modules[] | .health, .life_used_percent, .temperature_c, .dirty_shutdowns, .corrected_errors, .poisoned_bytes)' \
			"$T/results/list.json" | uniq)" null
	like "list: the text says that the sources disagree" "$(cat "$T/results/list.txt")" \
		'^dax0\.0: the sources of the node disagree: node 1 by its CXL memory devices, node 0 by the kernel$'
	like "list: ... and has the memory device" "$(cat "$T/results/list.txt")" '^ *mem0 +dax0\.0 +0x1234567 +BWFW VERSION 00 +256MiB +1 '
}

# placed PLACEMENT NODE
placed() {
	is "placement=$1: every worker, its buffer, statistics and lane on node $2" \
		"$(result "$1" '[.runs[0].workers[] | .node, .buffer_node, .state_node, .lane_node] | unique')" "[$2]"
	is "placement=$1: --dry-run puts the workers there" \
		"$(sed -n 's/^# worker .*, node //p' "$T/results/dry.$1.txt" | uniq)" "$2"
	like "placement=$1: --dry-run says that the sources disagree" "$(cat "$T/results/dry.$1.txt")" \
		'^# namespace /dev/dax0\.0: node 1 by its CXL memory devices, node 0 by the kernel; taken: node 1$'
	is "placement=$1: the result has the node and its sources" \
		"$(result "$1" '.namespace | [.node, .node_source, .nodes.cxl, .nodes.kernel]')" '[1,"cxl",[1],0]'
	is "placement=$1: ... and the memory device" "$(result "$1" '.namespace.modules[0] | [.memory_device, .serial]')" '["mem0","0x1234567"]'
	is "placement=$1: the verdict has the doubt" "$(doubts "$1")" 1
	is "placement=$1: valid, without errors" \
		"$(verdict_here "$T/results/run.$1.json") $(result "$1" '[.runs[0].workers[].errors] | add')" "valid 0"
}

# doubts NAME: the number of reasons about the node
doubts() {
	result "$1" '[.verdict.reasons[] | select(test("^/dev/dax0.0: node 1 is taken as the near one, and the sources disagree: "))] | length'
}

vm_nvdimm "$T/mem" 256
vm_boot cxl cxl "$T/mem"
test_node
placed local 1
placed remote 0
is "namespace_node=0: the worker is there" "$(result given '[.namespace.node, .namespace.node_source, .runs[0].workers[].node]')" '[0,"job",0]'
is "namespace_node=0: the verdict has no doubt" "$(doubts given)" 0
is "placement=node:1: the verdict has no doubt" "$(doubts node)" 0
for side in near far; do
	is "docs/cxl.md: $side: valid" "$(verdict_here "$T/results/$side.json")" valid
done
is "every read of a verified run was right" "$(verdict_here "$T/results/run.verify.json")" valid
is "one job file on the kernel's BTT and ours: each op succeeded" "$(jq -c '[.runs[] | [.ops[].errors] | add]' "$T/results/beside.json")" '[0,0]'
is "... and the disk in sector mode is near node 1 too" "$(jq -c '[.namespaces[] | .node]' "$T/results/beside.json")" '[1,1]'
for document in "$T"/results/run.*.json; do
	ok "$(basename "$document") follows the schema" jsonschema -i "$document" "$SRC/results/bttbench.result-1.schema.json"
	is "... and reads as it was written" "$("$BTTBENCH" show "$document" --format=json | md5sum)" "$(md5sum <"$document")"
done
written=$(cat "$T/results/md5")

vm_boot cxl_again cxl "$T/mem"
is "the blocks that bttbench wrote are there after a boot" "$(cat "$T/results/ours")" "$written"
is "the blocks that the kernel's BTT wrote are there after a boot" "$(cat "$T/results/kernel")" "$written"
is "the region is near node 1 again" "$(jq -c '.namespace | [.node, .node_source]' "$T/results/run.json")" '[1,"cxl"]'
plan_done
